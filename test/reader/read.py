"""Section 10: from a store's objects to one value, or to a refusal."""

from chain import Chain, blob, get_head
from documents import versions_of
from keys import open_epoch_key, open_own_key
from memory import check_epoch, check_position, rollback
from notation import from_b64, ladder
from ranges import within
from refusal import Refusal, integrity
from replay import replay
from sealing import place, unseal


def missing(why):
    return Refusal("NOT_FOUND", why)


class Namespace:
    """One namespace of a store as its head shows it. With a master key the head is verified; without, nothing is."""

    def __init__(self, objects, namespace, master=None, store=None, memory=None):
        self.objects, self.namespace, self.master = objects, namespace, master
        self._epoch_keys = {}
        self.head = head = get_head(objects, namespace)
        if head is None:
            raise rollback("the head is gone") if memory else missing("no such namespace")
        if head.namespace != namespace:
            raise integrity("the head of another namespace")
        for known in (store, memory and memory["store"]):
            if known is not None and head.store != known:
                raise rollback("the head of another store")
        self.store = head.store
        check_epoch(memory, head)
        if master is not None:
            self.epoch_key(head)
        self.chain = Chain(objects, head)
        check_position(memory, head, self.chain)

    def names(self):
        """Names whose current version is there."""
        current = {name: entry["current"] for name, entry in self.head.entries.items() if "current" in entry}
        return [name for name, version in current.items() if "deleted" not in version]

    def read(self, name, version=None, stage=None, at=None, context=None):
        """The value of a name: current, staged, of a version, each now or as it was at a commit."""
        context = context or {}
        if name not in self.head.entries:
            raise missing("no such name")
        if at is not None:
            return self._read_at(name, version, stage, at, context)
        entry = self.head.entries[name]
        found = pick(entry, version, stage)
        if found is None and version is not None:
            return self._read_version(name, version, entry["top"], entry["made"], context)
        if found is None or "deleted" in found:
            raise missing("nothing there, or deleted")
        check_context(found, context)
        data_key = self.data_key(self.head, found["key"], context)
        sealed = from_b64(found["value"]) if "value" in found else self._blob(found["blob"], found["hash"])
        return self.unseal(data_key, name, found, context, sealed)

    def _read_at(self, name, version, stage, at, context):
        """As `read`, of the state at a commit; what was destroyed since is not there."""
        commits = self.chain.all()
        count = next((commit.sequence for commit in commits if commit.id == at), None)
        if count is None:
            raise missing("no such commit in this namespace")
        since = [change for commit in commits[count:] for change in commit.changes]
        if any(change["op"] == "forget" and change["name"] == name for change in since):
            raise missing("forgotten since")
        entry = replay(commits[:count]).names.get(name)
        if entry is None:
            raise missing("no such name then")
        found = entry.pick(version, stage)
        if found is None and version is not None:
            return self._read_version(name, version, entry.top, entry.made(), context)
        if found is None or "deleted" in found:
            raise missing("nothing there then, or deleted")
        self._check_not_purged(name, found["version"])
        sequence, index = found["source"]
        return self._open_source(name, found, commits[sequence - 1], index, context)

    def _read_version(self, name, version, top, made, context):
        """A version that is neither current nor staged: down the ladder of versions to the commit that made it."""
        self._check_not_purged(name, version)
        rungs, makers = [top, *ladder(top)], made
        while True:
            nearest = min((rung for rung in rungs if rung >= version >= 1), default=None)
            sequence = dict(zip(rungs, makers)).get(nearest)
            if sequence is None:
                raise missing("no such version")
            commit = self.chain.commit_at(sequence)
            index, change = find(commit, name, nearest)
            if nearest == version:
                break
            rungs, makers = ladder(nearest), change.get("earlier", [])
        if change["op"] == "delete":
            raise missing("this version is a deletion")
        return self._open_source(name, change, commit, index, context)

    def _check_not_purged(self, name, version):
        if within(version, self.head.entries[name].get("purged", [])):
            raise missing("purged")

    def _open_source(self, name, version, commit, index, context):
        """Opens what a put or reseal holds; `version` says type and context."""
        check_context(version, context)
        self.epoch_key(commit)
        change, sealed = commit.changes[index], commit.sealed[index]
        if sealed is None:
            raise integrity("a value is missing that was never purged")
        data_key = self.data_key(commit, change["key"], context)
        return self.unseal(data_key, name, version, context, sealed or self._blob(commit.sequence, change["hash"]))

    def _blob(self, sequence, digest):
        return blob(self.objects, self.namespace, sequence, digest)

    def epoch_key(self, document):
        """The key of a document's epoch; the mac of the document holds."""
        if document not in self._epoch_keys:
            self._epoch_keys[document] = open_epoch_key(self.master, document, self.store, self.namespace)
        return self._epoch_keys[document]

    def data_key(self, document, key_id, context):
        """The key that a document lists under this id; the mac of the document holds."""
        epoch_key = self.epoch_key(document)
        if key_id == document.key:
            return epoch_key
        return open_own_key(self.master, document.key_of(key_id), self.store, self.namespace, context)

    def unseal(self, data_key, name, version, context, sealed):
        ad = place(self.store, self.namespace, name, version["version"], version["type"], context)
        return unseal(data_key, ad, sealed)


def pick(entry, version, stage):
    """What a head's entry holds of this version, under this stage, or else as current."""
    if version is not None:
        return next((v for v in versions_of(entry) if v["version"] == version), None)
    if stage is not None:
        return next((v for v in entry.get("staged", []) if v["stage"] == stage), None)
    return entry.get("current")


def check_context(version, context):
    if set(context) != set(version.get("context", [])):
        raise Refusal("CONTEXT", "not exactly the names of context that the version lists")


def find(commit, name, version):
    for index, change in enumerate(commit.changes):
        if change["op"] in ("put", "delete") and change["name"] == name and change["version"] == version:
            return index, change
    raise integrity("a commit did not make the version it is said to have made")
