"""Section 1 and the ladder of section 7: the few signs that everything else is written in."""

import base64
import binascii
import hashlib
import hmac
import struct

from refusal import integrity

MOST = 2**53 - 1


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def same(a, b):
    """Compared in constant time."""
    return hmac.compare_digest(a, b)


def hkdf(key, salt, info, length):
    """RFC 5869 with SHA-256."""
    extracted = mac(salt, key)
    block, out, count = b"", b"", 1
    while len(out) < length:
        block = mac(extracted, block + info + bytes([count]))
        out, count = out + block, count + 1
    return out[:length]


def to_b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_b64(text):
    """The bytes of a b64 text; padding, foreign characters and unused bits that are not zero are refused."""
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise integrity("not base64url") from None
    if to_b64(data) != text:
        raise integrity("not the one spelling of base64url")
    return data


def since(epoch):
    """The sequence of an epoch's first commit."""
    return int.from_bytes(from_b64(epoch)[:8], "big")


def parts(*pieces):
    """Each piece after its length; texts as UTF-8."""
    pieces = [p.encode("utf-8") if isinstance(p, str) else p for p in pieces]
    return b"".join(struct.pack(">I", len(p)) + p for p in pieces)


def pairs(context):
    """k1, v1, k2, v2 … of a mapping, keys in byte order."""
    keys = sorted(context, key=lambda k: k.encode("utf-8"))
    return [text for key in keys for text in (key, context[key])]


def ladder(n):
    """The numbers below n that n knows of, descending: 64 of them at each power of 64."""
    out, below, step = [], n, 1
    while below > step:
        newest = (below - 1) // step * step
        level = range(newest, max(newest - 64 * step, 0), -step)
        out.extend(level)
        below, step = level[-1], step * 64
    return out
