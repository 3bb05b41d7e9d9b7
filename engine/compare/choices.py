"""What a person chooses for a record that is asked for: the records on offer, and what is clear without a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.query.choices import chosen_column
from engine.query.model import ChoiceQuery, Expression
from engine.query.run import as_text


@dataclass(frozen=True, slots=True)
class Option:
    """A record on offer: its key and what people call it."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen, in the order of its names. `clear` is the key that needs no question, and `why` not.

    `unclear` counts the records of which nobody can tell whether they are on offer, for what they are or their key.
    """

    choice: ChoiceQuery
    options: tuple[Option, ...]
    clear: str | None = None
    why: str = ""
    unclear: int = 0


def offer(choice: ChoiceQuery, records: Snapshot, asked: Snapshot, before: Mapping[str, str | None]) -> Offer:
    """The records on offer for the one record of the MIS in `asked`, after the choices made before."""
    here = asked.frame.select(pl.all().name.prefix("mis."))
    earlier = {f"chosen.{name}": pl.lit(key, dtype=pl.String) for name, key in before.items()}
    frame = records.frame.join(here, how="cross").with_columns(**earlier)
    told = frame.with_columns(
        open=_true(choice.where, default=True), unclear=_unclear(choice.where), preferred=_true(choice.prefer)
    )
    rows = told.filter("open").select(
        as_text(pl.col(records.collection.key)).alias("key"),
        (as_text(pl.col(choice.label)) if choice.label is not None else pl.lit(None, dtype=pl.String)).alias("label"),
        "preferred",
    )
    rows = rows.sort("label", "key")
    options = tuple(Option(key, label or "") for key, label, _ in rows.iter_rows())
    preferred = rows.filter("preferred")["key"].to_list()
    found = Offer(choice, options, unclear=int(told["unclear"].sum()) + len(records.doubled) + records.keyless)
    if found.unclear:
        return found
    if len(options) == 1:
        return replace(found, clear=options[0].key, why="the only one")
    if len(preferred) == 1:
        return replace(found, clear=preferred[0], why="as the rules say")
    return found


def still_chosen(
    choices: Sequence[ChoiceQuery],
    records: Mapping[str, Snapshot],
    asked: Snapshot,
    chosen: Mapping[str, Mapping[str, str | None]],
) -> dict[str, dict[str, str | None]]:
    """What was chosen, without what is on offer no longer; `records` is name of the choice -> the records there are."""
    found: dict[str, dict[str, str | None]] = {}
    for key, made in chosen.items():
        own = replace(asked, frame=asked.frame.filter(pl.col(asked.collection.key) == key))
        kept: dict[str, str | None] = {}
        for one in choices:
            keys = {option.key for option in offer(one, records[one.name], own, kept).options}
            kept[one.name] = made.get(one.name) if made.get(one.name) in keys else None
        found[key] = kept
    return found


def with_choices(
    choices: Sequence[ChoiceQuery], snapshot: Snapshot, chosen: Mapping[str, Mapping[str, str | None]]
) -> Snapshot:
    """The snapshot with a column for each choice; `chosen` is key of the record -> name of the choice -> key chosen."""
    keys = list(chosen)
    columns = {
        chosen_column(one.name): pl.col(snapshot.collection.key)
        .cast(pl.String)
        .replace_strict(keys, [chosen[key].get(one.name) for key in keys], default=None, return_dtype=pl.String)
        for one in choices
    }
    return replace(snapshot, frame=snapshot.frame.with_columns(**columns))


def _true(condition: Expression | None, *, default: bool = False) -> pl.Expr:
    """Where a condition is plainly true."""
    if condition is None:
        return pl.lit(value=default)
    return condition.value.fill_null(value=False) & ~_unclear(condition)


def _unclear(condition: Expression | None) -> pl.Expr:
    """Where a condition is neither true nor false."""
    if condition is None:
        return pl.lit(value=False)
    bad = condition.value.is_null()
    return bad | condition.problem.fill_null(value=False) if condition.problem is not None else bad
