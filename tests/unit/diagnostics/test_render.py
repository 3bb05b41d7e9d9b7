"""Diagnostics as text, JSON, GitHub annotations and SARIF."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.diagnostics.render import render_text, to_github, to_json, to_sarif
from engine.source import Source, Span

RULES = Source(
    "mappings/onefile.yaml",
    "\n".join(["#"] * 38 + ["  email:", "    # the learner's own", "    mis: emial", ""]),
)


def label(source: Source, part: str, text: str = "") -> Label:
    start = source.text.index(part)
    return Label(source, Span(start, start + len(part)), text)


def unknown_column() -> Diagnostic:
    return Diagnostic(
        codes.UNKNOWN_COLUMN,
        "error",
        "rule reads a column that `learners` does not have",
        label(RULES, "emial", "no column `emial`"),
        (label(RULES, "email", "this field"),),
        ("columns are those of connectors/pics.yaml",),
        "did you mean `email`?",
    )


def test_the_house_style() -> None:
    """Headline, place, both lines in order with their marks, notes and help."""
    assert (
        render_text([unknown_column()])
        == """\
error[unknown-column]: rule reads a column that `learners` does not have
  --> mappings/onefile.yaml:41:10
   |
39 |   email:
   |   ----- this field
41 |     mis: emial
   |          ^^^^^ no column `emial`
   = note: columns are those of connectors/pics.yaml
   = help: did you mean `email`?
"""
    )


def test_several_diagnostics_stand_apart_and_none_is_empty() -> None:
    """An empty line parts two diagnostics; nothing gives an empty text."""
    assert render_text([]) == ""
    assert render_text([unknown_column()] * 2).count("\n\nerror[") == 1


def test_lines_left_out_and_other_files_are_shown_as_such() -> None:
    """Three dots stand for more than one line between; a second file has a place of its own."""
    text = Source("a.yaml", "one: 1\ntwo: 2\nthree: 3\nfour: 4\n")
    other = Source("b.yaml", "five: 5\n")
    found = Diagnostic(
        "duplicate-key",
        "warning",
        "three things",
        label(text, "four", "here"),
        (label(text, "one"), label(other, "five", "there")),
    )
    assert (
        render_text([found])
        == """\
warning[duplicate-key]: three things
 --> a.yaml:4:1
  |
1 | one: 1
  | ---
  ...
4 | four: 4
  | ^^^^ here
 ::: b.yaml:1:1
  |
1 | five: 5
  | ---- there
