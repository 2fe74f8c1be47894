"""Section 15: everything that can be checked of a namespace, with a master key or without."""

from collections import namedtuple

from chain import blob
from documents import stated_store, versions_of
from notation import from_b64
from read import Namespace
from refusal import integrity
from replay import agrees, replay

Copy = namedtuple("Copy", "document name version key sealed")  # `version` says number and type, `key` is an id


def verify(objects, namespace, master=None, store=None, memory=None):
    """Refuses at the first thing that is not as it must be."""
    space = Namespace(objects, namespace, master, store, memory)
    record = objects.get("coffer.json")
    if record is None or stated_store(record) != space.store:
        raise integrity("the store's own record is missing, or says another store")
    commits = space.chain.all()
    state = replay(commits)
    if not agrees(state, space.head) or not same_epoch(commits[-1], space.head):
        raise integrity("the head does not say what its commits say")
    copies = [*copies_in_commits(space, commits, state), *copies_in_head(space)]
    if master is not None:
        for commit in commits:
            space.epoch_key(commit)
        check_openings(space, copies)


def same_epoch(commit, head):
    return (commit.epoch, commit.key) == (head.epoch, head.key)


def copies_in_commits(space, commits, state):
    """Every copy that commits made of a value; all are there, but for those of versions that were destroyed."""
    puts, sealers = {}, {}
    for commit in commits:
        for index, change in enumerate(commit.changes):
            if change["op"] not in ("put", "reseal", "move"):
                continue
            version = change["name"], change["version"]
            if change["op"] == "put":
                puts[version] = change
            if change["op"] != "move":
                sealers[version] = commit, change
            if state.destroyed(*version):
                continue
            sealer, sealing = sealers[version]
            sealed = b"" if change["op"] == "move" else commit.sealed[index]
            if sealed is None:
                raise integrity("a value is missing that was never purged")
            sealed = sealed or blob(space.objects, space.namespace, commit.sequence, sealing["hash"])
            yield Copy(sealer, change["name"], puts[version], sealing["key"], sealed)


def copies_in_head(space):
    for name, entry in space.head.entries.items():
        for version in versions_of(entry):
            if "value" in version:
                yield Copy(space.head, name, version, version["key"], from_b64(version["value"]))
            elif "blob" in version:
                sealed = blob(space.objects, space.namespace, version["blob"], version["hash"])
                yield Copy(space.head, name, version, version["key"], sealed)


def check_openings(space, copies):
    """Every copy that needs no context opens, and all copies of a version to the same value."""
    values = {}
    for copy in copies:
        if "context" in copy.document.key_of(copy.key):
            continue
        data_key = space.data_key(copy.document, copy.key, {})
        value = space.unseal(data_key, copy.name, copy.version, {}, copy.sealed)
        if values.setdefault((copy.name, copy.version["version"]), value) != value:
            raise integrity("a value was resealed as another one")
