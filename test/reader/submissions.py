"""Section 21: what was handed in and waits."""

import names
import shapes
from chain import get_head
from documents import SUBMISSION_LIMIT, SUBMISSION_HEADER, SUBMITTED, MAC, stated_store
from keys import open_submission_key
from notation import from_b64
from read import Namespace
from refusal import Refusal, integrity
from sealing import submitted_place, unseal_submitted
from spelling import lines_of

MOST_VALUES = 1024


def open_submission(objects, namespace, submission_id, master, store=None, memory=None, context=None):
    """The values of a submission by their names; CONFLICT where a commit has accepted it already."""
    space = Namespace(objects, namespace, master, store, memory) if get_head(objects, namespace) else None
    key = f"inbox/{names.segment(namespace)}/{submission_id}"
    if key not in objects:
        raise Refusal("NOT_FOUND", "no such submission")
    known = space.store if space else store or stated_store(objects["coffer.json"])
    submission = Submission(objects[key])
    said = (submission.namespace, submission.id, submission.store)
    if said != (namespace, submission_id, known):
        raise integrity("a submission to another place")
    values = submission.open(master, context or {})
    if space and accepted(space.chain.all(), submission_id):
        raise Refusal("CONFLICT", "accepted already")
    return values


def accepted(commits, submission_id):
    origins = (change.get("origin", {}) for commit in commits for change in commit.changes)
    return any(origin.get("version") == f"inbox/{submission_id}" for origin in origins)


class Submission:
    """A submission on its own: well-formed. Nothing in it is verified before it is opened."""

    kind = "submission"

    def __init__(self, data):
        values, lines = lines_of(data, SUBMISSION_LIMIT)
        if not 1 <= len(values) - 2 <= MOST_VALUES:
            raise integrity("a submission has at least three lines")
        header, self.puts, trailer = values[0], values[1:-1], values[-1]
        SUBMISSION_HEADER(header)
        shapes.listed(SUBMITTED, 1, MOST_VALUES, shapes.ascending(lambda put: put["name"]))(self.puts)
        MAC(trailer)
        self.store, self.namespace, self.id, self.key = (header[f] for f in ("store", "namespace", "id", "key"))
        self.mac, self.covered = from_b64(trailer["mac"]), b"".join(lines[:-1])

    def open(self, master, pool):
        listed = self.key.get("context", [])
        if not set(listed) <= set(pool):
            raise Refusal("CONTEXT", "a pair is missing")
        context = {name: pool[name] for name in listed}
        data_key = open_submission_key(master, self, context)
        opened = {}
        for put in self.puts:
            ad = submitted_place(self.store, self.namespace, self.id, put["name"], put["type"], context)
            opened[put["name"]] = unseal_submitted(data_key, ad, from_b64(put["value"]))
        return opened
