"""Which records the changes of one record type refer to that do not exist yet."""

import polars as pl

from engine.compare.creates import InCentre
from engine.compare.decide import Decisions
from engine.query.references import PENDING, pending_id


def referred_by(decisions: Decisions) -> dict[str, set[InCentre]]:
    """Record type -> MIS ids, with centres, that applicable changes refer to and that have to be created first."""
    found: dict[str, set[InCentre]] = {}
    for at, field in enumerate(decisions.query.fields):
        if field.refers_to is None:
            continue
        ids = found.setdefault(field.refers_to, set())
        cells = decisions.cells.filter(pl.col("field") == at, ~pl.col("held"))
        ids.update(_stand_ins(cells.join(decisions.holds.select("pair"), on="pair", how="anti")["after"]))
        for creates in decisions.creates:
            name = f"value {at}"
            if name in creates.frame.columns:
                ids.update(_stand_ins(creates.frame.filter(pl.col("why").is_null())[name]))
    return found


def _stand_ins(values: pl.Series) -> list[InCentre]:
    pending = values.filter(values.str.starts_with(PENDING).fill_null(value=False)).unique()
    ids = [pending_id(value) for value in pending.to_list()]
    return [(one[0], one[2]) for one in ids if one is not None and one[0] is not None]
