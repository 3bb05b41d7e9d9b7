"""Every folder below `good`: what the mapping says is what is planned and what applying leads to."""

import pytest

from tests.cases.good_cases import GOOD, WrongCaseError, expected, names, run_case


@pytest.mark.parametrize("name", names())
def test_the_case_comes_out_as_written(name: str) -> None:
    """The plan, the state after applying all of it, and that nothing is left to apply then."""
    text = run_case(name)
    assert text == expected(name)
    assert "\nsettles: yes\n" in text


def test_every_case_says_what_it_proves() -> None:
    """Its mapping begins with a sentence; no folder is left out for want of one of its files."""
    folders = [path for path in GOOD.iterdir() if path.name[0] not in "_."]
    assert sorted(path.name for path in folders) == names()
    for path in folders:
        first, *_ = (path / "mapping.yaml").read_text(encoding="utf-8").partition("mapping:")
        assert first.startswith("# "), path.name
        assert first.rstrip().endswith("."), path.name
        missing = {"mis.yaml", "provider.yaml", "expected.txt"} - {file.name for file in path.iterdir()}
        assert not missing, path.name


def test_a_case_that_is_not_there_is_named() -> None:
    """Instead of a traceback."""
    with pytest.raises(WrongCaseError, match="nowhere"):
        run_case("nowhere")
