"""Sections 6, 7, 8 and 21: documents from bytes. What comes out kept all that can be seen without a key."""

import shapes
from notation import from_b64, ladder, sha256, since
from ranges import within
from refusal import integrity
from shapes import b64, exactly, listed, number, record, sized
from spelling import lines_of

VALUE_LIMIT = 16 * 2**20
HEAD_LIMIT = 4 * 2**20
COMMIT_LIMIT = 64 * 2**20
SUBMISSION_LIMIT = 32 * 2**20
NAMES_LIMIT = 4000

ANY = object()  # a value whose context another document knows

WRAPPING = record(("by", sized(1, 2048)), ("wrapped", b64(1, 8192)))
KEY_FIELDS = (
    ("id", shapes.key_id),
    ("epoch", shapes.epoch),
    ("context?", shapes.context),
    ("wrappings", listed(WRAPPING, 1, 16, shapes.ascending(lambda w: w["by"]))),
)
KEY = record(*KEY_FIELDS)
KEYS = listed(KEY, 1, 4001)
INBOX_KEY = record(*(field if field[0] != "epoch" else ("epoch", exactly("inbox")) for field in KEY_FIELDS))

ORIGIN = record(("version", sized(1, 255)), ("time?", shapes.time), ("author?", sized(1, 255)))
TYPE = shapes.text(lambda value: value in ("text", "binary"))
DESCRIPTION = (("type", TYPE), ("comment?", sized(1, 1024)), ("expires?", shapes.time), ("context?", shapes.context))
SEALED = (("key", shapes.key_id), ("hash", shapes.digest), ("inBlob?", exactly(True)))


def change(op, *fields):
    return record(("op", exactly(op)), ("name", shapes.name), *fields)


CHANGES = {
    "put": change(
        "put", ("version", number), ("stage?", shapes.stage), *DESCRIPTION, ("origin?", ORIGIN), *SEALED,
        ("earlier?", shapes.falling),
    ),
    "delete": change("delete", ("version", number), ("earlier?", shapes.falling)),
    "promote": change("promote", ("stage", shapes.stage), ("version", number)),
    "unstage": change("unstage", ("stage", shapes.stage)),
    "move": change("move", ("version", number)),
    "reseal": change("reseal", ("version", number), *SEALED),
    "purge": change("purge", ("versions", shapes.ranges)),
    "forget": change("forget"),
}


def a_change(value):
    op = value.get("op") if type(value) is dict else None
    if type(op) is not str or op not in CHANGES:
        raise integrity("not a change")
    CHANGES[op](value)


HEADER = record(
    ("coffer", exactly(1)), ("kind", exactly("commit")), ("store", shapes.random_id), ("namespace", shapes.namespace),
    ("epoch", shapes.epoch), ("key", shapes.key_id), ("sequence", number), ("ancestors", listed(shapes.commit_id)),
    ("nonce", shapes.random_id), ("time", shapes.time), ("author?", sized(1, 255)), ("message?", sized(1, 4096)),
    ("changes", listed(a_change, 0, 16384)),
)


SEALED = b64(112, 17_301_584)


def a_value(value):
    if value not in (None, ""):
        SEALED(value)


BODY = record(("keys", KEYS), ("values", listed(a_value)))
TRAILER = record(("mac", shapes.digest), ("signatures", exactly([])))

HEAD = record(
    ("coffer", exactly(1)), ("kind", exactly("head")), ("store", shapes.random_id), ("namespace", shapes.namespace),
    ("epoch", shapes.epoch), ("sequence", number), ("commit", shapes.commit_id), ("ancestors", listed(shapes.commit_id)),
    ("nonce", shapes.random_id), ("floor?", number), ("keys", KEYS),
)
MAC = record(("mac", shapes.digest))

MADE = (("version", number), ("sequence", number), ("commit", shapes.commit_id), ("time", shapes.time))
LIVE = (*MADE, *DESCRIPTION, ("key", shapes.key_id))
INLINE = (*LIVE, ("value", SEALED))
IN_BLOB = (*LIVE, ("blob", number), ("hash", shapes.digest))
DELETED = record(*MADE, ("deleted", exactly(True)))


def current_version(value):
    if type(value) is dict and "deleted" in value:
        DELETED(value)
    else:
        live(value)


def live(value, *before):
    record(*before, *(IN_BLOB if type(value) is dict and "blob" in value else INLINE))(value)


def staged_version(value):
    live(value, ("stage", shapes.stage))


ENTRY = record(
    ("name", shapes.name), ("top", number), ("made", shapes.falling), ("purged?", shapes.ranges),
    ("current?", current_version), ("staged?", listed(staged_version, 1, order=shapes.ascending(lambda v: v["stage"]))),
)


SUBMISSION_HEADER = record(
    ("coffer", exactly(1)), ("kind", exactly("submission")), ("store", shapes.random_id), ("namespace", shapes.namespace),
    ("id", shapes.submission_id), ("time", shapes.time), ("author?", sized(1, 255)), ("message?", sized(1, 4096)),
    ("key", INBOX_KEY),
)
SUBMITTED = record(
    ("name", shapes.name), ("type", TYPE), ("comment?", sized(1, 1024)), ("expires?", shapes.time), ("value", SEALED),
)


