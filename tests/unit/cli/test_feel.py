"""`tieline feel`: one expression for people and programs, many as lines; whatever comes in, no traceback."""

import io
import json
import time
from typing import Any

import pytest

from tests.unit.cli.calling import Call


def test_a_value_is_told(call: Call) -> None:
    """The value as FEEL writes it, and its type."""
    done = call("feel", "1 + x * 2", "--context", '{"x": 2.50}')
    assert (done.code, done.out, done.err) == (0, "6\ntype: number\n", "")
    done = call("feel", "[first name, null]", "--context", '{"first name": "S\\u202Eam"}')
    assert (done.code, done.out) == (0, '["S<U+202E>am", null]\ntype: list\n')


def test_a_value_in_json(call: Call) -> None:
    """The same facts, the value typed and lossless."""
    done = call("feel", "0.10 + 0", "--json")
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1)
    assert done.json == {
        "status": "ok",
        "text": "0.1",
        "type": "number",
        "value": {"t": "number", "v": "0.1"},
        "problems": [],
    }


def test_a_problem_is_marked(call: Call) -> None:
    """What went wrong, with its place under the expression; exit code 1."""
    done = call("feel", '"🐎" + string(1 / 0)')
    assert done.code == 1
    assert done.out.splitlines()[:3] == ["null", "type: Null", "problem: division by zero"]
    assert done.out.splitlines()[3:] == ['  | "🐎" + string(1 / 0)', "  |               ^^^^^"]


@pytest.mark.parametrize(
    ("expression", "says", "marked", "help_"),
    [
        ("surnam + 1", "there is no name `surnam`", "^^^^^^", "did you mean `surname`?"),
        ("uper case(surname)", "`uper case` is neither a name nor an expression", "^^^^^^^^^", "`upper case`"),
        ("contain(surname)", "there is no function `contain`", "^^^^^^^", "did you mean `contains`?"),
        ("surname +", "the expression ends too early: a value is missing", "^", ""),
        ("", "there is no expression", "^", ""),
        ("1\n+ if", "`if` was not expected: a value is missing before it", "^^", ""),
    ],
)
def test_an_expression_that_cannot_be_read(call: Call, expression: str, says: str, marked: str, help_: str) -> None:
    """The fault, its place and the nearest name; no value; exit code 1."""
    done = call("feel", expression, "--context", '{"surname": "Hartley"}')
    lines = done.out.splitlines()
    assert (done.code, done.err) == (1, "")
    assert lines[0].startswith(f"error: {says}")
    assert lines[2].removeprefix("  |").strip() == marked
    assert help_ in "".join(lines[3:])
    assert bool(help_) == bool(lines[3:])
    told = call("feel", expression, "--context", '{"surname": "Hartley"}', "--json").json
    assert (told["status"], told["value"]) == ("error", None)
    assert told["problems"][0]["message"].startswith(says)


@pytest.mark.parametrize(
    ("context", "says"),
    [
        ("", "is not JSON, from line 1, column 1 on"),
        ("{", "is not JSON"),
        ('{"x": NaN}', "a number is none"),
        ("[1]", "must be one JSON object"),
        ('"x"', "must be one JSON object"),
        ("[" * 100_000, "nested more than 60 deep"),
        ('{"x": ' + "[" * 70 + "]" * 70 + "}", "nested more than 60 deep"),
        ('{"x": "\\ud800"}', "half of a character"),
    ],
)
def test_a_context_that_is_none(call: Call, context: str, says: str) -> None:
    """Wrong usage, in one sentence, and nothing evaluated."""
    done = call("feel", "1", "--context", context)
    assert (done.code, done.out) == (64, "")
    assert says in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("1", "--batch"),
        ("--batch", "--context", "{}"),
        ("--batch", "--json"),
        ("1", "--columns"),
        ("1", "--tables"),
        ("1", "2"),
    ],
    ids=" ".join,
)
def test_wrong_usage(call: Call, words: tuple[str, ...]) -> None:
    """What does not go together is refused."""
    done = call("feel", *words)
    assert (done.code, done.out) == (64, "")
    assert "rror: " in done.err


