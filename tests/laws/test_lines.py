"""Laws of joined lines: no line is lost, order is kept, no join that is not needed, what does not fit is held."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.ports import Column
from engine.query.model import Query
from tests.laws.lines import in_lines, joined
from tests.unit.compare.building import collection, compiled, decided

LINES = ("a1", "a2", "a3", "a4")
OFFICE = collection("people", [Column("ident", "ident", access="read"), *(Column(name, name) for name in LINES)])
FOLDER = collection("learners", [Column("ID", "ID", access="read"), *(Column(f"A{at}", f"A{at}") for at in range(3))])
SEPARATOR = ", "
LIMITS = (35, 50, 100)


def query(into: int, limit: int, direction: str) -> Query:
    """Four lines into some, both ways or one."""
    there = f"[{', '.join(f'A{at}' for at in range(into))}]"
    rule = ", rule: fill blank else provider wins" if direction == "both" else ""
    made = f"{{lines: [{', '.join(LINES)}], into: {into}, separator: '{SEPARATOR}', limit: {limit}}}"
    return compiled(f"home: {{provider: {there}, from_mis: {made}{rule}}}", direction, mis=OFFICE, provider=FOLDER)


QUERIES = {
    (into, limit, direction): query(into, limit, direction)
    for into in (1, 2, 3)
    for limit in LIMITS
    for direction in ("push", "pull", "both")
}
# No comma in a line, so that a joined text shows where it was joined; lengths around the limits.
LINE = st.one_of(
    st.just(""),
    st.text("abé 1", max_size=6).map(str.strip),
    st.sampled_from([15, 16, 17, 18, 32, 35, 36, 48, 50, 51, 98, 100, 101]).map(lambda length: "x" * length),
)
ADDRESS = st.tuples(LINE, LINE, LINE, LINE)
SENT = st.lists(ADDRESS, min_size=1, max_size=20)
FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
SHAPES = [(into, limit) for into in (1, 2, 3) for limit in LIMITS]


def people(addresses: list[tuple[str, ...]]) -> list[dict[str, str]]:
    return [{"ident": f"{at:02}", **dict(zip(LINES, lines, strict=True))} for at, lines in enumerate(addresses)]


def outcomes(made: Query, mis: list[dict[str, str]], provider: list[dict[str, str]]) -> dict[int, Mapping[str, object]]:
    """Pair -> what changes or is held."""
    return {row["pair"]: row for row in decided(made, mis, provider).cells.iter_rows(named=True)}


def parts(value: object, into: int) -> list[str]:
    """The lines of a decision's value."""
    from engine.query.texts import ungrouped  # noqa: PLC0415  a value of one column is no group

    texts = [value] if into == 1 else list(ungrouped(str(value)))
    return [str(text or "") for text in texts]


@pytest.mark.covers("CX-10")
@pytest.mark.parametrize(("into", "limit"), SHAPES)
@given(addresses=SENT)
@FEW
def test_lines_are_sent_as_the_reference_says(into: int, limit: int, addresses: list[tuple[str, ...]]) -> None:
    """What the columns give is what one address after the other gives: the very lines, or a hold and nothing else."""
    bare = [{"ID": f"{at:02}"} for at in range(len(addresses))]
    found = outcomes(QUERIES[into, limit, "push"], people(addresses), bare)
    for at, lines in enumerate(addresses):
        wanted = in_lines(lines, into, SEPARATOR, limit)
        if not any(lines):
            assert at not in found
        elif wanted is None:
            assert (found[at]["reason"], found[at]["held"]) == ("too_long", True)
        else:
            assert (found[at]["reason"], found[at]["held"]) == ("fills_blank", False)
            assert parts(found[at]["after"], into) == wanted


@pytest.mark.covers("CX-10")
@given(ADDRESS, st.sampled_from(SHAPES))
def test_the_reference_loses_nothing(lines: tuple[str, ...], shape: tuple[int, int]) -> None:
    """No line lost, order kept, none cut, joined only as far as needed, limits kept; held only where nothing fits."""
    into, limit = shape
    sent = in_lines(lines, into, SEPARATOR, limit)
    filled = [line for line in lines if line]
    if sent is None:
        longest = max(filled, key=len)
        pairs = [len(SEPARATOR.join(pair)) for pair in (lines[:2], lines[2:]) if all(pair)]
        assert len(longest) > limit or max(pairs, default=0) > limit or into == 1
        return
    assert [part for line in sent if line for part in line.split(SEPARATOR)] == filled
    assert all(len(line) <= limit for line in sent)
    assert sum(line.count(SEPARATOR) for line in sent) == max(0, len(filled) - into)
    assert "" not in sent[: sum(map(bool, sent))]
    if into == 3 and len(filled) == 4 and len(joined(lines[:2], SEPARATOR)) <= limit:
        assert SEPARATOR in sent[0] or len(lines[2]) > limit or len(lines[3]) > limit


@pytest.mark.covers("CX-10")
@pytest.mark.parametrize(("into", "limit"), SHAPES)
@given(addresses=SENT)
@FEW
def test_what_was_sent_comes_back_as_no_difference(into: int, limit: int, addresses: list[tuple[str, ...]]) -> None:
    """A joined address that equals the MIS's own one joined is the same, under every direction."""
    sent = [(lines, in_lines(lines, into, SEPARATOR, limit)) for lines in addresses]
    kept = [(lines, there) for lines, there in sent if there is not None]
    provider = [
        {"ID": f"{at:02}", **{f"A{n}": line for n, line in enumerate(there)}} for at, (_, there) in enumerate(kept)
    ]
    for direction in ("push", "pull", "both"):
        assert outcomes(QUERIES[into, limit, direction], people([lines for lines, _ in kept]), provider) == {}


@pytest.mark.covers("CX-10")
@pytest.mark.parametrize(("into", "limit"), SHAPES)
@given(addresses=SENT, other=st.sampled_from(["elsewhere", "x" * 15]))
@FEW
def test_another_address_is_never_taken_apart(
    into: int, limit: int, addresses: list[tuple[str, ...]], other: str
) -> None:
    """What comes back as another address is held, whatever it is; a blank one changes nothing under `pull`."""
    provider = [{"ID": f"{at:02}", "A0": other} for at in range(len(addresses))]
    blank = [{"ID": f"{at:02}", "A0": "  "} for at in range(len(addresses))]
    for direction in ("pull", "both"):
        found = outcomes(QUERIES[into, limit, direction], people(addresses), provider)
        for at, lines in enumerate(addresses):
            if joined(lines, SEPARATOR) == other:
                assert at not in found
            else:
                assert (found[at]["reason"], found[at]["held"], found[at]["after"]) == ("cannot_split", True, None)
    assert outcomes(QUERIES[into, limit, "pull"], people(addresses), blank) == {}
