"""What the rules read for the pairs that change, and the rows that changes are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from engine.compare.creates import Creates
from engine.compare.decide import Decisions
from engine.compare.reading import read_paths
from engine.query.run import Pairs, as_text

_SLICE = 50_000
"""Pairs whose inputs are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Touched:
    """One pair and side with its decided cells. `read` is field -> [path, value as text] for every value it read."""

    side: str
    cells: tuple[dict[str, Any], ...]
    read: dict[str, list[list[str | None]]]


def touched(decisions: Decisions) -> Iterator[Touched]:
    """Every pair and side that changes or is held, sorted by side and ids."""
    keys = decisions.matched.keys.with_row_index("pair")
    rows = decisions.cells.join(keys, on="pair", how="left", maintain_order="left")
    rows = rows.sort("target", "mis_id", "centre", "provider_id", "pair", "field", nulls_last=False)
    paths = _paths(decisions)
    for (side, _), group in groupby(_with_inputs(decisions, rows, paths), key=itemgetter(0, 1)):
        parts = list(group)
        values = parts[0][3]
        read = {field: [[path, values[path]] for path in some] for field, some in paths.items()}
        yield Touched(side, tuple(cell for _, _, cell, _ in parts), read)


def created(creates: Creates) -> Iterator[dict[str, Any]]:
    """Every record to create, as in `Creates.frame`, sorted by the id that it has on the other side."""
    return creates.frame.iter_rows(named=True)


def _paths(decisions: Decisions) -> dict[str, tuple[str, ...]]:
    pairs = decisions.matched.pairs
    moving = [one for one in decisions.query.fields if one.mode != "ignore"]
    return {one.name: read_paths(one, pairs) for one in moving}


def _with_inputs(
    decisions: Decisions, rows: pl.DataFrame, paths: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, int, dict[str, Any], dict[str, str | None]]]:
    """Each cell with its side, its pair and that pair's inputs, slice by slice."""
    everything = tuple(dict.fromkeys(path for some in paths.values() for path in some))
    pairs = decisions.matched.pairs
    for part in rows.iter_slices(_SLICE):
        some = part["pair"].unique().sort()
        narrow = Pairs(pairs.mis_rows.gather(some), pairs.provider_rows.gather(some), pairs.mis, pairs.provider)
        frame = narrow.take(everything).select(as_text(pl.col(path)).alias(path) for path in everything)
        inputs = dict(zip(some.to_list(), frame.iter_rows(named=True), strict=True)) if everything else {}
        for row in part.iter_rows(named=True):
            yield row["target"], row["pair"], row, inputs[row["pair"]]
