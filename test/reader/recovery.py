"""Section 20: the recovery key, whose wrappings are age files (https://age-encryption.org/v1) for one X25519 recipient."""

import base64
import binascii
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from notation import hkdf, mac, pairs, parts, same, sha256
from refusal import integrity

SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
STANZA = re.compile(rb"-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n")
FILE = re.compile(rb"(age-encryption\.org/v1\n(?:-> [^\n]*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)+---) ([A-Za-z0-9+/]{43})\n")


class RecoveryKey:
    """An age identity, in the place of the master key."""

    def __init__(self, line):
        self._identity = X25519PrivateKey.from_private_bytes(from_bech32("age-secret-key-", line.rstrip("\n").lower()))
        self._recipient = self._identity.public_key().public_bytes_raw()
        self.id = "age:" + to_bech32("age", self._recipient)

    def unwrap(self, wrapped, context):
        opened = self._decrypt(wrapped)
        if len(opened) != 64 or not same(opened[:32], sha256(parts("coffer/v1/recovery", *pairs(context)))):
            raise integrity("wrapped for another place")
        return opened[32:]

    def _decrypt(self, file):
        """The content of an age file of one chunk."""
        found = FILE.match(file)
        if found is None:
            raise integrity("no age file")
        header, claimed = found.groups()
        file_key = self._file_key(header)
        if not same(mac(hkdf(file_key, b"", b"header", 32), header), from_base64(claimed)):
            raise integrity("the header of an age file was changed")
        rest = file[found.end():]
        key = hkdf(file_key, rest[:16], b"payload", 32)
        return decrypt(key, bytes(11) + b"\1", rest[16:])

    def _file_key(self, header):
        for share, body in STANZA.findall(header):
            share = from_base64(share)
            shared = self._identity.exchange(X25519PublicKey.from_public_bytes(share))
            key = hkdf(shared, share + self._recipient, b"age-encryption.org/v1/X25519", 32)
            return decrypt(key, bytes(12), from_base64(body))
        raise integrity("an age file without a stanza of this kind")


def decrypt(key, nonce, data):
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, data, None)
    except (InvalidTag, ValueError):
        raise integrity("an age file was changed, or is for somebody else") from None


def from_base64(text):
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise integrity("not base64") from None
    if base64.b64encode(data).rstrip(b"=") != text:
        raise integrity("not the one spelling of base64")
    return data


def from_bech32(prefix, text):
    """The 32 bytes of a Bech32 text (BIP 173)."""
    values = [SIGNS.index(sign) for sign in text.removeprefix(prefix + "1")]
    if not text.startswith(prefix + "1") or polymod(prefix, values) != 1 or len(values) != 58:
        raise integrity("not Bech32")
    bits = "".join(f"{value:05b}" for value in values[:-6])
    return int(bits[:256], 2).to_bytes(32, "big")


def to_bech32(prefix, data):
    bits = "".join(f"{byte:08b}" for byte in data) + "0" * 4
    values = [int(bits[at:at + 5], 2) for at in range(0, len(bits), 5)]
    check = polymod(prefix, values + [0] * 6) ^ 1
    values += [check >> 5 * (5 - index) & 31 for index in range(6)]
    return prefix + "1" + "".join(SIGNS[value] for value in values)


def polymod(prefix, values):
    check = 1
    expanded = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    for value in expanded + values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check
