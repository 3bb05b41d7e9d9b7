"""Pages of a system's records to one typed frame.

Every value is read here by its declared type; what cannot be read so is marked (a column `NAME?`), never guessed.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain

import polars as pl

from engine.errors import UnexpectedAnswerError
from engine.ports import Collection, Column, ColumnType, Page
from engine.query.run import as_text

NUMBER = pl.Decimal(38, 10)
_DIGITS = NUMBER.precision - NUMBER.scale
_NATIVE: dict[ColumnType, tuple[type[pl.DataType], ...]] = {
    "text": (pl.String,),
    "date": (pl.Date,),
    "instant": (pl.Datetime,),
    "number": (pl.Decimal, pl.Int64),
    "boolean": (pl.Boolean,),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One collection as it was read: typed, one row a record, sorted by key.

    `raw` holds the same rows in the system's own form. `doubled` are keys that several records have (all of them
    are left out of the frame), `keyless` counts rows without a key, `digest` is over the sorted raw rows.
    """

    system: str
    collection: Collection
    frame: pl.DataFrame
    raw: pl.DataFrame
    doubled: tuple[str, ...]
    keyless: int
    digest: str
    unnamed: pl.DataFrame = field(default_factory=pl.DataFrame)
    """The records that no key names alone, for they have a doubled one or none, in the system's own form."""

    @property
    def count(self) -> int:
        """How many records were read: each doubled key once, keyless rows included, rows read twice not."""
        return self.frame.height + len(self.doubled) + self.keyless


def take_snapshot(
    system: str,
    collection: Collection,
    columns: Sequence[str],
    pages: Iterable[Page],
    zone: str,
    progress: Callable[[int], None] = lambda _: None,
) -> Snapshot:
    """Read pages to their end. `progress` is told the number of records so far."""
    parts: list[pl.DataFrame] = []
    seen = 0
    for page in pages:
        parts.append(_page_frame(system, collection, columns, page))
        seen += page.count
        progress(seen)
    raw = _together(parts) if parts else _empty(columns)
    return _settle(system, collection, raw, zone)


def with_others(some: Snapshot, whole: Snapshot, known: AbstractSet[str | None]) -> Snapshot:
    """These records, and those of a whole listing whose keys are not known; `raw` has the first alone."""
    key = some.collection.key
    others = whole.frame.filter(~pl.col(key).is_in(list(known)))
    frame = pl.concat([some.frame, others], how="diagonal_relaxed").sort(key)
    marks = [pl.col(one).fill_null(value=False) for one in frame.columns if one.endswith("?")]
    return replace(some, frame=frame.with_columns(marks))


