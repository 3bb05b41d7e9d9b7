"""Four address lines into one, two or three, one record at a time: what the columnar form is held against."""

from collections.abc import Sequence

JOINS = ((), ((0, 1),), ((2, 3),), ((0, 1), (2, 3)))


def joined(lines: Sequence[str], separator: str) -> str:
    """All filled lines as one text."""
    return separator.join(line for line in lines if line)


def in_lines(lines: Sequence[str], into: int, separator: str, limit: int) -> list[str] | None:
    """The lines to send, or None where they do not fit."""
    if into == 1:
        whole = [joined(lines, separator)]
        return whole if len(whole[0]) <= limit else None
    wanted = max(0, sum(map(bool, lines)) - into)
    for joins in JOINS:
        if len(joins) != wanted or not all(lines[one] and lines[other] for one, other in joins):
            continue
        left = list(lines)
        for one, other in joins:
            left[one], left[other] = separator.join((lines[one], lines[other])), ""
        sent = [line for line in left if line]
        if all(len(line) <= limit for line in sent):
            return sent + [""] * (into - len(sent))
    return None
