"""Sections 5 and 17: opening bytes that were closed under a key, which they do only in their place and under that key."""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from documents import VALUE_LIMIT
from notation import hkdf, pairs, parts, same, sha256
from refusal import integrity

LEAST = 112


def bucket(n):
    """n rounded up so that few sizes are left."""
    if n <= 1024:
        step = 32
    else:
        exponent = n.bit_length() - 1
        step = 1 << (exponent - exponent.bit_length())
    return -(-n // step) * step


def unclose(key, label, ad, closed):
    """What salt ‖ commitment ‖ ciphertext ‖ tag holds; the commitment is compared before anything is decrypted."""
    if len(closed) < 80:
        raise integrity("too short to be sealed")
    salt, claimed, rest = closed[:32], closed[32:64], closed[64:]
    okm = hkdf(key, salt, label + sha256(ad), 76)
    if not same(okm[44:], claimed):
        raise integrity("sealed under another key or for another place")
    try:
        return AESGCM(okm[:32]).decrypt(okm[32:44], rest, ad)
    except InvalidTag:
        raise integrity("sealed bytes were changed") from None


def place(store, namespace, name, version, kind, context):
    """The additional data of a value."""
    return parts("coffer/v1/value", store, namespace, name, str(version), kind, *pairs(context))


def submitted_place(store, namespace, submission_id, name, kind, context):
    """The additional data of a value that was handed in."""
    return parts("coffer/v1/submission", store, namespace, submission_id, name, kind, *pairs(context))


def unseal_submitted(data_key, ad, sealed):
    """As `unseal`, of a value that was handed in."""
    return unseal(data_key, ad, sealed, b"coffer/v1/submit")


def unseal(data_key, ad, sealed, label=b"coffer/v1/seal"):
    """The value; INTEGRITY unless it was sealed under this key for exactly this place."""
    if len(sealed) < LEAST:
        raise integrity("too short to be a sealed value")
    padded = unclose(data_key, label, ad, sealed)
    (length,) = struct.unpack(">I", padded[:4])
    if length > VALUE_LIMIT or len(padded) != bucket(4 + length) or any(padded[4 + length:]):
        raise integrity("padding that no writer makes")
    return padded[4:4 + length]
