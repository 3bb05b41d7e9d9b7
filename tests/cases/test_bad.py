"""Every folder of wrong files is told, word for word, as its `expected.txt` has it."""

import pytest

from tests.cases.bad_expected import EXPECTED, FOLDER, names, said


@pytest.mark.parametrize("name", names())
def test_what_is_wrong_is_told(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """`tieline check` prints exactly what the case expects, nothing on standard error, and ends with the right code."""
    text, code = said(name)
    assert text == (FOLDER / name / EXPECTED).read_text(encoding="utf-8")
    assert code == (0 if ": 0 errors," in text.splitlines()[-1] else 1)
    assert capfd.readouterr() == ("", "")


def test_there_are_cases() -> None:
    """The folder is read, and each case has a diagnostic."""
    assert len(names()) >= 60
    for name in names():
        text = (FOLDER / name / EXPECTED).read_text(encoding="utf-8")
        assert text.startswith(("error[", "warning["))
