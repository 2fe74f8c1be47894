"""Coffer as a backend of Python's keyring: passwords lie where `coffer as keyring` keeps them.

    PYTHON_KEYRING_BACKEND=coffer_keyring.CofferKeyring python program.py

For programs that used s3keyring, `from coffer_keyring import S3Keyring` in place of `from s3keyring.s3 import S3Keyring`.
docs/legacy/s3keyring.md says more. Python 3.8 and later, keyring 23 and later; needs the command `coffer` on the PATH.
"""

import json
import os
import shutil
import subprocess
from typing import List, Optional

from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential
from keyring.errors import KeyringError, PasswordDeleteError, PasswordSetError

__all__ = ["CofferKeyring", "S3Keyring"]


class _Priority:
    """Read from the class, before there is an instance; keyring takes a RuntimeError for "not here"."""

    def __get__(self, _instance: object, owner: type) -> float:
        if shutil.which(owner.command) is None:
            raise RuntimeError("there is no command named coffer on the PATH")
        return 4


class CofferKeyring(KeyringBackend):
    """Passwords by service and user name, in the store that `[helper.keyring]` of Coffer's configuration names, or its own."""

    #: What is run; KEYRING_PROPERTY_COMMAND may name another.
    command = "coffer"
    priority = _Priority()

    def get_password(self, service: str, username: str) -> Optional[str]:
        """The password, or None where there is none. Raises KeyringError."""
        found = self._get(["--output", "json"], [service, username])
        return None if found is None else found["password"]

    def get_credential(self, service: str, username: Optional[str]) -> Optional[SimpleCredential]:
        """The user and the password, of the first user where none is named; None where there is none. Raises KeyringError."""
        words = [service] if username is None else [service, username]
        found = self._get(["--mode", "creds", "--output", "json"], words)
        return None if found is None else SimpleCredential(found["username"], found["password"])

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps a password. Raises PasswordSetError."""
        # One line end is taken off what comes in, and no other.
        self._run("set", [], [service, username], PasswordSetError, f"{password}\r\n")

    def delete_password(self, service: str, username: str) -> None:
        """Takes a password away. Raises PasswordDeleteError, also where there is none."""
        self._run("del", [], [service, username], PasswordDeleteError)

    def _get(self, options: List[str], words: List[str]) -> Optional[dict]:
        answer = self._run("get", options, words, KeyringError)
        return json.loads(answer) if answer else None

    def _run(self, operation: str, options: List[str], words: List[str], error: type, said: str = "") -> str:
        """What the command prints; nothing where there is nothing. The value goes through its stdin, and is in no message."""
        command = shutil.which(self.command)
        if command is None:
            raise error("there is no command named coffer on the PATH")
        try:
            argv = [_argument(word) for word in [command, "as", "keyring", operation, *options, "--", *words]]
            done = subprocess.run(argv, input=said.encode("utf-8"), capture_output=True, check=False)
        except ValueError:
            # Not chained: what cannot be encoded is part of its message.
            raise error("a service, user name or password cannot be handed over: no well-formed text") from None
        except OSError as cause:
            raise error(f"{self.command} could not be started: {cause.strerror}") from cause
        told = done.stderr.decode("utf-8", "replace").strip()
        if done.returncode == 0:
            return done.stdout.decode("utf-8")
        if operation == "get" and done.returncode == 1 and "coffer: error: " not in told:
            return ""
        raise error(told or f"{self.command} ended with {done.returncode}")


class S3Keyring:
    """What programs used of s3keyring: the same three methods, on Coffer's store."""

    def __init__(self) -> None:
        self._keyring = CofferKeyring()

    def get_password(self, service: str, username: str) -> Optional[str]:
        """The password, or None where there is none."""
        return self._keyring.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps a password."""
        self._keyring.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        """Takes a password away. Raises keyring.errors.PasswordDeleteError, also where there is none."""
        self._keyring.delete_password(service, username)


def _argument(word: str) -> "str | bytes":
    """UTF-8, whatever the locale is. Raises ValueError for half a surrogate pair, and for NUL."""
    data = word.encode("utf-8")
    if b"\0" in data:
        raise ValueError
    return data if os.name == "posix" else word
