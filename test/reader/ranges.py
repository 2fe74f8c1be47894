"""Section 7: RANGES, sets of version numbers as [[from, to], …], both ends included. A range may be long."""


def within(number, ranges):
    return any(first <= number <= last for first, last in ranges)


def joined(ranges, more):
    """Every number of both, in the one way that RANGES are written."""
    out = []
    for first, last in sorted([*ranges, *more]):
        if out and first <= out[-1][1] + 1:
            out[-1][1] = max(out[-1][1], last)
        else:
            out.append([first, last])
    return out
