"""Section 2: which texts are names, namespaces, stages, contexts, and how a namespace lies in an object key (section 3)."""

import re
import unicodedata

FORBIDDEN = re.compile(
    "[/\\\\#?\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
CONTROLS = re.compile("[\u0000-\u001f\u007f-\u009f]")
SPACE = frozenset("\u0020\u00a0\u1680\u202f\u205f\u3000").union(map(chr, range(0x2000, 0x200B)))
STAGE = re.compile("[A-Za-z0-9_.-]{1,64}", re.ASCII)
RESERVED = re.compile("(coffer|aws):", re.ASCII | re.IGNORECASE)
PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_.-")
CAPITAL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def size(text):
    """Its UTF-8 length, or nothing where it is not well-formed Unicode."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return None


def is_text(text, least, most):
    length = size(text)
    return length is not None and least <= length <= most


def is_name(text, most=255):
    return (
        is_text(text, 1, most)
        and unicodedata.is_normalized("NFC", text)
        and not FORBIDDEN.search(text)
        and text[0] not in SPACE
        and text[-1] not in SPACE
        and text not in (".", "..")
    )


def is_namespace(text):
    if text == "":
        return True
    return is_text(text, 1, 240) and measure(text) <= 240 and all(is_name(s, 80) for s in text.split("/"))


def measure(namespace):
    return sum(1 if b in PLAIN or b == 0x2F else 4 for b in namespace.encode("utf-8"))


def is_stage(text):
    return STAGE.fullmatch(text) is not None


def is_context_key(text):
    return is_text(text, 1, 128) and not CONTROLS.search(text) and not RESERVED.match(text)


def segment(namespace):
    """The namespace as one segment of an object key."""
    if namespace == "":
        return "!"
    def one(byte):
        if byte == 0x2F:
            return "!"
        return chr(byte) if byte in PLAIN or byte in CAPITAL else f"({byte:02x})"
    return "".join(one(b) for b in namespace.encode("utf-8"))
