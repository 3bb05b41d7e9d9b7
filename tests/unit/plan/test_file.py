"""The plan file: every byte counts, the same inputs give the same bytes, and nothing half-written is left."""

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.digest import Json, canonical
from engine.errors import TamperedPlanError
from engine.plan.file import SUFFIX, open_plan, plan_id, write_plan
from engine.plan.model import Change
from tests.unit.plan.plans import CHANGES, HEADER, LEFT, LIMIT, field, update, written

CANARY = "canary-value"


def small(folder: Path) -> Path:
    """A plan of two changes, one of which is held."""
    return written(folder, [update("1", "9", field(after=CANARY)), update("2", "8", hold="link_shared")]).path


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def sealed(some: list[bytes]) -> bytes:
    """Lines under a footer that fits them: what somebody would write who knows how."""
    body = b"".join(some)
    footer: Json = {"kind": "footer", "lines": len(some), "sha256": hashlib.sha256(body).hexdigest()}
    return body + canonical(footer) + b"\n"


def test_a_plan_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Header, changes in order, what was left alone, limits, figures; the id follows from the digest of all bytes."""
    changes = [
        update("1", "9"),
        update("2", "8", hold="link_shared"),
        update("3", "7", field(held=True), field("town")),
    ]
    plan = written(tmp_path, changes)
    data = plan.path.read_bytes()
    assert plan.digest == "sha256:" + hashlib.sha256(data).hexdigest()
    assert plan.id == plan_id(plan.digest)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", plan.id)
    assert plan.path.name == plan.id + SUFFIX
    assert (plan.header, plan.left_alone, plan.limits) == (HEADER, (LEFT,), (LIMIT,))
    assert list(plan.changes()) == list(plan.changes()) == changes
    assert plan.tally.by_system() == {"folder": {"learner": {"update": 2}}}
    assert (plan.tally.applicable, plan.tally.fields, plan.tally.held) == (2, 2, 2)


def test_lines_are_canonical_json_and_the_footer_counts_them(tmp_path: Path) -> None:
    """Anybody can check a plan: keys sorted, no spaces, the last line has count and SHA-256 of all above."""
    found = lines(small(tmp_path))
    assert [json.loads(line)["kind"] for line in found] == [
        "header",
        "change",
        "change",
        "left alone",
        "limit",
        "footer",
    ]
    for line in found:
        assert line == canonical(json.loads(line)) + b"\n"
    assert sealed(found[:-1]) == b"".join(found)


@given(st.lists(CHANGES, max_size=4))
@settings(max_examples=25)
def test_any_changes_come_back(tmp_path_factory: pytest.TempPathFactory, changes: list[Change]) -> None:
    """Whatever texts stand in them; and the same changes give the same bytes."""
    folder = tmp_path_factory.mktemp("plans")
    first = written(folder, changes)
    assert list(first.changes()) == changes
    assert first.tally.applicable == sum(change.applicable for change in changes)
    assert first.tally.fields == sum(len(change.writes) for change in changes)
    data = first.path.read_bytes()
    assert written(folder / "again", changes).path.read_bytes() == data


def test_every_flipped_bit_is_refused(tmp_path: Path) -> None:
    """All bits of a small plan, one after the other: refused, and the refusal tells no value and no way in."""
    path = small(tmp_path)
    whole, digest = path.read_bytes(), open_plan(path).digest
    bad = tmp_path / ("bad" + SUFFIX)
    for at in range(len(whole)):
        for bit in range(8):
            bad.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            with pytest.raises(TamperedPlanError) as refused:
                open_plan(bad)
            told = str(refused.value)
            assert bad.name in told
            assert CANARY not in told
            assert digest not in told
    bad.write_bytes(whole)
    assert open_plan(bad).digest == digest


def _without_footer(some: list[bytes]) -> bytes:
    return b"".join(some[:-1])


TAMPERED: dict[str, Callable[[list[bytes]], bytes]] = {
    "empty": lambda _: b"",
    "header only": lambda some: some[0],
    "header and footer of nothing": lambda _: sealed([]),
    "no footer": _without_footer,
    "footer twice": lambda some: b"".join(some) + some[-1],
    "a line twice": lambda some: b"".join([*some[:2], some[1], *some[2:]]),
    "a line less": lambda some: b"".join([some[0], *some[2:]]),
    "lines swapped": lambda some: b"".join([some[0], some[2], some[1], *some[3:]]),
    "a byte after the end": lambda some: b"".join(some) + b"\n",
    "a space after the end": lambda some: b"".join(some) + b" ",
    "another object after the end": lambda some: b"".join(some) + b"{}\n",
    "no last line break": lambda some: b"".join(some)[:-1],
    "windows line breaks": lambda some: b"".join(some).replace(b"\n", b"\r\n"),
    "a space in a line": lambda some: b"".join(some).replace(b'":"', b'": "', 1),
    "a byte order mark": lambda some: b"\xef\xbb\xbf" + b"".join(some),
    "keys in another order": lambda some: (
        some[0]
        + json.dumps(dict(reversed(json.loads(some[1]).items())), separators=(",", ":")).encode()
        + b"\n"
        + b"".join(some[2:])
    ),
    "a key twice": lambda some: b"".join(some).replace(b'{"action"', b'{"action":"update","action"', 1),
    "utf-16": lambda some: b"".join(some).decode().encode("utf-16"),
    "not JSON": lambda some: sealed([some[0], b"change\n", *some[2:-1]]),
    "not an object": lambda some: sealed([some[0], b"[]\n", *some[2:-1]]),
    "not UTF-8": lambda some: sealed([some[0], b'{"kind":"\xff"}\n', *some[2:-1]]),
    "an unknown kind": lambda some: sealed([some[0], b'{"kind":"order"}\n', *some[2:-1]]),
    "no kind": lambda some: sealed([some[0], b"{}\n", *some[2:-1]]),
    "a change without parts": lambda some: sealed([some[0], b'{"kind":"change"}\n', *some[2:-1]]),
    "fields of no fields": lambda some: sealed([some[0], b'{"kind":"change","fields":["x"]}\n', *some[2:-1]]),
    "fields that are a number": lambda some: sealed([some[0], b'{"kind":"change","fields":7}\n', *some[2:-1]]),
    "a part too many": lambda some: sealed([some[0], some[1].replace(b'{"action"', b'{"z":1,"action"'), *some[2:-1]]),
    "a system that is a list": lambda some: sealed([some[0], some[1].replace(b'"folder"', b"[]"), *some[2:-1]]),
    "a limit without parts": lambda some: sealed([some[0], b'{"kind":"limit"}\n', *some[2:-1]]),
    "no header": lambda some: sealed(some[1:-1]),
    "a header without parts": lambda some: sealed([b'{"format":0,"kind":"header"}\n', *some[1:-1]]),
    "a header of another version": lambda some: sealed([some[0].replace(b'"format":0', b'"format":1'), *some[1:-1]]),
    "a version that is no number": lambda some: sealed(
        [some[0].replace(b'"format":0', b'"format":false'), *some[1:-1]]
    ),
    "a header too late": lambda some: sealed([some[1], some[0], *some[2:-1]]),
    "two headers": lambda some: sealed([some[0], some[0], *some[1:-1]]),
    "deep nesting": lambda some: sealed([some[0], b"[" * 100_000 + b"\n", *some[2:-1]]),
    "a number of many digits": lambda some: sealed([some[0], b'{"kind":' + b"9" * 5000 + b"}\n", *some[2:-1]]),
    "a line without an end": lambda some: sealed([some[0], b'"' + b"x" * 5_000_000 + b'"\n', *some[2:-1]]),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_files_are_refused(tmp_path: Path, name: str) -> None:
    """In one way only: TamperedPlanError, whatever was done, even where the footer was made anew."""
    some = lines(small(tmp_path))
    bad = tmp_path / ("bad" + SUFFIX)
    bad.write_bytes(TAMPERED[name](some))
    with pytest.raises(TamperedPlanError) as refused:
        open_plan(bad)
    assert CANARY not in str(refused.value)


def test_every_cut_is_refused(tmp_path: Path) -> None:
    """A plan cut at any byte is no plan."""
    path = small(tmp_path)
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises(TamperedPlanError):
            open_plan(path)


def test_a_well_made_forgery_has_another_digest(tmp_path: Path) -> None:
    """Who changes a value and makes the footer anew has made another plan, which nobody approved."""
    path = small(tmp_path)
    before = open_plan(path)
    kept = {change.digest for change in before.changes()}
    path.write_bytes(sealed([line.replace(CANARY.encode(), b"other") for line in lines(path)[:-1]]))
    after = open_plan(path)
    assert after.digest != before.digest
    assert after.id != before.id
    assert [change.digest in kept for change in after.changes()] == [False, True]


def test_the_version_in_a_refusal_is_a_number_or_nothing(tmp_path: Path) -> None:
    """A text in its place could carry a command to the terminal."""
    some = lines(small(tmp_path))
    for form, told in ((b'"\\u001b[31mx"', "not a number"), (b"7", "its format is 7"), (b"null", "not a number")):
        bad = tmp_path / ("bad" + SUFFIX)
        bad.write_bytes(sealed([some[0].replace(b'"format":0', b'"format":' + form), *some[1:-1]]))
        with pytest.raises(TamperedPlanError, match=told) as refused:
            open_plan(bad)
        assert "\x1b" not in str(refused.value)


def test_what_is_no_file_is_refused_in_our_words(tmp_path: Path) -> None:
    """Missing, or a folder."""
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(TamperedPlanError, match="cannot be read"):
            open_plan(path)


def test_plans_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Mode 0600 for the file and 0700 for a folder that had to be made, whatever the umask."""
    before = os.umask(0)
    try:
        path = written(tmp_path / "new", [update()]).path
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


class StoppedError(Exception):
    """What these tests stop a writing with."""


def test_a_plan_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """Whatever goes wrong while writing: no file with the plan's name, none without one."""

    def half() -> Iterator[Change]:
        yield update()
        raise StoppedError

    def nowhere(_plan: str) -> Path:
        raise StoppedError

    with pytest.raises(StoppedError):
        write_plan(lambda plan: tmp_path / plan, HEADER, half(), lambda: (), tmp_path)
    with pytest.raises(StoppedError):
        write_plan(nowhere, HEADER, [update()], lambda: (), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_plan_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    """While changes are written, nothing stands at the final place; an older file there is replaced in one step."""
    final = tmp_path / "plan.jsonl"
    final.write_text("older")

    def watched() -> Iterator[Change]:
        assert final.read_text() == "older"
        yield update()
        assert final.read_text() == "older"

    assert write_plan(lambda _plan: final, HEADER, watched(), lambda: (LEFT,), tmp_path) == final
    assert [change.id for change in open_plan(final).changes()] == [update().id]
    assert [path.name for path in tmp_path.iterdir()] == ["plan.jsonl"]
