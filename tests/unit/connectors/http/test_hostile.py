"""Right answers, mutated: nothing in them ends in a crash or is taken for what it is not."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.http.answers import MOST_DEPTH, AnswerError, found_at, json_of
from connectors.http.client import Answer
from connectors.http.strangers import MOST_NAMES, OTHERS, Strangers
from connectors.http.system import open_system
from engine.compare.snapshot import take_snapshot
from engine.errors import TielineError, UnexpectedAnswerError
from engine.ports import Access, Call, Collection, Column, Intent, Listing, System, Write
from tests.trial import Trial
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LIMITS, columns_of, rows_of, spec_of
from tests.unit.connectors.loopback import FastClock, Reply, Site, as_json

PEOPLE = Collection(
    "people",
    "ID",
    columns_of(
        Column("ID", "ID", access="read"),
        Column("Name", "Name"),
        Column("DOB", "DOB", "date", "iso date"),
        Column("Seen", "Seen", "instant", "iso instant"),
        Column("Score", "Score", "number"),
        Column("Active", "Active", "boolean"),
        Column("Town", "Home.Town"),
    ),
    listing=Listing(Call("GET", "/People")),
    create=Write(Call("POST", "/People"), "D", new_key="ID"),
)
NAMES = tuple(PEOPLE.columns)


# --- JSON as pairs, so that a name may stand twice ------------------------------------------------------------------


@dataclass(frozen=True)
class Raw:
    """A piece of the answer's text."""

    text: str


@dataclass
class Pairs:
    """An object."""

    pairs: list[tuple[str, Any]]


def record(number: int) -> Pairs:
    home = Pairs([("Town", "Leeds"), ("Street", "1 High Street")])
    return Pairs(
        [
            ("ID", number),
            ("Name", f"Ada {number}"),
            ("DOB", "2001-02-03"),
            ("Seen", "2026-01-02T03:04:05Z"),
            ("Score", Raw("7.25")),
            ("Active", True),
            ("Home", home),
        ]
    )


def written(value: Any) -> str:  # noqa: ANN401  a tree of any shape
    match value:
        case Raw():
            return value.text
        case Pairs():
            return "{" + ", ".join(f"{json.dumps(name)}: {written(part)}" for name, part in value.pairs) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def places(value: Any) -> Iterator[tuple[Any, int]]:  # noqa: ANN401  a tree of any shape
    """Every place of a tree, as its holder and the position there."""
    parts = value.pairs if isinstance(value, Pairs) else value if isinstance(value, list) else ()
    for at, part in enumerate(parts):
        yield value, at
        yield from places(part[1] if isinstance(value, Pairs) else part)


ODD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            *(Raw(text) for text in ("1e999", "1e1001", "-1e999999999", "1e-999999999", "0e9999999", "9" * 4300)),
            *(Raw(text) for text in ("9" * 4301, "1." + "0" * 5000 + "1", "-0", "-0.0", "1E2", "NaN", "-Infinity")),
            *(Raw(text) for text in ('"\\ud800"', '"\\udfff\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', "01", "'x'")),
            *(Raw("[" * depth + "]" * depth) for depth in (MOST_DEPTH - 2, MOST_DEPTH - 1, 500, 20_000)),
            Raw('{"a": ' * 400 + "1" + "}" * 400),
            *(None, True, False, 0, 1, -1, 2**63, 2**64, "", " ", "null", "true", "7", "2001-02-30", "x" * 50_000),
            *([], Pairs([]), [1], [[]], Pairs([("ID", 1)])),
        ]
    ),
    st.text(max_size=8),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """A right answer with one to three mutations in it, one to its bytes now and then."""
    tree: list[Any] = [record(number) for number in range(1, 4)]
    for _ in range(draw(st.integers(1, 3))):
        holder, at = draw(st.sampled_from(list(places(tree)) or [(tree, -1)]))
        if at < 0:
            break
        how = draw(st.sampled_from(["replace", "drop", "twice", "add", "wrap", "rename"]))
        mutate(draw, holder, at, how)
    data = written(tree).encode()
    if draw(st.integers(0, 5)) == 0:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.sampled_from([b"", b"\xff", b"\x00", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"}"]))
        data += b"" if draw(st.booleans()) else written(tree).encode()[at:]
    return data


