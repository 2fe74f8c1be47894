"""Section 9: the state that commits lead to, from the first one on."""

from documents import NAMES_LIMIT
from notation import from_b64, ladder, sha256, to_b64
from ranges import joined, within
from refusal import integrity

CURRENT = object()  # beside the stages
DESCRIPTION = ("type", "comment", "expires", "context")


class Name:
    """One name: every version it ever took, and what is current and staged."""

    def __init__(self, first):
        self.first, self.top, self.sequences = first, first - 1, {}
        self.current, self.staged, self.purged = None, {}, []

    def held(self):
        """What is current or staged."""
        return [v for v in (self.current, *self.staged.values()) if v]

    def holder(self, version):
        return next((v for v in self.held() if v["version"] == version), None)

    def pick(self, version, stage):
        """What is there of this version, under this stage, or else as current."""
        if version is not None:
            return self.holder(version)
        return self.current if stage is None else self.staged.get(stage)

    def earlier(self, version):
        return [self.sequences[v] for v in ladder(version) if v >= self.first]

    def made(self):
        return [self.sequences[self.top], *self.earlier(self.top)]


class State:
    """Names and floor after some commits.

    A VERSION here has `hash`, `blob` (a sequence or None) and `source`: the sequence and index of what sealed it."""

    def __init__(self):
        self.names, self.floor, self.sequence = {}, 0, 0

    def apply(self, commit):
        must(commit.sequence == self.sequence + 1, "commits out of order")
        self.sequence = commit.sequence
        for index, change in enumerate(commit.changes):
            OPS[change["op"]](self, commit, index, change)
        must(len(self.names) <= NAMES_LIMIT, "too many names")

    def _name(self, change):
        must(change["name"] in self.names, "a change of a name that is not there")
        return self.names[change["name"]]

    def _take(self, name, commit, change):
        """The next version number of a name is taken by this commit."""
        must(change["version"] == name.top + 1, "not the next version")
        must(change.get("earlier", []) == name.earlier(change["version"]), "earlier versions were made elsewhere")
        name.top = change["version"]
        name.sequences[name.top] = commit.sequence
        return {"version": name.top, "sequence": commit.sequence, "commit": commit.id, "time": commit.time}

    def put(self, commit, index, change):
        name = self.names.setdefault(change["name"], Name(self.floor + 1))
        version = self._take(name, commit, change)
        version.update((field, change[field]) for field in DESCRIPTION if field in change)
        version.update(sealed_by(commit, index, change))
        if "stage" in change:
            name.staged[change["stage"]] = version
        else:
            name.current = version

    def delete(self, commit, index, change):
        name = self._name(change)
        must(name.current and "deleted" not in name.current, "nothing to delete")
        name.current = {**self._take(name, commit, change), "deleted": True}
        name.staged = {}

    def promote(self, commit, index, change):
        name = self._name(change)
        version = name.staged.pop(change["stage"], None)
        must(version and version["version"] == change["version"], "not staged there")
        name.current = version

    def unstage(self, commit, index, change):
        must(self._name(change).staged.pop(change["stage"], None), "nothing is staged there")

    def _alive(self, change):
        found = self._name(change).holder(change["version"])
        must(found and "deleted" not in found, "neither current nor staged")
        return found

    def move(self, commit, index, change):
        version = self._alive(change)
        must(version["blob"] is None, "already in a blob")
        version["blob"] = commit.sequence

    def reseal(self, commit, index, change):
        version = self._alive(change)
        listed = [key.get("context") for key in commit.keys if key["id"] == change["key"]]
        must(listed in ([], [version.get("context")]), "resealed under a key with other context")
        version.update(sealed_by(commit, index, change))

    def purge(self, commit, index, change):
        name = self._name(change)
        must(change["versions"][-1][1] <= name.top, "no such version")
        for version in name.held():
            must("deleted" in version or not within(version["version"], change["versions"]), "still current or staged")
        name.purged = joined(name.purged, change["versions"])

    def forget(self, commit, index, change):
        name = self._name(change)
        must(not name.staged and (name.current is None or "deleted" in name.current), "not deleted")
        self.floor = max(self.floor, name.top)
        del self.names[change["name"]]

    def destroyed(self, name, version):
        """Whether a version that was made has been purged, or forgotten: a name begins above all versions forgotten before."""
        kept = self.names.get(name)
        return kept is None or version < kept.first or within(version, kept.purged)


OPS = {op: getattr(State, op) for op in ("put", "delete", "promote", "unstage", "move", "reseal", "purge", "forget")}


def must(holds, why):
    if not holds:
        raise integrity(why)


def sealed_by(commit, index, change):
    return {
        "key": change["key"], "hash": change["hash"], "source": (commit.sequence, index),
        "blob": commit.sequence if "inBlob" in change else None,
    }


def replay(commits):
    state = State()
    for commit in commits:
        state.apply(commit)
    return state


def agrees(state, head):
    """Whether a head says what replay says, sealed bytes compared by their hashes."""
    if state.floor != head.floor or set(state.names) != set(head.entries):
        return False
    return all(agrees_on(name, head.entries[key]) for key, name in state.names.items())


def agrees_on(name, entry):
    if (name.top, name.made(), name.purged) != (entry["top"], entry["made"], entry.get("purged", [])):
        return False
    replayed = {stage: shown(version) for stage, version in name.staged.items()}
    stated = {version["stage"]: comparable(version) for version in entry.get("staged", [])}
    if name.current:
        replayed[CURRENT] = shown(name.current)
    if "current" in entry:
        stated[CURRENT] = comparable(entry["current"])
    return replayed == stated


def shown(version):
    return {field: value for field, value in version.items() if field != "source"}


def comparable(version):
    """A head's VERSION as replay would put it."""
    out = {field: value for field, value in version.items() if field not in ("stage", "value")}
    if "value" in version:
        out.update(hash=to_b64(sha256(from_b64(version["value"]))), blob=None)
    return out
