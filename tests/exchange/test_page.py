"""A plan as a static page, through the command line."""

import re
from pathlib import Path

import pytest

from tests.faults.canaries import leaks
from tests.trial import Trial

EVIL = "<img src=x onerror=alert(1)>"


@pytest.mark.covers("W10")
def test_a_hostile_name_is_text_on_the_page(trial: Trial, tmp_path: Path) -> None:
    """A surname in the MIS that is HTML: planned, and on the page it is letters; the file is its owner's."""
    (ident, _), *_ = trial.linked(1)
    trial.mis("UPDATE learners SET surname = ? WHERE ident = ?", EVIL, ident)
    figures = trial.plan()
    path = tmp_path / "plan.html"
    done = trial.call("show", figures["plan"], "--html", str(path))
    assert (done.code, done.out) == (0, f"page {path} of plan {figures['plan']}\n")
    text = path.read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img" not in text
    assert "<script" not in text
    assert not re.search(r"<[^>]*\son\w+\s*=", text)
    assert path.stat().st_mode & 0o777 == 0o600
    assert text.count("<caption>update at onefile") == figures["changes"]
    assert figures["digest"] in text


@pytest.mark.covers("W10")
def test_a_page_masks_and_reveal_is_logged(trial: Trial, tmp_path: Path) -> None:
    """Masked unless asked for; asking is in the log before the page is there. JSON says where the page is."""
    figures = trial.plan()
    path = tmp_path / "plan.html"
    assert trial.call("show", figures["plan"], "--html", str(path)).code == 0
    masked = path.read_text(encoding="utf-8")
    assert "plan.revealed" not in trial.call("log").out
    told = trial.call("show", figures["plan"], "--html", str(path), "--reveal", "--json").json
    assert told == {"plan": figures["plan"], "page": str(path), "revealed": True}
    assert trial.call("log").out.count("plan.revealed") == 1
    hidden = {
        str(after)
        for one in trial.changes(figures["plan"])
        for part in one["fields"]
        for after in trial.written(part).values()
        if part["category"] != "ordinary" and len(str(after)) > 4
    }
    assert hidden
    assert not leaks(masked, hidden)
    assert leaks(path.read_text(encoding="utf-8"), hidden) == sorted(hidden)


def test_where_no_page_is_written(trial: Trial, tmp_path: Path) -> None:
    """A link and the plan's own file are refused, and nothing is revealed; a missing folder is an error."""
    figures = trial.plan()
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "link").symlink_to(target)
    for path in (str(tmp_path / "link"), figures["file"]):
        done = trial.call("show", figures["plan"], "--reveal", "--html", path)
        assert (done.code, done.out, "no page was written" in done.err) == (3, "", True)
    assert target.read_text() == "mine"
    assert "plan.revealed" not in trial.call("log").out
    done = trial.call("show", figures["plan"], "--html", str(tmp_path / "nowhere" / "x.html"))
    assert (done.code, done.out, "its folder is not there" in done.err) == (1, "", True)
    assert trial.call("show", figures["plan"], "--html", str(tmp_path)).code == 64
    assert trial.call("show", figures["plan"]).code == 0
