"""Reads vector files and says whether this reader does what each expects.

    python3 check_vectors.py [--quiet] PATH…     files, or folders of *.json; exit status 0 only if every one behaves
    python3 check_vectors.py --print FILE        what this reader got for one vector, as JSON
"""

import base64
import json
import pathlib
import sys

from keys import MasterKey
from read import Namespace
from recovery import RecoveryKey
from refusal import Refusal
from submissions import open_submission
from verify import verify


def outcome(vector):
    """What a vector expects, as this reader found it."""
    try:
        return done(vector)
    except Refusal as refusal:
        found = {"error": refusal.code}
        return {"ok": False, **found} if vector["do"] == "verify" else found


def done(vector):
    objects = {key: base64.b64decode(data, validate=True) for key, data in vector["objects"].items()}
    master = key(vector["masterKey"]) if vector.get("masterKey") else None
    known = {"store": vector.get("store"), "memory": vector.get("remembered")}
    do, namespace = vector["do"], vector["namespace"]
    if do == "verify":
        verify(objects, namespace, None if vector.get("noKey") else master, **known)
        return {"ok": True}
    if do == "submission":
        values = open_submission(objects, namespace, vector["id"], master, context=vector.get("context"), **known)
        return {"values": {name: base64.b64encode(value).decode("ascii") for name, value in values.items()}}
    if do == "list":
        return {"names": Namespace(objects, namespace, None, **known).names()}
    if do == "read":
        where = {field: vector.get(field) for field in ("version", "stage", "at", "context")}
        value = Namespace(objects, namespace, master, **known).read(vector["name"], **where)
        return {"value": base64.b64encode(value).decode("ascii")}
    raise ValueError(f"unknown: do {do!r}")


def key(line):
    return RecoveryKey(line) if line.startswith("AGE-SECRET-KEY-1") else MasterKey(line)


def files(paths):
    for path in map(pathlib.Path, paths):
        yield from sorted(path.glob("*.json")) if path.is_dir() else [path]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def problem(path):
    """Why a vector fails, or nothing."""
    try:
        vector = load(path)
        got = outcome(vector)
        return None if got == vector["expect"] else f"expected {short(vector['expect'])}, got {short(got)}: {vector['about']}"
    except Exception as error:  # a reader that breaks has failed the vector, whatever broke
        return f"broke: {type(error).__name__}: {error}"


def short(outcome):
    text = json.dumps(outcome, ensure_ascii=False)
    return text if len(text) <= 120 else text[:120] + "…"


def main(arguments):
    if arguments[:1] == ["--print"] and len(arguments) == 2:
        print(json.dumps(outcome(load(pathlib.Path(arguments[1]))), ensure_ascii=False))
        return 0
    quiet = "--quiet" in arguments
    checked = failed = 0
    for path in files(a for a in arguments if a != "--quiet"):
        why = problem(path)
        checked, failed = checked + 1, failed + (why is not None)
        if why is not None:
            print(f"{path}: {why}")
        elif not quiet:
            print(f"{path}: as expected")
    print(f"{checked} vectors, {failed} failed")
    return 0 if checked and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
