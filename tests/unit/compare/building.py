"""Small exchanges for tests: rules from a few lines of YAML, two systems whose connector files are built here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.compare.decide import Decisions, decide
from engine.compare.match import match_links
from engine.compare.snapshot import Snapshot, take_snapshot
from engine.memory import MemorySystem
from engine.plan.build import Builder
from engine.plan.model import Change
from engine.ports import Call, Collection, Column, ConnectorSpec, DeliveryClass, Page, Write
from engine.query.compile import compile_rules
from engine.query.model import Query, RecordQuery
from engine.rules.check import check_rules
from engine.rules.model import Catalog
from engine.rules.parse import read_rules
from engine.source import Source

LONDON = "Europe/London"
KEY = b"a key for tests only"

MIS_COLUMNS = (
    Column("ident", "ident", access="read"),
    Column("name", "name", length=12),
    Column("town", "town"),
    Column("street", "street"),
    Column("code", "code"),
    Column("born", "born", "date", "iso date"),
    Column("seen", "seen", "instant", "iso instant"),
    Column("score", "score", "number"),
    Column("active", "active", "boolean"),
)
PROVIDER_COLUMNS = (
    Column("ID", "ID", access="read"),
    Column("Name", "Name", length=10, required=True),
    Column("Town", "Town"),
    Column("Address", "Address", length=30),
    Column("Code", "Code"),
    Column("DOB", "DOB", "date", "midnight instant"),
    Column("Seen", "Seen", "instant", "iso instant"),
    Column("Score", "Score", "number"),
    Column("Active", "Active", "boolean", "Y/N"),
)
CODES = "MIS,provider\n1,White\n2,Black\n3,Mixed\n"


def collection(
    name: str, columns: Iterable[Column], *, update: DeliveryClass | None = "C", create: DeliveryClass | None = "D"
) -> Collection:
    """A collection whose key is its first column that can only be read."""
    found = {one.name: one for one in columns}
    key = next((one.name for one in found.values() if one.access == "read"), "")
    return Collection(
        name,
        key,
        found,
        title=name,
        update=Write(Call("POST", "/"), update) if update else None,
        create=Write(Call("POST", "/"), create) if create else None,
    )


PEOPLE = collection("people", MIS_COLUMNS, update="B")
LEARNERS = collection("learners", PROVIDER_COLUMNS)


def rules_text(fields: str, direction: str = "push", extra: str = "", before: str = "") -> str:
    """A mapping of one record type; `fields` are lines such as `name: {mis: name, provider: Name}`.

    `extra` stands in the record type, and may bring an `identity`; `before` stands ahead of the record types.
    """
    indented = "\n".join(f"      {line}" for line in fields.strip().splitlines())
    return (
        "mapping: small\nversion: 1\ntitle: A small exchange\nmis: office\nprovider: folder\n"
        f"codes: {{origin: codes/origin.csv}}\n{before}"
        f"records:\n  learner:\n    mis: people\n    provider: learners\n    direction: {direction}\n"
        f"{'' if 'identity:' in extra else '    identity: [link]' + chr(10)}{extra}    fields:\n{indented}\n"
    )


def compiled(
    fields: str,
    direction: str = "push",
    *,
    mis: Collection = PEOPLE,
    provider: Collection = LEARNERS,
    extra: str = "",
    before: str = "",
) -> Query:
    """The query of a mapping; an assertion shows its diagnostics where it is wrong."""
    source = Source("mappings/small.yaml", rules_text(fields, direction, extra, before))
    read = read_rules(source, {"codes/origin.csv": CODES}.get)
    assert read.rules is not None, read.diagnostics
    catalog = Catalog(
        ConnectorSpec("office", "Office", "memory", {mis.name: mis}),
        ConnectorSpec("folder", "Folder", "memory", {provider.name: provider}),
    )
    checked, found = check_rules(read.rules, catalog)
    assert checked is not None, found
    return compile_rules(checked, LONDON)


CREATES = "    create: {at: provider, trigger: new}\n"
CREATES_IN_MIS = "    create: {at: mis, trigger: new}\n"
CREATES_BOTH = "    create: [{at: provider, trigger: new}, {at: mis, trigger: new}]\n"


def snapshot(
    side: Literal["mis", "provider"], query: RecordQuery, rows: Sequence[Mapping[str, Any]], size: int = 100
) -> Snapshot:
    """What reading these rows gives."""
    kept, columns = (query.mis, query.mis_columns) if side == "mis" else (query.provider, query.provider_columns)
    system = MemorySystem({kept.name: kept}, {kept.name: [dict(row) for row in rows]}, page_size=size)
    return take_snapshot(side, kept, columns, system.read(kept.name, columns), LONDON)


def pages(columns: Sequence[str], rows: Sequence[Sequence[object]], size: int) -> Iterable[Page]:
    """Rows as pages of a size."""
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        yield Page({name: [row[at] for row in part] for at, name in enumerate(columns)}, len(part))


@dataclass(frozen=True, slots=True)
class Pair:
    """What a decision says of the one pair that was compared: a field's reason, target, values, and whether held."""

    reason: str
    target: str = ""
    before: str | None = None
    after: str | None = None
    held: bool = False


def decided(
    query: Query,
    mis: Sequence[Mapping[str, Any]],
    provider: Sequence[Mapping[str, Any]],
    links: Sequence[tuple[str, str]] | None = None,
) -> Decisions:
    """Decisions over rows; without links the first MIS row belongs to the first provider row, and so on."""
    record = query.records[0]
    if links is None:
        here, there = record.mis.key, record.provider.key
        links = [(row[here], other[there]) for row, other in zip(mis, provider, strict=False)]
    matched = match_links(snapshot("mis", record, mis), snapshot("provider", record, provider), link_columns(links))
    return decide(record, matched)


def link_columns(links: Iterable[tuple[str, str]]) -> dict[str, list[str | None]]:
    """Links as the store gives them."""
    some = list(links)
    return {"mis_id": [a for a, _ in some], "provider_id": [b for _, b in some], "centre": [None for _ in some]}


def one_pair(query: Query, mis: Mapping[str, Any], provider: Mapping[str, Any]) -> dict[str, Pair]:
    """Field -> what was decided for the one pair of these two records."""
    decisions = decided(query, [{"ident": "1", **mis}], [{"ID": "9", **provider}])
    names = [field.name for field in decisions.query.fields]
    found = {name: Pair(next(iter(decisions.counts[name]))) for name in names}
    for row in decisions.cells.iter_rows(named=True):
        name = names[row["field"]]
        found[name] = Pair(row["reason"], row["target"], row["before"], row["after"], row["held"])
    for name, counts in decisions.counts.items():
        assert counts == {found[name].reason: 1}
    return found


def changes_of(decisions: Decisions) -> list[Change]:
    """The changes that a plan would hold."""
    return list(Builder("office", "folder", KEY).changes([decisions]))


def sides(
    mis: Iterable[Mapping[str, object]], provider: Iterable[Mapping[str, object]], page_size: int = 100
) -> tuple[MemorySystem, MemorySystem]:
    """Two systems in memory over copies of these rows."""
    return (
        MemorySystem({"people": PEOPLE}, {"people": [dict(row) for row in mis]}, page_size=page_size),
        MemorySystem({"learners": LEARNERS}, {"learners": [dict(row) for row in provider]}, page_size=page_size),
    )