"""
    )


def row_of_marks(line: str, part: str) -> tuple[str, str]:
    """The shown line and the row of carets below it, both without the margin."""
    source = Source("a.yaml", line)
    rows = render_text([Diagnostic("yaml-syntax", "error", "x", label(source, part))]).splitlines()
    return rows[3].removeprefix("1 | "), rows[4].removeprefix("  | ")


def test_tabs_and_wide_characters_do_not_break_the_carets() -> None:
    """A tab is shown as spaces, a wide character takes two columns, a combining one none."""
    assert row_of_marks("\ta: bad", "bad") == ("    a: bad", "       ^^^")
    assert row_of_marks("a\tb: bad", "bad") == ("a   b: bad", "       ^^^")
    assert row_of_marks("漢字: bad", "bad") == ("漢字: bad", "      ^^^")
    assert row_of_marks("bad: 漢字", "漢字") == ("bad: 漢字", "     ^^^^")
    assert row_of_marks("e\u0301: bad", "bad") == ("e\u0301: bad", "   ^^^")
    assert row_of_marks("é𝒳: bad", "bad") == ("é𝒳: bad", "    ^^^")


def test_control_and_bidi_characters_are_shown_escaped() -> None:
    """Nothing that a file holds reaches a terminal as a command, and nothing turns a line round."""
    assert row_of_marks("a: '\x1b[31m\u202e' bad", "bad") == (
        "a: '<U+001B>[31m<U+202E>' bad",
        " " * 26 + "^^^",
    )
    hostile = "\x1b]0;x\x07\u2066\x85\u2028\r\x00\ud800"
    source = Source(f"a{hostile}.yaml", f"k: {hostile}")
    one = Label(source, Span(0, 1), hostile)
    text = render_text([Diagnostic("yaml-syntax", "error", hostile, one, (one,), (hostile,), hostile)])
    assert all(letter == "\n" or " " <= letter <= "~" for letter in text)


def test_a_line_of_a_megabyte_is_cut_around_the_mark() -> None:
    """A long line is shown in part, with the mark still under its text."""
    line, marks = row_of_marks("x" * 500_000 + " bad " + "y" * 500_000, "bad")
    assert len(line) < 200
    assert line.startswith("…x")
    assert line.endswith("y…")
    assert line[marks.index("^") : marks.rindex("^") + 1] == "bad"


def test_an_empty_span_and_one_over_several_lines_have_a_mark() -> None:
    """An empty span gets one caret; of several lines the first is marked to its end."""
    source = Source("a.yaml", "key:\nnext: line")
    empty = Diagnostic("empty-file", "error", "x", Label(source, Span(4, 4)))
    assert "  |     ^\n" in render_text([empty])
    long = Diagnostic("empty-file", "error", "x", Label(source, Span(1, 10)))
    assert "  |  ^^^\n" in render_text([long])


def test_json_says_where_and_what() -> None:
    """Lines and columns count from 1, the end is one past the last, and others carry their label."""
    assert to_json(unknown_column()) == {
        "file": "mappings/onefile.yaml",
        "line": 41,
        "column": 10,
        "end_line": 41,
        "end_column": 15,
        "code": "unknown-column",
        "severity": "error",
        "message": "rule reads a column that `learners` does not have",
        "label": "no column `emial`",
        "others": [
            {
                "file": "mappings/onefile.yaml",
                "line": 39,
                "column": 3,
                "end_line": 39,
                "end_column": 8,
                "label": "this field",
            }
        ],
        "notes": ["columns are those of connectors/pics.yaml"],
        "help": "did you mean `email`?",
    }


def test_github_commands_are_one_line_each_and_escaped() -> None:
    """A workflow command per diagnostic, with per cent signs, line breaks, colons and commas escaped."""
    source = Source("a,b:c.yaml", "x: 100%\n")
    found = Diagnostic("wrong-type", "warning", "100% wrong", label(source, "100%", "a: b, c"), (), (), "stop")
    assert to_github([found]) == (
        "::warning file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=4,endColumn=7,title=wrong-type"
        "::100%25 wrong%0Aa: b, c%0Ahelp: stop\n"
    )
    assert to_github([found, found]).count("\n") == 2
    assert "endColumn" not in to_github([Diagnostic("empty-file", "error", "x", Label(source, Span(0, 0)))])


def test_sarif_has_all_that_the_standard_demands() -> None:
    """A log has version and runs, a run a driver's name, a result a message and a place that a rule explains."""
    log = json.loads(json.dumps(to_sarif([unknown_column(), unknown_column()])))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"] == "tieline"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["rules"] == [
        {"id": "unknown-column", "shortDescription": {"text": codes.MEANINGS["unknown-column"]}}
    ]
    assert len(run["results"]) == 2
    result = run["results"][0]
    assert result["ruleId"] == "unknown-column"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("rule reads a column")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "mappings/onefile.yaml"},
        "region": {"startLine": 41, "startColumn": 10, "endLine": 41, "endColumn": 15},
    }
    assert result["relatedLocations"][0]["message"] == {"text": "this field"}


def test_a_sarif_uri_is_a_uri() -> None:
    """Spaces and letters outside ASCII in a path are escaped."""
    found = Diagnostic("empty-file", "error", "x", Label(Source("a b/é.yaml", ""), Span(0, 0)))
    location = to_sarif([found])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "a%20b/%C3%A9.yaml"


LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(LINES, st.data())
def test_text_and_json_agree(text: str, data: st.DataObject) -> None:
    """Whatever the source holds, the text shows the place of the JSON form and one line for each caret row."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = Diagnostic("yaml-syntax", "error", "x", Label(Source("a.yaml", text), Span(start, end), "y"))
    facts: dict[str, Any] = to_json(found)
    rows = render_text([found]).splitlines()
    assert rows[1].endswith(f"a.yaml:{facts['line']}:{facts['column']}")
    assert rows[3].split(" | ")[0].strip(" |") == str(facts["line"])
    assert len(rows) == 5
    assert "^" in rows[4]
