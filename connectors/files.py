"""A folder of CSV, Parquet or JSON Lines files as a system that can be read: one file is one table."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl

from connectors.lookup import collection_of, columns_of, did_you_mean, environment_of
from engine.errors import ConnectedSystemError, ConnectorMismatchError, UnexpectedAnswerError, UnreachableError
from engine.ports import Access, Clock, Collection, ConnectorSpec, Intent, Outcome, Page, System

_SUFFIXES = (".csv", ".parquet", ".jsonl")
_NESTED = (pl.List, pl.Struct, pl.Array, pl.Binary, pl.Object)


def open_system(spec: ConnectorSpec, access: Access, clock: Clock) -> System:  # noqa: ARG001  files need no clock
    """Open a folder; no file is read yet. Raises ConnectorMismatchError, UnreachableError (no such folder)."""
    environment_of(spec, access)
    folder = Path(access.address)
    if not access.address or not folder.is_dir():
        raise UnreachableError(spec.name, "opening it", "there is no such folder; check its address")
    return FileSystem(spec, folder)


class FileSystem:
    """The files of one folder. Only asked columns are read; a whole file is one page."""

    def __init__(self, spec: ConnectorSpec, folder: Path) -> None:
        self.calls = 0
        self.strangers: Mapping[str, Sequence[str]] = {}
        self._spec, self._folder = spec, folder

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:  # noqa: ARG002  a file is always read whole
        """All records, in one page whose columns are a Polars frame: text for CSV, the file's own types otherwise."""
        yield from self._pages(f"reading {collection}", collection, columns, None)

    def fetch(
        self, collection: str, columns: Sequence[str], keys: Sequence[str], by: str | None = None
    ) -> Iterator[Page]:
        """The records with these keys as they are now, by the key or by another column."""
        yield from self._pages(f"fetching {collection}", collection, columns, list(dict.fromkeys(keys)), by)

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        """Refuse every intent: files are only read."""
        for intent in window:
            yield Outcome(intent.change, intent.attempt, "refused", "files are only read, never written")

    def check(self) -> str:
        """Find the file of every collection and its columns."""
        for collection in self._spec.collections.values():
            self._frame(collection, [], "checking it")
        return f"{self._spec.title} has the files and columns of its connector file"

    def close(self) -> None:
        """Nothing is held open."""

    def _pages(
        self, doing: str, name: str, columns: Sequence[str], keys: list[str] | None, by: str | None = None
    ) -> Iterator[Page]:
        collection = collection_of(self._spec, name, doing)
        asked = columns_of(self._spec, collection, columns, doing)
        lazy = self._frame(collection, [column.path for column in asked], doing)
        if keys is not None:
            key = pl.col(collection.columns[by or collection.key].path).cast(pl.String)
            lazy = lazy.filter(key.is_in(keys))
        with self._telling(doing):
            frame = lazy.select(pl.col(column.path).alias(column.name) for column in asked).collect()
        self.calls += 1
        if frame.height:
            yield Page(frame, frame.height)

    def _frame(self, collection: Collection, paths: Sequence[str], doing: str) -> pl.LazyFrame:
        """The file of a collection, not read yet; it has the collection's columns, and those asked are plain."""
        path = self._file(collection, doing)
        with self._telling(doing):
            lazy = _scan(path)
            schema = lazy.collect_schema()
        for column in collection.columns.values():
            if column.path not in schema:
                near = did_you_mean(column.path, schema.names())
                what = f"the file of {collection.name} has no column {column.path}{near}"
                raise self._error(ConnectorMismatchError, doing, what)
        for name in paths:
            if isinstance(schema[name], _NESTED):
                raise self._error(UnexpectedAnswerError, doing, f"column {name} does not hold plain values")
        floats = [name for name in dict.fromkeys(paths) if schema[name].is_float()]
        return lazy.with_columns(pl.col(floats).cast(pl.String)) if floats else lazy

    def _file(self, collection: Collection, doing: str) -> Path:
        stem = collection.table or collection.name
        known = [path for path in sorted(self._folder.iterdir()) if path.suffix.lower() in _SUFFIXES]
        found = [path for path in known if path.stem == stem]
        if len(found) == 1:
            return found[0]
        if found:
            raise self._error(ConnectorMismatchError, doing, f"several files are called {stem}; keep one of them")
        near = did_you_mean(stem, {path.stem for path in known})
        raise self._error(ConnectorMismatchError, doing, f"there is no file {stem} ({', '.join(_SUFFIXES)}){near}")

    @contextmanager
    def _telling(self, doing: str) -> Iterator[None]:
        """Turn Polars' faults into ours; their texts hold values."""
        try:
            yield
        except (pl.exceptions.PolarsError, csv.Error, UnicodeDecodeError):
            kind: type[ConnectedSystemError] = UnexpectedAnswerError
            what = "a file cannot be read as what its name says; write it again, as UTF-8 with one heading line"
        except OSError:
            kind, what = UnreachableError, "a file cannot be opened; check its rights"
        else:
            return
        raise self._error(kind, doing, what)

    def _error(self, kind: type[ConnectedSystemError], doing: str, what: str) -> ConnectedSystemError:
        return kind(self._spec.name, doing, what)


def _check_lines(path: Path) -> None:
    """Raise csv.Error where a line has more or fewer fields than the first.

    Polars fills short ones up with blanks, and does not notice long ones when it reads only some of the columns.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, strict=True)
        width = len(next(rows, ()))
        if any(row and len(row) != width for row in rows):
            raise csv.Error


def _scan(path: Path) -> pl.LazyFrame:
    match path.suffix.lower():
        case ".csv":
            _check_lines(path)
            return pl.scan_csv(path, infer_schema=False)
        case ".parquet":
            return pl.scan_parquet(path)
        case _:
            return pl.scan_ndjson(path, infer_schema_length=None)
