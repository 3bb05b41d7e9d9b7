"""Folders of files as systems that are read."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from connectors.files import open_system
from engine.errors import ConnectorMismatchError, UnexpectedAnswerError, UnreachableError
from engine.ports import Access, Collection, Column, ConnectorSpec, Environment, Intent, Page, System
from tests.unit.connectors.loopback import FastClock

COLUMNS = {
    "ident": Column("ident", "Ident"),
    "name": Column("name", "First Name"),
    "score": Column("score", "Score", "number"),
}
SPEC = ConnectorSpec(
    "export",
    "Export",
    "files",
    {"learners": Collection("learners", "ident", COLUMNS, table="people")},
    {"live": Environment("live")},
)
FRAME = pl.DataFrame(
    {"Ident": ["1", "2", "3"], "First Name": ["Ada", None, "Zoë"], "Score": [1, 2, 3], "Other": ["x"] * 3}
)


def opened(folder: Path) -> System:
    return open_system(SPEC, Access("live", str(folder)), FastClock())


def frame_of(page: Page) -> pl.DataFrame:
    return pl.DataFrame(page.columns)


WRITERS: dict[str, Callable[[Path], None]] = {
    "csv": lambda folder: FRAME.write_csv(folder / "people.csv"),
    "parquet": lambda folder: FRAME.write_parquet(folder / "people.parquet"),
    "jsonl": lambda folder: FRAME.write_ndjson(folder / "people.jsonl"),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_is_one_page_of_the_asked_columns(tmp_path: Path, kind: str) -> None:
    """Columns come under the connector file's names, no others, in every kind of file; blanks are None."""
    WRITERS[kind](tmp_path)
    (page,) = opened(tmp_path).read("learners", ["name", "ident"])
    assert page.count == 3
    assert frame_of(page).to_dict(as_series=False) == {"name": ["Ada", None, "Zoë"], "ident": ["1", "2", "3"]}


@pytest.mark.parametrize("kind", WRITERS)
def test_fetch_gives_the_records_of_these_keys(tmp_path: Path, kind: str) -> None:
    """Doubles and unknown keys do no harm; no record is no page."""
    WRITERS[kind](tmp_path)
    system = opened(tmp_path)
    (page,) = system.fetch("learners", ["ident"], ["3", "1", "3", "x"])
    assert frame_of(page)["ident"].sort().to_list() == ["1", "3"]
    assert list(system.fetch("learners", ["ident"], ["x"])) == []


def test_csv_stays_text(tmp_path: Path) -> None:
    """Leading zeros, dates and a mark at the file's beginning are not interpreted."""
    (tmp_path / "people.csv").write_bytes('\ufeffIdent,First Name,Score\n007,"a,\n""b""",1.0\n'.encode())
    (page,) = opened(tmp_path).read("learners", ["ident", "name", "score"])
    assert frame_of(page).row(0) == ("007", 'a,\n"b"', "1.0")


def test_fractions_are_exact_text(tmp_path: Path) -> None:
    """A float of a typed file is handed on as its shortest text, never as a float."""
    FRAME.with_columns(Score=pl.Series([0.1, 2.5, None])).write_parquet(tmp_path / "people.parquet")
    (page,) = opened(tmp_path).read("learners", ["score"])
    assert frame_of(page)["score"].to_list() == ["0.1", "2.5", None]


BROKEN: dict[str, tuple[str, bytes]] = {
    "ragged CSV": ("people.csv", b"Ident,First Name,Score\n1,canary\n2,b,3,canary,5\n"),
    "cut CSV": ("people.csv", b"Ident,First Name,Score\n1,a,2\n2,can"),
    "not UTF-8": ("people.csv", b"Ident,First Name,Score\n1,canary\xff,2\n"),
    "empty": ("people.csv", b""),
    "no Parquet": ("people.parquet", b"canary" * 100),
    "no JSON": ("people.jsonl", b'{"Ident": "canary"\n{{{'),
    "nested": ("people.jsonl", b'{"Ident": ["canary"], "First Name": "a", "Score": 1}\n'),
}


@pytest.mark.parametrize(("name", "content"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_unexpected(tmp_path: Path, name: str, content: bytes) -> None:
    """Its content is not told."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnexpectedAnswerError) as caught:
        list(opened(tmp_path).read("learners", ["ident", "name"]))
    assert "canary" not in str(caught.value)


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    """The check and every read look for all columns of the connector file."""
    (tmp_path / "people.csv").write_text("Ident,Firstname,Score\n1,a,2\n", encoding="utf-8")
    system = opened(tmp_path)
    for act in (system.check, lambda: list(system.read("learners", ["ident"]))):
        with pytest.raises(ConnectorMismatchError, match=r"First Name; did you mean Firstname\?"):
            act()


def test_a_missing_or_doubled_file_is_refused(tmp_path: Path) -> None:
    """One file a table, no more and no fewer."""
    system = opened(tmp_path)
    with pytest.raises(ConnectorMismatchError, match="no file people"):
        system.check()
    for write in WRITERS.values():
        write(tmp_path)
    with pytest.raises(ConnectorMismatchError, match="several files"):
        system.check()
    (tmp_path / "people.csv").unlink()
    (tmp_path / "people.jsonl").unlink()
    assert "Export has the files" in system.check()
    system.close()


@pytest.mark.parametrize("stem", ["../people", "/etc/passwd", "people.csv", ".."])
@pytest.mark.covers("Y14")
def test_a_table_never_leads_out_of_the_folder(tmp_path: Path, stem: str) -> None:
    """Names are compared with what the folder lists, never joined to a path."""
    inner = tmp_path / "inner"
    inner.mkdir()
    WRITERS["csv"](tmp_path)
    spec = ConnectorSpec(
        "export",
        "Export",
        "files",
        {"learners": Collection("learners", "ident", COLUMNS, table=stem)},
        SPEC.environments,
    )
    with pytest.raises(ConnectorMismatchError):
        open_system(spec, Access("live", str(inner)), FastClock()).check()


@pytest.mark.parametrize("address", ["", "nowhere"])
def test_a_missing_folder_is_refused_at_opening(tmp_path: Path, address: str) -> None:
    """An empty address is not the present folder."""
    with pytest.raises(UnreachableError, match="no such folder"):
        open_system(SPEC, Access("live", str(tmp_path / address) if address else ""), FastClock())


def test_files_are_not_written(tmp_path: Path) -> None:
    """Every intent is refused with the reason."""
    WRITERS["csv"](tmp_path)
    (outcome,) = opened(tmp_path).send([Intent("c", 1, "update", "learners", "1", {"name": "x"})])
    assert (outcome.verdict, outcome.detail) == ("refused", "files are only read, never written")
