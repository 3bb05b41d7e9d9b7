"""Records that the rules hold, with the rules' own reasons."""

from collections.abc import Sequence

import polars as pl

from engine.compare.reasons import Reason
from engine.query.model import HoldQuery, RecordQuery
from engine.query.run import Pairs, with_marks

SCHEMA = {"pair": pl.UInt32, "why": pl.String, "because": pl.String}


def held_pairs(query: RecordQuery, pairs: Pairs, touched: pl.Series) -> pl.DataFrame:
    """The pairs among those touched that a condition holds: pair, why, because."""
    if not query.holds or not touched.len():
        return pl.DataFrame(schema=SCHEMA)
    narrow = Pairs(pairs.mis_rows.gather(touched), pairs.provider_rows.gather(touched), pairs.mis, pairs.provider)
    reads = with_marks(tuple(dict.fromkeys(path for hold in query.holds for path in hold.condition.reads)), pairs)
    frame = (
        narrow.take(reads).with_columns(touched.cast(pl.UInt32).alias("pair"))
        if reads
        else pl.DataFrame({"pair": touched})
    )
    why, because = hold_columns(query.holds)
    return frame.with_columns(why=why, because=because).filter(pl.col("why").is_not_null()).select(list(SCHEMA))


def hold_columns(holds: Sequence[HoldQuery]) -> tuple[pl.Expr, pl.Expr]:
    """The reason of the first condition that holds a row, and its own words; null where none does."""
    why, because = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.String)
    for hold in reversed(holds):
        unclear = hold.condition.value.is_null()
        if hold.condition.problem is not None:
            unclear = unclear | hold.condition.problem.fill_null(value=False)
        true = hold.condition.value.fill_null(value=False)
        why = (
            pl.when(unclear)
            .then(pl.lit(Reason.CONDITION_UNCLEAR.value))
            .when(true)
            .then(pl.lit(Reason.HELD_BY_RULE.value))
            .otherwise(why)
        )
        because = pl.when(unclear | true).then(pl.lit(hold.because)).otherwise(because)
    return why, because
