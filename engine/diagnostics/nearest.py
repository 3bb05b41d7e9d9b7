"""The known names that are nearest to a misspelt one."""

from collections.abc import Iterable

_LONGEST = 64


def nearest(word: str, candidates: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Up to `most` candidates that a person may have meant by `word`, best first, in the given order where equal.

    Letter case, spaces, hyphens and underscores do not count; a third of the letters may be wrong, missing, too many
    or swapped with their neighbour.
    """
    plain = _plain(word)
    allowed = max(1, len(plain) // 3)
    found: list[tuple[int, int, str]] = []
    for order, candidate in enumerate(dict.fromkeys(candidates)):
        other = _plain(candidate)
        if plain and abs(len(other) - len(plain)) <= allowed:
            apart = _distance(plain, other)
            if apart <= allowed and candidate != word:
                found.append((apart, order, candidate))
    return tuple(candidate for _, _, candidate in sorted(found)[:most])


def _plain(word: str) -> str:
    return "".join(letter for letter in word[:_LONGEST].casefold() if letter not in " -_")


def _distance(left: str, right: str) -> int:
    """Edits between two words: a letter put in, left out or replaced, or two neighbours swapped."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        before, last, row = row, before, [at]
        for to, other in enumerate(right, 1):
            best = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == right[to - 2] and left[at - 2] == other:
                best = min(best, last[to - 2] + 1)
            row.append(best)
    return row[-1]