class Document:
    """What a commit and a head have in common, from the line that says it and the list of keys."""

    def __init__(self, line, keys, mac, covered):
        self.kind, self.store, self.namespace, self.epoch = (line[f] for f in ("kind", "store", "namespace", "epoch"))
        self.sequence, self.ancestors = line["sequence"], line["ancestors"]
        self.keys, self.key = keys, keys[0]["id"]
        self.mac, self.covered = from_b64(mac), covered
        if len(self.ancestors) != len(ladder(self.sequence)):
            raise integrity("ancestors are not those of the ladder")

    def key_of(self, key_id):
        """The KEY with this id; none where it is not listed."""
        return next((key for key in self.keys if key["id"] == key_id), None)

    def _check_keys(self, named):
        """The rules of section 6; `named` are the (key id, context, may be missing) of the document's values."""
        first, own = self.keys[0], [key["id"] for key in self.keys[1:]]
        if first["epoch"] != self.epoch or "context" in first:
            raise integrity("the first key is not an epoch key of this document")
        if self.key in own or own != sorted(set(own)):
            raise integrity("keys out of order")
        if any(since(key["epoch"]) > self.sequence for key in self.keys):
            raise integrity("an epoch that is not yet")
        if not set(own) <= {key_id for key_id, _, _ in named}:
            raise integrity("a key that no value names")
        contexts = {key["id"]: key.get("context") for key in self.keys}
        for key_id, context, may_be_missing in named:
            if key_id not in contexts:
                if not may_be_missing:
                    raise integrity("a value's key is not listed")
            elif context is not ANY and contexts[key_id] != context:
                raise integrity("a value's context is not its key's")


class Commit(Document):
    """A commit on its own: well-formed, its values have their hashes. Its id and mac are for others to compare."""

    def __init__(self, data):
        values, lines = lines_of(data, COMMIT_LIMIT)
        if len(values) != 3:
            raise integrity("a commit has three lines")
        for check, value in zip((HEADER, BODY, TRAILER), values):
            check(value)
        header, body, trailer = values
        super().__init__(header, body["keys"], trailer["mac"], lines[0] + lines[1])
        self.id = "c" + sha256(b"coffer commit 1\0" + lines[0]).hex()
        self.time, self.changes = header["time"], header["changes"]
        if self.key != header["key"]:
            raise integrity("the first key is not the one that the header names")
        self._check_earlier()
        self.sealed = self._check_values(body["values"])

    def _check_earlier(self):
        for change in self.changes:
            earlier = change.get("earlier")
            if earlier and (len(earlier) > len(ladder(change["version"])) or earlier[0] > self.sequence):
                raise integrity("earlier versions that cannot be")

    def _check_values(self, values):
        """For each put and reseal, by its index: the sealed bytes; none of them where a blob has them; None where purged."""
        holders = [i for i, change in enumerate(self.changes) if change["op"] in ("put", "reseal")]
        if len(values) != len(holders):
            raise integrity("not one value for each put and reseal")
        sealed, named = {}, []
        for i, value in zip(holders, values):
            change = self.changes[i]
            sealed[i] = None if value is None else from_b64(value)
            if value is not None and (value == "") != ("inBlob" in change):
                raise integrity("a value is not where its change says")
            if value and sha256(sealed[i]) != from_b64(change["hash"]):
                raise integrity("a value is not the one its change names")
            named.append((change["key"], change.get("context") if change["op"] == "put" else ANY, value is None))
        self._check_keys(named)
        return sealed


class Head(Document):
    """A head on its own: well-formed. Nothing in it is verified before its mac is."""

    def __init__(self, data):
        values, lines = lines_of(data, HEAD_LIMIT)
        if len(values) < 2:
            raise integrity("a head has at least two lines")
        line, entries, trailer = values[0], values[1:-1], values[-1]
        HEAD(line)
        listed(ENTRY, 0, NAMES_LIMIT, shapes.ascending(lambda e: e["name"]))(entries)
        MAC(trailer)
        super().__init__(line, line["keys"], trailer["mac"], b"".join(lines[:-1]))
        self.commit, self.floor = line["commit"], line.get("floor", 0)
        self.entries = {entry["name"]: entry for entry in entries}
        for entry in entries:
            self._check_entry(entry)
        alive = [v for e in entries for v in versions_of(e) if "deleted" not in v]
        self._check_keys([(v["key"], v.get("context"), False) for v in alive])

    def _check_entry(self, entry):
        versions, rungs = versions_of(entry), [entry["top"], *ladder(entry["top"])]
        numbers, purged = [v["version"] for v in versions], entry.get("purged", [])
        if len(set(numbers)) != len(numbers) or any(number > entry["top"] for number in numbers):
            raise integrity("version numbers that cannot be")
        if len(entry["made"]) > len(rungs) or entry["made"][0] > self.sequence:
            raise integrity("made that cannot be")
        if purged and purged[-1][1] > entry["top"]:
            raise integrity("a version was purged that never was")
        made = dict(zip(rungs, entry["made"]))
        for v in versions:
            if v["sequence"] != made.get(v["version"], v["sequence"]):
                raise integrity("made says another sequence than the version")
            if max(v["sequence"], v.get("blob", 0)) > self.sequence:
                raise integrity("a sequence above the head's")
            if "deleted" not in v and within(v["version"], purged):
                raise integrity("a purged version is current or staged")


def versions_of(entry):
    """What is current or staged."""
    current = [entry["current"]] if "current" in entry else []
    return current + entry.get("staged", [])


STORE = record(("coffer", exactly(1)), ("kind", exactly("store")), ("store", shapes.random_id))


def stated_store(data):
    """The store id that a store's own record states."""
    values, _ = lines_of(data, 1024)
    if len(values) != 1:
        raise integrity("the store's record has one line")
    STORE(values[0])
    return values[0]["store"]
