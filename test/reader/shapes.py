"""Checks of parsed JSON: each takes a value and refuses it, with INTEGRITY, unless it is exactly what it should be."""

import datetime
import re

import names
from notation import MOST, from_b64, since
from refusal import integrity

TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.\d{3}Z", re.ASCII)
COMMIT = re.compile("c[0-9a-f]{64}")
SUBMISSION = re.compile("s[0-9a-f]{32}")


def exactly(wanted):
    def check(value):
        if type(value) is not type(wanted) or value != wanted:
            raise integrity(f"{wanted!r} expected")
    return check


def number(value):
    """A whole number of things that are counted from 1. (A truth value is no number.)"""
    if type(value) is not int or not 1 <= value <= MOST:
        raise integrity("not a number from 1 to 2^53-1")


def text(rule):
    def check(value):
        if type(value) is not str or not rule(value):
            raise integrity(f"not allowed here: {value!r:.80}")
    return check


def sized(least, most):
    return text(lambda value: names.is_text(value, least, most))


def b64(least, most):
    def check(value):
        if type(value) is not str or not least <= len(from_b64(value)) <= most:
            raise integrity("not b64 of the right length")
    return check


def is_time(value):
    match = TIME.fullmatch(value)
    try:
        return match is not None and bool(datetime.datetime(*map(int, match.groups())))
    except ValueError:
        return False


def listed(check, least=0, most=MOST, order=None):
    """A list of such values; `order` says what each must be to the one before it."""
    def check_all(value):
        if type(value) is not list or not least <= len(value) <= most:
            raise integrity("not a list of the right length")
        for one in value:
            check(one)
        if order and not all(order(a, b) for a, b in zip(value, value[1:])):
            raise integrity("a list out of order")
    return check_all


def ascending(by=lambda value: value):
    """Byte order for texts, no two equal."""
    def key(value):
        found = by(value)
        return found.encode("utf-8") if isinstance(found, str) else found
    return lambda a, b: key(a) < key(b)


def record(*fields):
    """An object with these (name, check) fields in this order; a name that ends in `?` may be missing."""
    order = [(name.rstrip("?"), name.endswith("?"), check) for name, check in fields]
    def check_record(value):
        if type(value) is not dict:
            raise integrity("not an object")
        wanted = [name for name, optional, _ in order if not optional or name in value]
        if list(value) != wanted:
            raise integrity(f"fields {list(value)} where {wanted} should be")
        for name, _, check in order:
            if name in value:
                check(value[name])
    return check_record


name = text(names.is_name)
namespace = text(names.is_namespace)
stage = text(names.is_stage)
time = text(is_time)
commit_id = text(lambda value: COMMIT.fullmatch(value) is not None)
submission_id = text(lambda value: SUBMISSION.fullmatch(value) is not None)
random_id = b64(16, 16)
digest = b64(32, 32)
context = listed(text(names.is_context_key), 1, 16, ascending())
falling = listed(number, 1, order=lambda a, b: a >= b)


ranges = listed(listed(number, 2, 2, order=lambda a, b: a <= b), 1, order=lambda a, b: a[1] + 1 < b[0])


def epoch(value):
    b64(24, 24)(value)
    number(since(value))


def key_id(value):
    if type(value) is not str or value[:1] != "k":
        raise integrity("not a data key's id")
    digest(value[1:])