def mutate(draw: st.DrawFn, holder: Any, at: int, how: str) -> None:  # noqa: ANN401  an object or a list
    parts: list[Any] = holder.pairs if isinstance(holder, Pairs) else holder
    name, old = parts[at] if isinstance(holder, Pairs) else ("", parts[at])
    if how == "drop":
        del parts[at]
        return
    new = draw(ODD) if how in {"replace", "add"} else [old] if how == "wrap" else old
    name = draw(st.sampled_from(["Extra", "id", "", "ID", "x" * 100])) if how in {"add", "rename"} else name
    part = (name, new) if isinstance(holder, Pairs) else new
    if how in {"add", "twice"}:
        parts.append(part)
    else:
        parts[at] = part


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass
class Hostile:
    """A system on a server whose next answer is set."""

    site: Site
    system: System

    def answers(self, body: bytes) -> None:
        self.site.answer = lambda _: Reply(200, body)


@pytest.fixture(scope="module")
def hostile() -> Iterator[Hostile]:
    clock = FastClock()
    site = Site(clock)
    spec = replace(spec_of(PEOPLE, limits=replace(LIMITS, max_body=200_000)), error_message="message")
    system = open_system(spec, Access("sandbox", site.url), clock)
    yield Hostile(site, system)
    system.close()
    site.close()


def expected(body: bytes) -> list[dict[str, object]]:
    """The values as they stand in an answer that was taken, read by the library alone."""
    rows = json.loads(body.decode("utf-8-sig"), parse_float=Decimal)
    rows = [rows] if isinstance(rows, dict) else rows
    return [{**{name: row.get(name) for name in NAMES}, "Town": (row.get("Home") or {}).get("Town")} for row in rows]


def same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


@pytest.mark.covers("N7")
def test_mutated_answers_are_refused_or_read_as_they_are(hostile: Hostile, figure: Callable[[str, str], None]) -> None:
    """No crash; what is taken has every value with the type and the value that JSON gives it, and can be compared."""
    told: Counter[str] = Counter()

    @settings(max_examples=600, suppress_health_check=list(HealthCheck))
    @given(answers())
    def run(body: bytes) -> None:
        hostile.answers(body)
        try:
            rows = rows_of(hostile.system.read("people", NAMES))
        except TielineError as error:
            assert isinstance(error, UnexpectedAnswerError)  # noqa: PT017  any other fault of ours is a wrong one
            assert error.doing == "listing people"  # noqa: PT017
            told["refused"] += 1
            return
        for row, right in zip(rows, expected(body), strict=True):
            assert all(same(row[name], right[name]) for name in NAMES)
        hostile.answers(body)
        pages = hostile.system.read("people", NAMES)
        snapshot = take_snapshot("onefile", PEOPLE, NAMES, pages, "Europe/London")
        assert snapshot.count <= len(rows)
        told["read"] += 1

    run()
    assert min(told["refused"], told["read"]) > 50
    count = told["refused"] + told["read"]
    figure("N7", f"{count} mutated answers: {told['refused']} refused, {told['read']} read as they are, 0 crashes")


@pytest.mark.covers("N7")
def test_mutated_answers_to_a_create_never_make_up_a_key(hostile: Hostile, figure: Callable[[str, str], None]) -> None:
    """A create is accepted only with a text or a whole number as its new key, else it is unknown; never a crash."""
    told: Counter[str] = Counter()

    @settings(max_examples=300, suppress_health_check=list(HealthCheck))
    @given(answers())
    def run(body: bytes) -> None:
        body = body.strip().removeprefix(b"[").removesuffix(b"]")
        hostile.answers(body)
        (outcome,) = hostile.system.send([Intent("c", 1, "create", "people", None, {"Name": "Ada"})])
        told[outcome.verdict] += 1
        if outcome.verdict == "accepted":
            key = json.loads(body.decode("utf-8-sig"), parse_float=Decimal)["ID"]
            assert isinstance(key, str | int)
            assert not isinstance(key, bool)
            assert outcome.new_key == str(key) != ""
        else:
            assert (outcome.verdict, outcome.new_key) == ("unknown", None)

    run()
    figure("N7", f"{told.total()} mutated answers to creates: no key made up")


def _answer(text: str) -> Answer:
    return Answer(200, "application/json", text.encode())