@pytest.mark.parametrize(
    ("expression", "context"),
    [
        ("(" * 10_000, "{}"),
        ("(" * 1_000 + "1" + ")" * 1_000, "{}"),
        ("[" * 1_999, "{}"),
        ('matches(x, "(a+)+$")', json.dumps({"x": "a" * 5_000 + "!"})),
        ("x + x", json.dumps({"x": "a" * 10_000_000})),
        ("x", json.dumps({"x": "a" * 10_000_000})),
        ('replace(x, "", "a")', json.dumps({"x": "a" * 10_000_000})),
        ("matches(x, x)", json.dumps({"x": "(a*)*" * 1_000_000})),
        ("x", '{"x": ' + "9" * 1_000_000 + "}"),
        ("x * x", '{"x": 1e999999999}'),
        ("for i in 1..9999, j in 1..9999 return i", "{}"),
        ("{f: function(x) f(x), r: f(1)}.r", "{}"),
        ("\x00", "{}"),
        ('"' + "\\" * 1_900, "{}"),
        ("@" * 1_900, "{}"),
    ],
    ids=lambda value: value[:20],
)
def test_hostile_input_ends_at_once(call: Call, expression: str, context: str) -> None:
    """A value or a sentence, soon, whatever is asked."""
    before = time.perf_counter()
    done = call("feel", expression, "--context", context)
    assert time.perf_counter() - before < 5
    assert done.code in {0, 1}
    assert (done.out, done.err) != ("", "")
    assert "Traceback" not in done.out + done.err
    assert "defect" not in done.err


