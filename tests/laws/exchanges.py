"""Two systems in memory under one mapping: planned, applied and planned again, without a store."""

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hypothesis import strategies as st

from engine.memory import MemorySystem, Row
from engine.plan.build import Builder, left_alone
from engine.plan.file import SUFFIX, PlanFile, open_plan, write_plan
from engine.plan.guard import Guard
from engine.plan.model import Change
from engine.plan.values import from_text
from engine.planner import Planner
from engine.ports import Intent, Outcome
from engine.query.model import Query
from engine.reading import Readings, Sides
from tests.unit.compare.building import CREATES_BOTH, KEY, compiled, link_columns, sides
from tests.unit.plan.plans import HEADER

Order = Callable[[list[Row]], Iterable[Row]]


def mapping(rule: str = "", blank: str = "keeps", compare: str = "[trim, spaces, accents]") -> str:
    """Every kind of field: copied text, codes, lines, a date, an instant, a number, a switch, a constant."""
    both = f", rule: {rule}" if rule else ""
    own = f", blank: {blank}{both}"
    return (
        f"name: {{mis: name, provider: Name, compare: {compare}{own}}}\n"
        f"code: {{mis: code, provider: Code, from_mis: {{codes: origin}}, from_provider: {{codes: origin}}{own}}}\n"
        f"born: {{mis: born, provider: DOB{own}}}\nseen: {{mis: seen, provider: Seen{own}}}\n"
        f"score: {{mis: score, provider: Score{own}}}\nactive: {{mis: active, provider: Active{own}}}\n"
        f"home: {{provider: Address, from_mis: {{lines: [street, town]}}, blank: {blank}, only: push}}\n"
        "town: {provider: Town, from_mis: {constant: Leeds}, only: push}"
    )


@dataclass
class Exchange:
    """Two systems with their links, and the query between them."""

    query: Query
    mis: MemorySystem
    provider: MemorySystem
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def planner(self) -> Planner:
        both = Sides(self.mis, self.provider, "office", "folder")
        return Planner(
            self.query,
            Readings(both, self.query.zone),
            lambda _: link_columns(self.links),
            Builder("office", "folder", KEY),
        )

    def changes(self) -> list[Change]:
        """Every change and hold that a plan made now would have."""
        planner = self.planner
        return list(planner.builder.changes(planner.decide_all()[0]))

    def write(self, folder: Path) -> PlanFile:
        """A plan file, as the use case of planning writes it."""
        planner = self.planner
        decisions, _ = planner.decide_all()
        guard = Guard({}, {one.query.record_type: one.records for one in decisions})

        def counted() -> Iterable[Change]:
            for change in planner.builder.changes(decisions):
                guard.count(change)
                yield change

        return open_plan(
            write_plan(
                lambda plan: folder / f"{plan}{SUFFIX}",
                HEADER,
                counted(),
                lambda: (*map(left_alone, decisions), *guard.lines()),
                folder,
            )
        )

    def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        """Send every change that may be applied; link what was created."""
        outcomes: list[Outcome] = []
        for change in changes:
            if change.applicable:
                (outcome,) = self._system(change).send([self._intent(change)])
                outcomes.append(outcome)
                if outcome.new_key is not None:
                    self.links.append((change.mis_id or outcome.new_key, change.provider_id or outcome.new_key))
        return outcomes

    def _system(self, change: Change) -> MemorySystem:
        return self.provider if change.side == "provider" else self.mis

    def _intent(self, change: Change) -> Intent:
        record = self.query.records[0]
        kept = record.provider if change.side == "provider" else record.mis
        texts = {name: text for one in change.writes for name, text in one.written.items()}
        values = {name: from_text(kept.columns[name], text) for name, text in texts.items()}
        rows = self._system(change).rows[kept.name]
        found = next((row for row in rows if str(row.get(kept.key)) == change.key), {})
        expected = {name: found.get(name) for name in values}
        action: Literal["create", "update"] = "create" if change.action == "create" else "update"
        return Intent(change.id, 1, action, kept.name, change.key, values, expected)

    def state(self) -> dict[str, list[Row]]:
        """All rows of both systems, as they are."""
        return copy.deepcopy({"mis": self.mis.rows["people"], "provider": self.provider.rows["learners"]})


