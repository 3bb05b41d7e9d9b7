"""The generated pages of the manual are those that the code makes now."""

import tomllib

import pytest

from engine.diagnostics.codes import MEANINGS
from tests.coverage_table import IDS, read_ids
from tests.documents import pages
from tests.modules import ROOT


@pytest.mark.parametrize(("path", "text"), pages().items(), ids=list(pages()))
def test_a_generated_page_is_up_to_date(path: str, text: str) -> None:
    """The committed page is what `make docs` writes."""
    assert (ROOT / path).read_text(encoding="utf-8") == text, "run `make docs`"


def test_the_page_of_diagnostics_has_every_code_once() -> None:
    """Each code is a heading of its own, so that it can be linked to."""
    page = pages()["docs/diagnostics.md"]
    assert [line.removeprefix("## `").removesuffix("`") for line in page.splitlines() if line.startswith("## `")] == [
        *MEANINGS
    ]


def test_every_row_with_a_promise_is_a_row_of_the_list() -> None:
    """A promise names a row that tests can prove, says what it promises, and nothing else."""
    promises = tomllib.loads((ROOT / "tests" / "promises.toml").read_text(encoding="utf-8"))
    known = read_ids(IDS.read_text(encoding="utf-8"))
    assert promises.keys() <= known.keys()
    assert all(about.keys() <= {"promise", "without"} and about["promise"] for about in promises.values())
