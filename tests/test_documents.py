"""The generated pages of the manual are those that the code makes now."""

import pytest

from engine.diagnostics.codes import MEANINGS
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
