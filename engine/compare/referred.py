"""Which records the changes of one record type refer to that do not exist yet."""

import polars as pl

from engine.compare.decide import Decisions
from engine.query.references import PENDING


def referred_by(decisions: Decisions) -> dict[str, set[str]]:
    """Record type -> MIS ids that applicable changes refer to and that have to be created first."""
    found: dict[str, set[str]] = {}
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


def _stand_ins(values: pl.Series) -> list[str]:
    pending = values.filter(values.str.starts_with(PENDING).fill_null(value=False))
    return pending.str.strip_prefix(PENDING).to_list()
