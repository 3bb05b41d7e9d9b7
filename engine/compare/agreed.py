"""What the two sides once agreed on: one bit a link and field, and a keyed hash of the value where a rule asks.

Plans read it; only an apply writes it, after it has read both sides again and found them equal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from engine.compare.match import Matched
from engine.digest import keyed
from engine.query.model import FieldQuery, RecordQuery
from engine.query.run import Cells, agreeing

COLUMNS = ("mis_id", "provider_id", "centre", "field", "mark")
_LINK = ("mis_id", "provider_id", "centre")
Ids = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreements of one record type as columns of one length (`COLUMNS`), and the key of their marks.

    `mark` is the keyed hash of the value agreed on; empty where a rule needs no more than the bit.
    """

    columns: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    key: bytes = b""

    def of(self, name: str) -> pl.DataFrame:
        """The agreements on one field."""
        frame = pl.DataFrame(
            {column: self.columns.get(column, ()) for column in COLUMNS}, schema=dict.fromkeys(COLUMNS, pl.String)
        )
        return frame.filter(pl.col("field") == name).drop("field")


NOTHING = Agreed()


def with_agreed(record_type: str, cells: Cells, keys: pl.DataFrame, agreed: Agreed) -> pl.DataFrame:
    """The cells of a two-way field in the light of what both sides agreed on: blanked since, or moved on one side."""
    known = agreed.of(cells.field.name) if cells.field.mode == "both" else None
    if known is None or not known.height:
        return cells.frame
    links = keys.with_row_index("pair")
    frame = cells.frame.join(links, on="pair", how="left", maintain_order="left")
    frame = frame.join(known, on=_LINK, how="left", nulls_equal=True, maintain_order="left")
    if cells.field.rule == "ask":
        frame = _moved(record_type, cells.field, frame, agreed.key)
    blanked = pl.col("cell").is_in(["source blank", "target blank"]) & pl.col("mark").is_not_null()
    cell = pl.when(blanked).then(pl.lit("blanked")).otherwise(pl.col("cell"))
    return frame.with_columns(cell=cell).select(cells.frame.columns)


def _moved(record_type: str, field_: FieldQuery, frame: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Where exactly one side still has the value agreed on, the other one has moved."""
    asked = (frame["cell"] == "different") & frame["mark"].is_not_null()
    cells = frame["cell"].to_list()
    for at in asked.arg_true():
        row = frame.row(at, named=True)
        marks = [_mark(key, record_type, _ids(row), field_, row[f"alike_{side}"]) for side in ("mis", "provider")]
        if row["mark"] in marks:
            cells[at] = "provider moved" if row["mark"] == marks[0] else "mis moved"
    return frame.with_columns(pl.Series("cell", cells, dtype=pl.String))


def agreements(query: RecordQuery, matched: Matched, key: bytes) -> dict[str, list[str | None]]:
    """Every pair and two-way field whose sides have one and the same value now, as columns (`COLUMNS`)."""
    rows = list(_agreements(query, matched, key))
    return {name: [row[at] for row in rows] for at, name in enumerate(COLUMNS)}


def _agreements(query: RecordQuery, matched: Matched, key: bytes) -> Iterator[tuple[str | None, ...]]:
    for one in query.fields:
        if one.mode != "both":
            continue
        found = agreeing(one, matched.pairs)
        rows = matched.keys.with_row_index("pair").join(found, on="pair", how="inner", maintain_order="left")
        for row in rows.iter_rows(named=True):
            ids = _ids(row)
            mark = _mark(key, query.record_type, ids, one, row["alike"]) if one.rule == "ask" else ""
            yield (*ids, one.name, mark)


def _ids(row: Mapping[str, str | None]) -> Ids:
    return tuple(row[name] for name in _LINK)


def _mark(key: bytes, record_type: str, ids: Ids, field_: FieldQuery, value: str | None) -> str:
    return keyed(key, [record_type, *ids, field_.name, value])