@pytest.mark.covers("N7")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"ID": 1, "ID": 2}]', "a field twice"),
        ('[{"ID": 1, "Home": {"Town": "a", "Town": "a"}}]', "a field twice"),
        ('[{"ID": 1e1001}]', "too large or too small"),
        ('[{"ID": 0e-1001}]', "too large or too small"),
        ("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1), "nested deeper than 32"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper than 32"),
        ('{"a": ' * 5000 + "1" + "}" * 5000, "nested deeper than 32"),
    ],
    ids=["twice", "twice within", "large", "small", "deep", "very deep", "deep objects"],
)
def test_what_json_allows_and_we_do_not(text: str, says: str) -> None:
    """Each is refused in words that say what is wrong."""
    with pytest.raises(AnswerError, match=says):
        json_of(_answer(text))


@pytest.mark.covers("N7")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
def test_only_utf8_is_read(encoding: str) -> None:
    """Other encodings, which the library would guess, are not JSON to us: half a letter would slip through there."""
    with pytest.raises(AnswerError, match="not whole JSON"):
        json_of(Answer(200, "application/json", '[{"ID": "\\ud800 é"}]'.encode(encoding)))


def test_what_is_at_the_limit_is_read() -> None:
    """32 levels, an exponent of 1000 and a byte order mark."""
    assert json_of(_answer("[" * MOST_DEPTH + "]" * MOST_DEPTH)) is not None
    assert json_of(_answer("[1e1000]")) == [Decimal("1e1000")]
    assert json_of(Answer(200, "application/json", b"\xef\xbb\xbf[1]")) == [1]


# --- paths -----------------------------------------------------------------------------------------------------------


@pytest.mark.covers("N7")
@pytest.mark.parametrize("kind", ["list", "flatten", "projection", "hash", "filter"])
def test_a_path_that_doubles_is_stopped(kind: str, figure: Callable[[str, str], None]) -> None:
    """From 2 to 2^40 items: what fits the budget is evaluated, what does not is refused, and memory stays small."""
    step = {
        "list": "[@, @]",
        "flatten": "[@, @][]",
        "projection": "[*].[@, @][]",
        "hash": "{a: @, b: @}",
        "filter": "[?`true`].[@, @][]",
    }[kind]
    refused = 0
    for times in range(1, 41):
        try:
            found_at(" | ".join([step] * times), [1])
        except AnswerError as error:
            assert "too many steps" in str(error)  # noqa: PT017  of each length
            refused += 1
    if kind in {"flatten", "projection", "filter"}:
        assert 15 <= refused <= 30
        figure("N7", f"JMESPath that doubles 40 times ({kind}): {40 - refused} evaluated, {refused} refused")


# --- fields that nobody named ----------------------------------------------------------------------------------------


@pytest.mark.covers("N7")
def test_unknown_fields_are_ignored_and_listed(opened: Opening, site: Site) -> None:
    """By their names alone, those of listings and of detail calls; a name that may be a value is not shown."""
    spec = spec_of(CENTRES, PEOPLE)
    system = opened(spec)
    assert system.strangers == {}
    odd = {"QQ123456C": 1, "a@b.example": 1, "07700 900123": 1, "x" * 41: 1, "": 1, "Zo\u00eb": 1}
    site.answer = lambda _: as_json([{"ID": 1, "Name": "North", "Code": "N", "L12": 1, **odd}, {"ID": 2, "Extra": []}])
    assert rows_of(system.read("centres", ["ID"])) == [{"ID": 1}, {"ID": 2}]
    assert system.strangers == {"centres": [OTHERS, "Code", "Extra", "L12"]}


def test_the_list_of_unknown_fields_ends() -> None:
    """A server that makes up new names for ever does not fill our memory."""
    found = Strangers()
    letters = "abcdefghij"
    for first in letters:
        found.note(CENTRES, [{f"{first}{second}{third}": 1} for second in letters for third in letters])
    assert len(found.listed()["centres"]) == MOST_NAMES


@pytest.mark.covers("N7")
def test_a_plan_tells_of_unknown_fields(trial: Trial) -> None:
    """`tieline plan` says how many OneFile sends beyond its connector file, and with `--json` which."""
    told = trial.call("plan", "onefile", "--json").json["unknown_fields"]
    assert {"Archived", "CreatedOn"} <= set(told["onefile"]["learners"])
    number = sum(map(len, told["onefile"].values()))
    said = trial.call("plan", "onefile").out
    assert f"ignored {number} fields that onefile sends and connectors/onefile.yaml lacks (see --json)" in said
