"""Plans as text and JSON: masked, harmless to a terminal, and with figures that can be recounted."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare.reasons import REMEDIES, SENTENCES, Reason
from engine.plan.model import Header, LeftAlone
from engine.plan.view import MASK, change_json, change_lines, document, quoted, shown, summary, text
from tests.unit.plan.plans import HEADER, LIMIT, field, update, written

NINO, ETHNICITY = "QQ123456C", "canary-ethnicity"
HOSTILE = "\x1b[31m\x1b]52;c;eA==\x07\x9b2J\u202eevil\u2066\u200b\ufeff\r\n\x00\x7f\x08\U000e0041\u2028"
PRIVATE = update(
    "1",
    "9",
    field("ni_number", NINO, "QQ123456D", category="identifier"),
    field("ethnicity", None, ETHNICITY, category="special"),
    field("surname", "Lee", "Leigh"),
    field("uln", "9000000001", None, category="identifier", reason="clears"),
)


def commands(told: str) -> list[str]:
    """Letters that could command a terminal, or hide or turn text."""
    return [letter for letter in told if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]


def leaves(value: Any) -> Iterator[str]:  # noqa: ANN401  any JSON
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, str):
        yield value


def test_identifiers_and_special_values_are_masked_in_both_forms(tmp_path: Path) -> None:
    """In text and JSON alike; that a value is blank still shows; ordinary values stand in the clear."""
    plan = written(tmp_path, [PRIVATE])
    told = "\n".join(text(plan))
    for form in (told, json.dumps(document(plan), ensure_ascii=False)):
        for value in (NINO, "QQ123456D", ETHNICITY, "9000000001"):
            assert value not in form
        assert "Leigh" in form
    assert f"ni_number: {MASK} -> {MASK}" in told
    assert f"ethnicity: blank -> {MASK}" in told
    assert f"uln: {MASK} -> blank" in told
    assert 'surname: "Lee" -> "Leigh"' in told


def test_revealing_shows_everything(tmp_path: Path) -> None:
    """Only on demand."""
    plan = written(tmp_path, [PRIVATE])
    for form in ("\n".join(text(plan, reveal=True)), json.dumps(document(plan, reveal=True))):
        assert NINO in form
        assert ETHNICITY in form
        assert MASK not in form


def test_a_held_value_is_masked_too(tmp_path: Path) -> None:
    """A hold shows what it would send: masked as well."""
    plan = written(tmp_path, [update("1", "9", field("ni_number", NINO, NINO * 3, category="identifier", held=True))])
    assert NINO not in "\n".join(text(plan)) + json.dumps(document(plan))


def test_nothing_in_a_plan_can_command_a_terminal(tmp_path: Path) -> None:
    """Escape sequences, C1, bidi, zero width, line breaks: in any part of the file, none reaches the text raw."""
    rest = LeftAlone(HOSTILE, HOSTILE, {HOSTILE: 1}, {HOSTILE: {HOSTILE: 2}}, 0)
    header = Header(
        **{name: getattr(HEADER, name) for name in HEADER.__slots__}
        | {"title": HOSTILE, "settings": {"settings": {HOSTILE: HOSTILE}}}
    )
    change = update(
        HOSTILE,
        HOSTILE,
        field(HOSTILE, HOSTILE, HOSTILE, rule=HOSTILE),
        record_type=HOSTILE,
        system=HOSTILE,
        centre=HOSTILE,
    )
    told = list(text(written(tmp_path, [change], [rest], header), reveal=True))
    assert [line for line in told if commands(line)] == []
    assert any("\\u{1b}[31m" in line for line in told)


@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_shown_is_printable_and_tells_every_letter(value: str) -> None:
    """Printable letters stand as they are; others by their number; twice is once."""
    found = shown(value)
    assert found.isprintable()
    assert commands(found) == []
    assert shown(found) == found
    if "\\u{" not in value:
        assert re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), found) == value


def test_quoted() -> None:
    """Blank is a word, a value stands in quotes, the text blank too."""
    assert [quoted(value) for value in (None, "blank", "", " x ", MASK)] == ["blank", '"blank"', '""', '" x "', MASK]


def test_text_is_made_from_the_json_form() -> None:
    """The lines of a change say the JSON's values, its reason in words, and the rule's place."""
    data = change_json(PRIVATE, reveal=False)
    told = list(change_lines(data))
    assert told[0].startswith("update learner 9 at folder (from 1), change ")
    assert told[0].endswith("delivery class C")
    assert len(told) == 1 + 2 * len(PRIVATE.fields)
    for part in data["fields"]:
        assert f"      {part['because']} ({part['rule']})" in told


@pytest.mark.covers("D8")
def test_every_change_says_why_and_where(tmp_path: Path) -> None:
    """Each reason has its sentence beside the value, with the rule's file and line; a held record its own."""
    changes = [update(str(at), "9", field(reason=reason.value, held=True)) for at, reason in enumerate(Reason)]
    changes.append(update("x", "9", hold="link_shared"))
    plan = written(tmp_path, changes)
    told = "\n".join(text(plan))
    for sentence in SENTENCES.values():
        assert f"{sentence} (mappings/small.yaml:12)" in told
    assert f"held: {SENTENCES[Reason.LINK_SHARED]}" in told
    for change in document(plan)["all_changes"][: len(Reason)]:
        assert change["fields"][0]["because"] == SENTENCES[Reason(change["fields"][0]["reason"])]