def _empty(columns: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def _page_frame(system: str, collection: Collection, columns: Sequence[str], page: Page) -> pl.DataFrame:
    """One page as text columns, but for columns that arrive typed (from a database or a Parquet file)."""
    data = page.columns
    if isinstance(data, Mapping):
        data = {name: _alike(values) for name, values in data.items()}
    frame = pl.DataFrame(data, strict=False)
    if set(frame.columns) != set(columns):
        doing = f"reading {collection.title or collection.name}"
        raise UnexpectedAnswerError(system, doing, "the connector gave other columns than it was asked for")
    return frame.select(_plain_type(frame.schema[name], collection.columns[name]) for name in columns)


def _alike(values: Sequence[object]) -> Sequence[object]:
    """Values of several kinds, and numbers of no usual size, become text: none may change its neighbours or vanish."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {int, Decimal}:
        return values if all(map(_usual, values)) else [_one_text(value) for value in values]
    return values if len(kinds) == 1 else [_one_text(value) for value in values]


def _usual(value: object) -> bool:
    """Whether a number fits the types that columns of numbers have."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return isinstance(exponent, int) and exponent >= -NUMBER.scale and value.adjusted() < _DIGITS
    return not isinstance(value, int) or abs(value) < 2**63


def _one_text(value: object) -> str | None:
    """One value as the columns' own texts are."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal() if value.is_finite():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case _:
            return str(value)


def _plain_type(dtype: pl.DataType, column: Column) -> pl.Expr:
    here = pl.col(column.name)
    if isinstance(dtype, (*_NATIVE[column.type], pl.String, pl.Null)):
        return here
    return as_text(here) if isinstance(dtype, pl.Decimal) else here.cast(pl.String, strict=False)


def _together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """One frame of all pages. A column that came as text in some of them, or never with a value, is text."""
    texts = {name for part in parts for name, dtype in part.schema.items() if dtype == pl.String}
    texts |= {name for name in parts[0].columns if all(part.schema[name] == pl.Null for part in parts)}
    alike = [part.with_columns(as_text(pl.col(name)) for name in part.columns if name in texts) for part in parts]
    return pl.concat(alike, how="vertical_relaxed")


def _settle(system: str, collection: Collection, raw: pl.DataFrame, zone: str) -> Snapshot:
    key = collection.key
    raw = raw.with_columns(pl.col(key).cast(pl.String))
    without = raw[key].is_null() | (raw[key].str.strip_chars() == "")
    keyless = int(without.sum())
    lost = raw.filter(without)
    if keyless:
        raw = raw.filter(~without)
    if raw[key].n_unique() == raw.height:
        raw = raw.sort(key)
    else:
        raw = _seen_once(collection, raw).sort(key, *(name for name in raw.columns if name != key))
    data_digest = _digest(raw)
    doubled: tuple[str, ...] = ()
    again = raw.clear()
    if raw[key].n_unique() != raw.height:
        again = raw.filter(pl.col(key).is_duplicated())
        doubled = tuple(again[key].unique().sort().to_list())
        raw = raw.filter(~pl.col(key).is_duplicated())
    frame = raw.select(
        chain.from_iterable(_typed(raw.schema[name], collection.columns[name], zone) for name in raw.columns)
    )
    return Snapshot(system, collection, frame, raw, doubled, keyless, data_digest, pl.concat([again, lost]))


def _seen_once(collection: Collection, raw: pl.DataFrame) -> pl.DataFrame:
    """Without rows that were read twice.

    A web service names a record by its key, so a row that a listing gives again, because a page moved meanwhile, is the
    same record. A table's rows are the records themselves: two of one key are two, however alike.
    """
    return raw if collection.listing is None else raw.unique(maintain_order=False)


def _digest(raw: pl.DataFrame) -> str:
    """Over the sorted rows as JSON lines, numbers without the idle zeros that their neighbours lend them."""
    numbers = [name for name, dtype in raw.schema.items() if isinstance(dtype, pl.Decimal)]
    columns = sorted(raw.columns)
    hashed = hashlib.sha256()
    for part in raw.select(columns).iter_slices(50_000):
        out = io.BytesIO()
        part.with_columns(as_text(pl.col(name)) for name in numbers).write_ndjson(out)
        hashed.update(out.getbuffer())
    return "sha256:" + hashed.hexdigest()


def _typed(dtype: pl.DataType, column: Column, zone: str) -> tuple[pl.Expr, ...]:
    """The typed column and, where its text may be unreadable, the mark `NAME?`."""
    here = pl.col(column.name)
    if column.type == "text":
        return (here,)
    mark = f"{column.name}?"
    if dtype != pl.String:
        return _in_utc(here, dtype), pl.lit(value=False).alias(mark)
    text = here.str.strip_chars()
    value = _parsed(text, column, zone)
    if column.type in {"date", "instant"}:  # what has no four-digit year is no date of anybody's
        value = pl.when(value.dt.year().is_between(1, 9999)).then(value)
    return value.alias(column.name), (value.is_null() & (text.fill_null("") != "")).alias(mark)


def _in_utc(here: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """An instant of a database that keeps no zone is in UTC."""
    if not isinstance(dtype, pl.Datetime):
        return here
    moved = here.dt.convert_time_zone("UTC") if dtype.time_zone else here.dt.replace_time_zone("UTC")
    return moved.dt.cast_time_unit("us")


def _parsed(text: pl.Expr, column: Column, zone: str) -> pl.Expr:
    match column.type:
        case "date":
            return _date(text, column, zone)
        case "instant":
            return _instant(text)
        case "number":
            plain = text.str.contains(r"^[+-]?[0-9]{1,28}(\.[0-9]{1,10})?$")
            return pl.when(plain).then(text).cast(NUMBER, strict=False)
        case _:
            words = {"true": True, "false": False, "1": True, "0": False, "y": True, "n": False}
            return text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)


def _date(text: pl.Expr, column: Column, zone: str) -> pl.Expr:
    """A plain date. One that travels as an instant is read as its date in the zone, or as it is at midnight UTC."""
    if column.wire == "dd/mm/yyyy":
        shaped = pl.when(text.str.contains(r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$")).then(text)
        return shaped.str.to_date("%d/%m/%Y", strict=False)
    if column.wire == "midnight instant":
        plain = text.str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]00:00:00(\.0+)?Z)?$", 1)
        return pl.coalesce(
            plain.str.to_date("%Y-%m-%d", strict=False), _instant(text).dt.convert_time_zone(zone).dt.date()
        )
    start = text.str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]00:00(:00(\.0+)?)?)?$", 1)
    return start.str.to_date("%Y-%m-%d", strict=False)


def _instant(text: pl.Expr) -> pl.Expr:
    """ISO 8601 with `Z` or an offset; fractions past the microsecond are cut."""
    shape = (
        r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:(\.[0-9]{1,6})[0-9]*)?"
        r"(Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])$"
    )
    bare = pl.concat_str(
        text.str.extract(shape, 1), pl.lit("T"), text.str.extract(shape, 2), text.str.extract(shape, 3).fill_null("")
    )
    local = bare.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    offset = text.str.extract(shape, 4).str.replace("Z", "+00:00").str.replace(":", "")
    hours, minutes = (
        offset.str.slice(1, 2).cast(pl.Int64, strict=False),
        offset.str.slice(3, 2).cast(pl.Int64, strict=False),
    )
    sign = pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    return (local - pl.duration(minutes=sign * (hours * 60 + minutes))).dt.replace_time_zone("UTC")
