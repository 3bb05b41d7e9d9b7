"""Arguments that are no text, and words that would command a terminal."""

from pathlib import Path

import pytest

from tests.trial import Done, Workspace


def call(tmp_path: Path, *words: str) -> Done:
    """Run a command in a folder without a workspace."""
    return Workspace(tmp_path).call(*words)


@pytest.mark.parametrize("words", [("plan", "\udcff"), ("enrol", "onefile", "a\udc80"), ("\udcff",)])
def test_an_argument_that_is_no_text_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Bytes that are no UTF-8 arrive as halves of surrogate pairs: wrong usage, and nothing is looked for."""
    done = call(tmp_path, *words)
    assert (done.code, done.err) == (64, "error: an argument is not UTF-8 text\n")


def test_what_was_typed_commands_no_terminal(tmp_path: Path) -> None:
    """Control characters of an argument are written out in the sentence that tells of it."""
    (tmp_path / "tieline.yaml").write_text("workspace: w\nsystems: {}\nexchanges: {}\n", encoding="utf-8")
    done = call(tmp_path, "plan", "one\x1b[2Jfile")
    assert (done.code != 0, "\x1b" in done.said) == (True, False)
