"""Sections 6 and 17: the reader's master key, the data keys it opens, and the macs made with them."""

from notation import from_b64, hkdf, mac, pairs, parts, same, sha256, to_b64
from refusal import Refusal, integrity
from sealing import unclose

WRAPPED = 112


class MasterKey:
    """A key file's key."""

    def __init__(self, line):
        start, key = line[:20], line[20:-1]
        if start != "coffer-master-key-1 " or line[-1:] != "\n" or len(from_b64(key)) != 32:
            raise integrity("not a key file")
        self._key = from_b64(key)
        self.id = "key-file:" + to_b64(sha256(b"coffer master key 1\0" + self._key)[:16])

    def unwrap(self, wrapped, context):
        if len(wrapped) != WRAPPED:
            raise integrity("not a wrapping of this kind of master key")
        return unclose(self._key, b"coffer/v1/wrap", parts("coffer/v1/wrap", *pairs(context)), wrapped)


def key_id(data_key):
    return "k" + to_b64(sha256(b"coffer data key 1\0" + data_key))


def open_own_key(master, key, store, namespace, user):
    """The data key of a KEY that is not its document's first; `user` is the context it was made with."""
    return _open(master, key, {**_context(store, namespace, key["epoch"] + "/own"), **user})


def open_epoch_key(master, document, store, namespace):
    """The key of the document's epoch, once the document's mac was seen to hold under it."""
    key = document.keys[0]
    epoch_key = _open(master, key, _context(store, namespace, key["epoch"]))
    if not same(_mac(epoch_key, document), document.mac):
        raise integrity(f"the mac of a {document.kind} does not hold")
    return epoch_key


def open_submission_key(master, submission, user):
    """The data key of a submission, once the submission's mac was seen to hold under it."""
    context = {**_context(submission.store, submission.namespace, "inbox"), **user}
    data_key = _open(master, submission.key, context)
    if not same(_mac(data_key, submission), submission.mac):
        raise integrity("the mac of a submission does not hold")
    return data_key


def _context(store, namespace, epoch):
    return {"coffer:store": store, "coffer:namespace": namespace or "/", "coffer:epoch": epoch}


def _open(master, key, context):
    wrapped = next((w["wrapped"] for w in key["wrappings"] if w["by"] == master.id), None)
    if wrapped is None:
        raise Refusal("ACCESS_DENIED", "no wrapping for this master key")
    try:
        data_key = master.unwrap(from_b64(wrapped), context)
    except Refusal as refusal:
        raise Refusal("CONTEXT" if "context" in key else "INTEGRITY", f"a key does not open: {refusal.why}") from None
    if len(data_key) != 32 or not same(key_id(data_key).encode(), key["id"].encode()):
        raise integrity("a key is not the one listed")
    return data_key


def _mac(epoch_key, document):
    return mac(hkdf(epoch_key, b"", b"coffer/v1/mac/" + document.kind.encode(), 32), document.covered)
