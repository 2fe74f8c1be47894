"""Section 13: what a client remembers of a namespace, and what it therefore refuses."""

from notation import since
from refusal import Refusal


def rollback(why):
    return Refusal("ROLLBACK", why)


def check_epoch(memory, head):
    """Before anything is opened: the head's epoch is the remembered one, with its key, or one that began later."""
    if memory is None:
        return
    if head.epoch != memory["epoch"]:
        if since(head.epoch) <= memory["sequence"]:
            raise rollback("an epoch that was retired, or never was")
    elif head.key != memory["key"]:
        raise rollback("the same epoch under another key")


def check_position(memory, head, chain):
    """The remembered commit is this head's, or an ancestor of it."""
    if memory is None:
        return
    if head.sequence < memory["sequence"]:
        raise rollback("an older head than was seen before")
    if chain.id_at(memory["sequence"]) != memory["commit"]:
        raise rollback("another history than was seen before")
