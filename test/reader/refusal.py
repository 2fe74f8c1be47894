"""One exception for everything the format refuses, carrying one of the document's codes."""

CODES = ("INTEGRITY", "ROLLBACK", "CONTEXT", "ACCESS_DENIED", "NOT_FOUND", "CONFLICT", "UNSUPPORTED")


class Refusal(Exception):
    """Nothing was read, nothing may be used; `code` says what stands behind it."""

    def __init__(self, code, why):
        assert code in CODES
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why


def integrity(why):
    return Refusal("INTEGRITY", why)
