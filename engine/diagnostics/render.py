"""Diagnostics as JSON, and as text, GitHub annotations and SARIF, which are all made from the JSON form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from engine.diagnostics.codes import MEANINGS
from engine.diagnostics.letters import cells, escaped
from engine.diagnostics.model import Diagnostic, Label
from engine.source import Source

Json = dict[str, Any]

_LONGEST_LINE = 160
_BEFORE_MARK = 60


def to_json(diagnostic: Diagnostic) -> Json:
    """One diagnostic as JSON. Lines and columns count from 1, columns in code points; the end is one past the last."""
    return {
        **_place(diagnostic.primary),
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.headline,
        "label": diagnostic.primary.text,
        "others": [{**_place(other), "label": other.text} for other in diagnostic.others],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
    }


def _place(label: Label) -> Json:
    start, end = label.source.place(label.span.start), label.source.place(label.span.end)
    return {
        "file": label.source.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }


# --- text ------------------------------------------------------------------------------------------------------------


def render_text(diagnostics: Iterable[Diagnostic]) -> str:
    """For people: each diagnostic with its lines of the source, marked; ends with a line break unless empty."""
    return "\n".join(_text(to_json(one), _sources(one)) for one in diagnostics)


def _sources(diagnostic: Diagnostic) -> dict[str, Source]:
    return {label.source.path: label.source for label in (*diagnostic.others, diagnostic.primary)}


def _text(data: Json, sources: Mapping[str, Source]) -> str:
    marks = [{**data, "sign": "^"}, *({**other, "sign": "-"} for other in data["others"])]
    width = max(len(str(mark["line"])) for mark in marks)
    rows = [f"{data['severity']}[{data['code']}]: {escaped(data['message'])}"]
    for file in dict.fromkeys(mark["file"] for mark in marks):
        here = [mark for mark in marks if mark["file"] == file]
        arrow = "-->" if file == data["file"] else ":::"
        rows.append(f"{' ' * width}{arrow} {escaped(file)}:{here[0]['line']}:{here[0]['column']}")
        rows += _frame(here, sources[file], width)
    rows += [f"{' ' * width} = note: {escaped(note)}" for note in data["notes"]]
    if data["help"]:
        rows.append(f"{' ' * width} = help: {escaped(data['help'])}")
    return "\n".join(row.rstrip() for row in rows) + "\n"


def _frame(marks: Sequence[Json], source: Source, width: int) -> Iterable[str]:
    """The marked lines of one file, in order."""
    yield f"{' ' * width} |"
    last = 0
    for number in sorted({mark["line"] for mark in marks}):
        if last and number > last + 2:
            yield f"{' ' * width} ..."
        last = number
        yield from _line(number, [mark for mark in marks if mark["line"] == number], source.line(number), width)


def _line(number: int, marks: Sequence[Json], text: str, width: int) -> Iterable[str]:
    """One line of the source and a row below it for each of its marks."""
    begin = 0
    if len(text) > _LONGEST_LINE:
        begin = max(0, marks[0]["column"] - 1 - _BEFORE_MARK)
    shown = cells(text)[begin : begin + _LONGEST_LINE]
    before = "…" if begin else ""
    after = "…" if begin + _LONGEST_LINE < len(text) else ""
    yield f"{number:>{width}} | {before}{''.join(cell for cell, _ in shown)}{after}"
    for mark in marks:
        start = mark["column"] - 1 - begin
        if 0 <= start <= len(shown):
            end = mark["end_column"] - 1 - begin if mark["end_line"] == number else len(shown)
            gap = len(before) + sum(size for _, size in shown[:start])
            signs = mark["sign"] * max(1, sum(size for _, size in shown[start:end]))
            yield f"{' ' * width} | {' ' * gap}{signs} {escaped(mark['label'])}"


# --- for programs ----------------------------------------------------------------------------------------------------


def to_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One workflow command a line: GitHub shows them beside the lines of a pull request."""
    return "".join(_command(to_json(one)) for one in diagnostics)


def _command(data: Json) -> str:
    facts = {"file": data["file"], "line": data["line"], "endLine": data["end_line"], "col": data["column"]}
    if data["line"] == data["end_line"] and data["end_column"] > data["column"]:
        facts["endColumn"] = data["end_column"] - 1
    facts["title"] = data["code"]
    properties = ",".join(f"{name}={_quoted(str(value), ':,')}" for name, value in facts.items())
    return f"::{data['severity']} {properties}::{_quoted(_message(data))}\n"


def _quoted(text: str, more: str = "") -> str:
    return "".join(f"%{ord(letter):02X}" if letter in "%\r\n" + more else letter for letter in text)


def _message(data: Json) -> str:
    """All that is said about a fault, a line each."""
    said = [data["message"], data["label"], *(f"note: {note}" for note in data["notes"])]
    if data["help"]:
        said.append(f"help: {data['help']}")
    return "\n".join(escaped(line) for line in said if line)


def to_sarif(diagnostics: Iterable[Diagnostic]) -> Json:
    """A SARIF 2.1.0 log of one run."""
    found = [to_json(one) for one in diagnostics]
    rules = [{"id": code, "shortDescription": {"text": MEANINGS.get(code, code)}} for code in _codes(found)]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "tieline", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(data) for data in found],
            }
        ],
    }


def _codes(found: Iterable[Json]) -> list[str]:
    return sorted({data["code"] for data in found})


def _result(data: Json) -> Json:
    result: Json = {
        "ruleId": data["code"],
        "level": data["severity"],
        "message": {"text": _message(data)},
        "locations": [_location(data)],
    }
    if data["others"]:
        result["relatedLocations"] = [
            {**_location(other), "message": {"text": escaped(other["label"])}} for other in data["others"]
        ]
    return result


def _location(data: Json) -> Json:
    region = {
        "startLine": data["line"],
        "startColumn": data["column"],
        "endLine": data["end_line"],
        "endColumn": data["end_column"],
    }
    return {"physicalLocation": {"artifactLocation": {"uri": quote(data["file"])}, "region": region}}