def test_the_context_can_come_from_standard_input(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--context -` reads it there."""
    feed(monkeypatch, b'{"x": 4}')
    assert call("feel", "sqrt(x)", "--context", "-").out == "2\ntype: number\n"


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Standard input with these bytes."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


GOOD: list[dict[str, Any]] = [
    {"id": 1, "expression": 'upper case("ab")'},
    {"id": "two", "expression": "x + 1", "inputs": {"x": {"t": "number", "v": "0.10"}}},
    {"id": 3, "expression": "count([1, 2])"},
    {"id": 4, "expression": "1 / x", "inputs": {"x": {"t": "number", "v": "0"}}},
    {"id": 5, "expression": "surnam"},
    {"id": 6, "expression": "1 +"},
]


def answers(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("columns", [False, True], ids=["scalar", "columns"])
def test_a_batch(call: Call, monkeypatch: pytest.MonkeyPatch, *, columns: bool) -> None:
    """One answer a line, in order: values typed, faults said, the way told; exit code 0 all the same."""
    feed(monkeypatch, "\n".join(json.dumps(line) for line in GOOD).encode() + b"\n\n")
    done = call("feel", "--batch", *(["--columns"] if columns else []))
    assert (done.code, done.err) == (0, "")
    found = answers(done.out)
    assert [each["id"] for each in found] == [1, "two", 3, 4, 5, 6]
    assert [each["status"] for each in found] == ["ok"] * 4 + ["error"] * 2
    values = [{"t": "string", "v": "AB"}, {"t": "number", "v": "1.1"}, {"t": "number", "v": "2"}]
    assert [each["value"] for each in found] == [*values, *[{"t": "null"}] * 3]
    assert [each["via"] for each in found[:2]] == (["columns"] * 2 if columns else ["scalar"] * 2)
    assert found[3]["problems"] == ["division by zero"]
    assert found[4]["problems"] == ["there is no `surnam`"]


TABLE = {
    "id": "fee",
    "hit_policy": "FIRST",
    "inputs": [{"expression": "age"}],
    "outputs": [{"name": "fee"}],
    "rules": [{"when": ["< 19"], "then": ["0"]}, {"when": ["-"], "then": ["10 * 2"]}],
    "cases": [
        {"id": "young", "inputs": {"age": {"t": "number", "v": "17"}}},
        {"id": "old", "inputs": {"age": {"t": "number", "v": "21"}}},
    ],
}


@pytest.mark.parametrize("way", ["scalar", "columns"])
def test_a_batch_of_tables(call: Call, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """One answer a case."""
    feed(monkeypatch, json.dumps(TABLE).encode())
    done = call("feel", "--batch", "--tables", *(["--columns"] if way == "columns" else []))
    assert done.code == 0
    assert [(each["id"], each["value"]["v"], each["via"]) for each in answers(done.out)] == [
        ("young", "0", way),
        ("old", "20", way),
    ]


BAD: list[bytes] = [
    b"[]",
    b"5",
    b'{"id": 1}',
    b'{"id": 1, "expression": 5}',
    b'{"id": 1, "expression": "x", "inputs": []}',
    b'{"id": 1, "expression": "x", "inputs": {"x": 5}}',
    b'{"id": 1, "expression": "x", "inputs": {"x": {"t": "list", "v": [5]}}}',
    b'{"id": 1, "expression": "x", "inputs": {"x": {"t": "date", "v": "2020-02-30"}}}',
    b'{"id": 1, "expression": "x", "inputs": {"x": {"t": "nothing", "v": 1}}}',
    b'{"id": 1, "expression": "x", "inputs": {"x": {"t": "string", "v": "\\ud800"}}}',
    b'{"id": {"a": [1]}, "expression": "(", "inputs": null}',
    b'{"id": 1, "expression": "1 instance of a", "types": {"a": {"components": 5}}}',
    b'{"id": 1, "expression": "y", "types": {"a": {"typeRef": "a"}}}',
    b'{"id": 1, "expression": "x", "inputs": {"x": ' + b'{"t": "list", "v": [' * 80 + b"]}" * 80 + b"}}",
]
BAD_TABLES: list[dict[str, Any]] = [
    {},
    {"hit_policy": "NONE"},
    {"aggregation": 5},
    {"inputs": "x"},
    {"inputs": [{}]},
    {"outputs": [5]},
    {"rules": [{"when": [], "then": ["1"]}]},
    {"rules": [{"when": [5], "then": ["1"]}]},
    {"rules": [{"when": ["("], "then": ["1"]}]},
    {"cases": [{"inputs": {}}]},
    {"cases": [{"id": 1}]},
    {"cases": [{"id": 1, "inputs": {"x": {"t": "date", "v": "x"}}}]},
]


@pytest.mark.parametrize("columns", [(), ("--columns",)], ids=["scalar", "columns"])
def test_lines_of_the_wrong_form(call: Call, monkeypatch: pytest.MonkeyPatch, columns: tuple[str, ...]) -> None:
    """Each is answered with an error that says what is wrong; those that are no JSON make the exit code 1."""
    feed(monkeypatch, b"\n".join(BAD))
    done = call("feel", "--batch", *columns)
    found = answers(done.out)
    assert (done.code, len(found)) == (0, len(BAD))
    assert all(each["status"] == "error" and each["problems"] for each in found)
    tables = [TABLE | part if part else {} for part in BAD_TABLES]
    feed(monkeypatch, "\n".join(map(json.dumps, tables)).encode())
    done = call("feel", "--batch", "--tables", *columns)
    assert all(each["status"] == "error" and each["problems"] for each in answers(done.out))
    feed(monkeypatch, b'\xff\n{"id": 1, "expression": "1"}\nnonsense\n' + b"[" * 100_000 + b"\n" + b'{"id": 2')
    done = call("feel", "--batch", *columns)
    assert [each["status"] for each in answers(done.out)] == ["error", "ok", "error", "error", "error"]
    assert done.code == 1
    assert "4 of the lines are no JSON" in done.err
