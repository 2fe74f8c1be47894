"""Sections 3, 9 and 10: commits are trusted because hashes lead to them from a head."""

import names
from documents import Commit, Head
from notation import from_b64, ladder, sha256, since
from refusal import integrity


def get_head(objects, namespace):
    """The head under its key, parsed; nothing where there is none."""
    data = objects.get("heads/" + names.segment(namespace))
    return None if data is None else Head(data)


def blob(objects, namespace, sequence, digest):
    """The sealed bytes with this hash."""
    data = objects.get(f"blobs/{names.segment(namespace)}/{sequence:016d}-b{from_b64(digest).hex()}")
    if data is None or sha256(data) != from_b64(digest):
        raise integrity("a blob is missing, or not what its name says")
    return data


class Chain:
    """The commits that lead to one document (a head or a commit), each fetched once and checked against its id."""

    def __init__(self, objects, head):
        self.objects, self.store, self.namespace, self.newest = objects, head.store, head.namespace, head.sequence
        self._ids = {head.sequence: head.commit}
        self._commits = {}
        self._learn(head)

    def _learn(self, document):
        for sequence, commit_id in zip(ladder(document.sequence), document.ancestors):
            if self._ids.setdefault(sequence, commit_id) != commit_id:
                raise integrity("two commits are said to be the same ancestor")

    def id_at(self, sequence):
        """The id of the commit at this sequence, over as few steps as the ladder allows."""
        if not 1 <= sequence <= self.newest:
            raise integrity("no such sequence in this chain")
        while sequence not in self._ids:
            self._commit(min(known for known in self._ids if known > sequence))
        return self._ids[sequence]

    def commit_at(self, sequence):
        self.id_at(sequence)
        return self._commit(sequence)

    def _commit(self, sequence):
        if sequence not in self._commits:
            expected = self._ids[sequence]
            data = self.objects.get(f"commits/{names.segment(self.namespace)}/{sequence:016d}-{expected}")
            if data is None:
                raise integrity("a commit of the chain is missing")
            commit = Commit(data)
            place = commit.store, commit.namespace, commit.sequence
            if commit.id != expected or place != (self.store, self.namespace, sequence):
                raise integrity("a commit is not the one its key says")
            self._learn(commit)
            self._commits[sequence] = commit
        return self._commits[sequence]

    def all(self):
        """Every commit, the first one first; all lists of ancestors agree, and epochs change only as they may."""
        for sequence in range(self.newest, 0, -1):
            self.commit_at(sequence)
        commits = [self._commits[sequence] for sequence in range(1, self.newest + 1)]
        for parent, commit in zip(commits, commits[1:]):
            check_epoch_after(parent, commit)
        return commits


def check_epoch_after(parent, commit):
    """A commit's epoch, with its key, is its parent's, or it begins with this commit."""
    if commit.epoch == parent.epoch:
        if commit.key != parent.key:
            raise integrity("an epoch with two keys")
    elif since(commit.epoch) != commit.sequence:
        raise integrity("an epoch that did not begin with this commit")