WORDS = [
    "",
    " ",
    "Ann",
    "ANN",
    " Ann ",
    "Ann  Lee",
    "Ann Lee",
    "Jose\u0301",
    "José",
    "ﬁ",
    "fi",
    "x" * 11,
    "null",
    "a\u200bb",
]
DAYS = ["", "1970-06-01", "1970-06-01T00:00:00Z", "1970-05-31T23:00:00Z", "1969-01-01", "0001-01-01T00:00:00Z", "soon"]
TIMES = ["", "2020-07-01T00:00:00Z", "2020-07-01T01:00:00+01:00", "2020-01-01T00:00:00.123Z", "later"]
NUMBERS = ["", "5", "5.0", 5, "-1.25", "five", 10**20]
SWITCHES = ["", "true", "Y", "N", "false", True, "perhaps"]


def one_of(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.sampled_from(values))


MIS_ROW = st.fixed_dictionaries(
    {
        "name": one_of(WORDS),
        "town": one_of(WORDS),
        "street": one_of(WORDS),
        "code": one_of(["", "1", " 2 ", "3", "77"]),
        "born": one_of(DAYS),
        "seen": one_of(TIMES),
        "score": one_of(NUMBERS),
        "active": one_of(SWITCHES),
    }
)
PROVIDER_ROW = st.fixed_dictionaries(
    {
        "Name": one_of(WORDS),
        "Town": one_of(["", "Leeds", "York"]),
        "Address": one_of(WORDS),
        "Code": one_of(["", "White", "Black ", "Mixed", "Other"]),
        "DOB": one_of(DAYS),
        "Seen": one_of(TIMES),
        "Score": one_of(NUMBERS),
        "Active": one_of(SWITCHES),
    }
)
COMPARES = ["[trim, spaces, accents]", "[upper]", "[no_spaces, fold, accents]", "[format]", "[digits]"]
QUERIES: dict[tuple[str, str, str], Query] = {
    (direction, other, compare): compiled(
        mapping(other if direction == "both" else "", "keeps" if direction == "both" else other, compare),
        direction,
        extra=CREATES_BOTH,
    )
    for direction, others in {
        "push": ["keeps", "clears"],
        "pull": ["keeps", "clears"],
        "both": ["fill blank only", "fill blank else mis wins", "fill blank else provider wins"],
    }.items()
    for other in others
    for compare in COMPARES
}
"""Direction, `blank` or the rule of `both`, normalisers -> the query."""


@st.composite
def exchanges(draw: st.DrawFn, queries: Sequence[Query] = tuple(QUERIES.values())) -> Exchange:
    """Some people and learners, most of them linked; now and then a key doubled, a link broken or shared.

    No system gives a new record a key that a link names already.
    """
    people = [{"ident": f"m{at}", **row} for at, row in enumerate(draw(st.lists(MIS_ROW, max_size=4)))]
    learners = [{"ID": f"p{at}", **row} for at, row in enumerate(draw(st.lists(PROVIDER_ROW, max_size=4)))]
    ends = st.tuples(st.sampled_from(["m0", "m1", "m2", "m3", "m4"]), st.sampled_from(["p0", "p1", "p2", "p3", "p4"]))
    links = draw(st.one_of(st.just([(f"m{at}", f"p{at}") for at in range(4)]), st.lists(ends, unique=True, max_size=4)))
    if people and draw(st.integers(0, 5)) == 0:
        people.append({**people[0], "town": "doubled"})
    mis, provider = sides(people, learners)
    return Exchange(draw(st.sampled_from(queries)), mis, provider, links)
