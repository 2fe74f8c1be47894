"""Section 4: lines of JSON in their one spelling."""

import json

from notation import MOST
from refusal import Refusal, integrity


def lines_of(data, limit):
    """The values of the lines of a document in its one spelling, and the lines' bytes with their LF."""
    refuse_other_versions(data)
    if len(data) > limit:
        raise integrity("a document over its limit")
    if not data.endswith(b"\n"):
        raise integrity("a line without its end")
    lines = [line + b"\n" for line in data[:-1].split(b"\n")]
    return [value_of(line) for line in lines], lines


def refuse_other_versions(data):
    try:
        first = load(data.split(b"\n", 1)[0])
    except ValueError:
        return
    version = first.get("coffer") if type(first) is dict else None
    if type(version) is int and 0 <= version <= MOST and version != 1:
        raise Refusal("UNSUPPORTED", f"format version {version}")


def value_of(line):
    try:
        value = load(line[:-1])
        again = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except (ValueError, RecursionError):
        raise integrity("not JSON in UTF-8") from None
    if again + b"\n" != line:
        raise integrity("not in the one spelling")
    return value


def load(line):
    try:
        return json.loads(line.decode("utf-8"), parse_constant=no_constant)
    except RecursionError:
        raise ValueError("too deep") from None


def no_constant(word):
    raise ValueError(word)
