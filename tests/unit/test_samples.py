"""Every diagnostic, provoked: the right code, in the right place, naming what helps."""

import pytest

from engine.diagnostics import codes
from engine.diagnostics.render import render_text
from tests.samples import Sample
from tests.wrong_files import SAMPLES

ELSEWHERE = {
    codes.FILE_TOO_LARGE,
    codes.MIXED_ENVIRONMENTS,
    codes.READ_ONLY_SYSTEM,
    codes.TOO_MANY_PARTS,
    codes.TWO_ADDRESSES,
    codes.UNKNOWN_SYSTEM,
    codes.UNLISTED_HOST,
}
"""Provoked by the tests of the YAML reader and of the checking of workspaces: they need a megabyte, or folders."""


@pytest.mark.parametrize(("code", "sample"), SAMPLES.items(), ids=list(SAMPLES))
def test_a_bad_file_has_its_fault_and_no_other(code: str, sample: Sample) -> None:
    """Exactly one diagnostic, of this code, at the line and column where the fault stands."""
    found = sample.diagnostics()
    assert [one.code for one in found] == [code]
    place = found[0].primary.source.place(found[0].primary.span.start)
    assert (place.line, place.column) == sample.at
    said = " ".join([found[0].headline, found[0].primary.text, *found[0].notes, found[0].help])
    for part in sample.says:
        assert part in said


@pytest.mark.parametrize(("code", "sample"), SAMPLES.items(), ids=list(SAMPLES))
def test_a_file_put_right_has_no_fault(code: str, sample: Sample) -> None:
    """What the manual says to write instead is right: not even a warning is left."""
    assert sample.good != sample.text, code
    assert sample.of(sample.good) == ()


def test_every_code_has_a_sample() -> None:
    """No code is without proof, and none is proved that does not exist."""
    assert set(SAMPLES) | ELSEWHERE == set(codes.MEANINGS)
    assert not set(SAMPLES) & ELSEWHERE


def test_a_literal_secret_is_refused_and_not_shown() -> None:
    """A secret that stands in the settings is a fault, and neither message nor source line repeats it."""
    sample = SAMPLES[codes.BAD_PATTERN]
    assert "hunter2" in sample.text
    shown = render_text(sample.diagnostics())
    assert "hunter2" not in shown
    assert "*******" in shown