def test_figures_can_be_recounted_from_the_changes(tmp_path: Path) -> None:
    """What the head says is what the lines below it hold, in text and JSON."""
    changes = [
        update("1", "9", field(), field("town")),
        update("2", "8", field(held=True), field("town")),
        update("3", "7", field(held=True)),
        update("4", "6", hold="link_shared"),
        update("5", "5", side="mis", system="office", collection="people", delivery="B"),
        update("6", "4", action="create", delivery="D"),
    ]
    left = LeftAlone(
        "learner", "push", {}, {"name": {"same": 7, "ignored_by_condition": 2}, "town": {"ignored_by_only": 9}}, 3
    )
    plan = written(tmp_path, changes, [left, LIMIT])
    found = document(plan)
    parts = [part for change in found["all_changes"] if not change["hold"] for part in change["fields"]]
    assert found["fields"] == sum(not part["held"] for part in parts) == 5
    assert found["changes"] == 4
    assert (
        found["held"] == sum(part["held"] for part in parts) + sum(bool(c["hold"]) for c in found["all_changes"]) == 3
    )
    assert found["counts"] == {"folder": {"learner": {"create": 1, "update": 2}}, "office": {"learner": {"update": 1}}}
    assert (found["compared"], found["ignored"], found["not_comparable"]) == (7, 11, 3)
    told = list(text(plan))
    assert "4 changes of 5 fields, 3 held" in told
    assert "  office: update 1 learner" in told
    assert sum(line.startswith(("update ", "create ")) for line in told) == len(changes)
    assert {key: found[key] for key in summary(plan)} == summary(plan)


def test_a_crossed_limit_is_told(tmp_path: Path) -> None:
    """In capitals, at the end."""
    crossed = type(LIMIT)(**{name: getattr(LIMIT, name) for name in LIMIT.__slots__} | {"crossed": True})
    assert list(text(written(tmp_path, [], [LIMIT, crossed])))[-2:] == ["fine", "fine CROSSED"]


@pytest.mark.parametrize("only", ["1", "9", "learner", "folder"])
def test_one_part_of_a_plan_can_be_chosen(tmp_path: Path, only: str) -> None:
    """By an id at either side, a record type, a system, or the start of a change's id; figures stay those of all."""
    plan = written(tmp_path, [update("1", "9"), update("2", "8", side="mis", system="office", record_type="officer")])
    assert [change["mis_id"] for change in document(plan, only=only)["all_changes"]] == ["1"]
    assert [change["mis_id"] for change in document(plan, only=update("1", "9").id[:12])["all_changes"]] == ["1"]
    assert document(plan, only="nobody")["all_changes"] == []
    assert document(plan, only="nobody")["changes"] == 2
    assert sum(line.startswith("update ") for line in text(plan, only=only)) == 1


def test_json_leaves_of_a_document_are_the_files(tmp_path: Path) -> None:
    """Nothing is invented: but for reasons in words and counts, every text of the JSON form stands in the file."""
    plan = written(tmp_path, [update("1", "9")])
    data = document(plan)
    known = {*SENTENCES.values(), *REMEDIES.values()} | {"", plan.id, plan.digest, str(plan.path)}
    body = plan.path.read_text()
    keys = {
        "all_changes",
        "because",
        "changes",
        "compared",
        "counts",
        "digest",
        "file",
        "held",
        "ignored",
        "plan",
        "remedy",
    }
    keys |= {"header", "left_alone", "limits", "not_comparable"}
    assert [leaf for leaf in leaves(data) if leaf not in known | keys and leaf not in body] == []
