"""A plan as a static page: nothing runs, nothing is fetched, nothing is held whole, and it says what the plan says."""

import base64
import hashlib
import os
import re
import tracemalloc
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compare.reasons import SENTENCES, Reason
from engine.plan.file import PlanFile
from engine.plan.model import Header, LeftAlone
from engine.plan.page import PagePlaceError, pieces, write_page
from engine.plan.view import MASK
from tests.unit.plan.plans import CHANGES, HEADER, LEFT, LIMIT, field, update, written

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\'',
    "</style><script>alert(1)</script>",
    "</td></table><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include 'x' %}",
    "\u202egpj.\u2066x\u200b\x00\x1b[31m",
)
TAGS = set(
    "html head meta title style body h1 h2 h3 p table caption thead tbody tr th td code div".split()  # noqa: SIM905  a line is easier to read
)
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "scope"}
EMPTY_TAGS = {"meta"}


class Page(HTMLParser):
    """What a page holds: its tags, attributes and text; whether every tag that opens is closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.parts: list[str] = []
        self.style = ""
        self.feed(text)
        self.close()
        self.text = "".join(self.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.parts.append(data)


def page_of(plan: PlanFile, *, reveal: bool = False) -> Page:
    """The page of a plan, parsed; every tag is closed, and no tag or attribute is one that we do not write."""
    page = Page("".join(pieces(plan, reveal=reveal)))
    assert page.open == []
    assert page.tags <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    assert {value for name, value in page.attributes if name == "class"} <= {"crossed", "held", "note"}
    return page


@pytest.mark.covers("W10")
@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_values_are_text(tmp_path: Path, evil: str) -> None:
    """In every part of a plan: no script, no handler, no tag of theirs; the text still stands there."""
    facts = {name: getattr(HEADER, name) for name in HEADER.__slots__}
    header = Header(
        **facts
        | {"title": evil, "mapping": evil, "environments": {evil: evil}, "settings": {"settings": {evil: [evil, evil]}}}
    )
    limit = type(LIMIT)(**{name: getattr(LIMIT, name) for name in LIMIT.__slots__} | {"sentence": evil})
    changes = [
        update(evil, evil, field(evil, evil, evil, rule=evil), record_type=evil, system=evil, centre=evil),
        update(evil, "8", field(evil, evil, evil, held=True), record_type=evil, rule=evil, because=evil),
        update("3", evil, hold="link_shared", because=evil, rule=evil),
        update("4", evil, action="link", rule=evil),
    ]
    plan = written(tmp_path, changes, [LeftAlone(evil, evil, {evil: 1}, {evil: {evil: 2}}, 0), limit], header)
    text = "".join(pieces(plan, reveal=True))
    assert "<script" not in text.lower()
    assert not re.search(r"<[^>]*\son\w+\s*=", text, re.IGNORECASE)
    page = page_of(plan, reveal=True)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    if evil.isprintable():
        assert page.text.count(evil.replace('"', '\\"')) >= 6 or page.text.count(evil) >= 10
    else:
        assert "\\u{202e}gpj." in page.text
        assert "\u202e" not in text


@pytest.mark.covers("W10")
def test_nothing_may_run_or_be_fetched(tmp_path: Path) -> None:
    """The policy comes first, forbids all but our own style by its hash, and no address stands in the page."""
    plan = written(tmp_path, [update()], [LEFT, LIMIT])
    text = "".join(pieces(plan))
    page = page_of(plan)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = next(value for name, value in page.attributes if name == "content")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert text.index("Content-Security-Policy") < text.index("<style")
    assert not re.search(r"https?:|url\(|@import|src=|href=", text)


@pytest.mark.covers("W10")
def test_a_page_is_masked_by_default(tmp_path: Path) -> None:
    """Identifiers and special values are masked, also where they are held; that a value is blank still shows."""
    changes = [
        update("1", "9", field("ni_number", "QQ123456C", "QQ123456D", category="identifier"), field("town", "A", "B")),
        update("2", "8", field("ethnicity", None, "canary", category="special", held=True)),
    ]
    plan = written(tmp_path, changes)
    page = page_of(plan)
    for value in ("QQ123456C", "QQ123456D", "canary"):
        assert value not in page.text
        assert value in page_of(plan, reveal=True).text
    assert MASK in page.text
    assert "blank" in page.text
    assert '"B"' in page.text
    assert MASK not in page_of(plan, reveal=True).text


def test_a_page_says_what_the_plan_says(tmp_path: Path) -> None:
    """Header, limits with arithmetic, changes with reason, rule and delivery class, holds, what was left alone."""
    crossed = type(LIMIT)(
        **{name: getattr(LIMIT, name) for name in LIMIT.__slots__} | {"crossed": True, "sentence": "5 of 9, limit 2"}
    )
    changes = [
        update("1", "9", field("town", "Old", "New"), field("name", held=True, reason="too_long")),
        update("2", "8", field(), hold="link_shared", rule="mappings/small.yaml:3"),
    ]
    plan = written(tmp_path, changes, [LEFT, crossed])
    text = page_of(plan).text
    expected = [plan.id, plan.digest, "example-college", "small", "sandbox", "learner_details", "push"]
    expected += ["5 of 9, limit 2: crossed.", '"Old"', '"New"', "mappings/small.yaml:12", "delivery class C"]
    expected += [SENTENCES[Reason.SOURCE_WINS], SENTENCES[Reason.TOO_LONG], SENTENCES[Reason.LINK_SHARED]]
    expected += ["2 same, 1 source wins", "only in the MIS", "1 changes of 1 fields may be applied; 2 are held"]
    assert [one for one in expected if one not in text] == []
    changes_part, held_part = text.split("Left alone")[0].split("Held")
    assert SENTENCES[Reason.TOO_LONG] not in changes_part
    assert '"Old"' not in held_part


def test_the_changes_of_a_record_stand_together(tmp_path: Path) -> None:
    """Both sides of one learner under one heading, in the order in which the learners first appear in the plan."""
    back = {"side": "mis", "system": "office", "collection": "people", "delivery": "B"}
    changes = [update("7", "9"), update("2", "8"), update("7", "9", **back), update("2", "8", **back)]
    text = "".join(pieces(written(tmp_path, changes)))
    assert re.findall(r"<h3>(learner \d)</h3>", text) == ["learner 7", "learner 2"]
    assert re.findall(r"<h3>learner (\d)|<caption>update at (\w+)", text) == [
        ("7", ""),
        ("", "folder"),
        ("", "office"),
        ("2", ""),
        ("", "folder"),
        ("", "office"),
    ]


@settings(max_examples=40)
@given(changes=st.lists(CHANGES, max_size=6))
def test_any_plan_makes_a_page(tmp_path_factory: pytest.TempPathFactory, changes: list[object]) -> None:
    """Whatever stands in a plan, the page is whole and holds only tags of ours."""
    page_of(written(tmp_path_factory.mktemp("any"), changes), reveal=True)  # type: ignore[arg-type]


def test_a_page_of_many_changes_is_written_in_little_memory(tmp_path: Path) -> None:
    """Four times the changes: four times the page, and no more memory to write it."""
    peaks, sizes = [], []
    for number in (1000, 4000):
        plan = written(tmp_path, [update(str(at), str(at)) for at in range(number)])
        write_page(tmp_path / "page.html", plan)  # what is loaded once is loaded now
        tracemalloc.start()
        write_page(tmp_path / "page.html", plan)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        sizes.append((tmp_path / "page.html").stat().st_size)
    assert sizes[1] > 3.5 * sizes[0]
    assert peaks[1] < 1.5 * peaks[0]


def test_the_file_is_its_owners(tmp_path: Path) -> None:
    """Mode 0600 whatever was there before and whatever the mask says; nothing else is left in the folder."""
    plan = written(tmp_path / "plans", [update()])
    path = tmp_path / "out" / "page.html"
    path.parent.mkdir()
    path.write_text("<!doctype html>old")
    path.chmod(0o666)
    before = os.umask(0)
    try:
        write_page(path, plan)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert path.read_text(encoding="utf-8") == "".join(pieces(plan))


def test_what_is_not_written_over(tmp_path: Path) -> None:
    """A symbolic link, even one that leads nowhere, a folder, a pipe, and the plan's own file: refused, untouched."""
    plan = written(tmp_path, [update()])
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "loose").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    bytes_before = plan.path.read_bytes()
    for path in (tmp_path / "link", tmp_path / "loose", tmp_path / "folder", tmp_path / "pipe", plan.path):
        with pytest.raises(PagePlaceError):
            write_page(path, plan)
    assert target.read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()
    assert plan.path.read_bytes() == bytes_before
