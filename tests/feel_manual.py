"""Writes the manual's page on FEEL from the function table, running every example: `python -m tests.feel_manual`."""

import contextlib
import datetime as dt
import io
import shlex
import textwrap
from collections.abc import Iterator, Mapping

from engine.cli.main import run as main_of_command
from engine.feel.answers import answer_expression
from engine.feel.budget import MAX_SIZE, MAX_WORK, Budget
from engine.feel.columns_functions import HANDLERS
from engine.feel.functions import EXTENSIONS, TABLE, THEMES
from engine.feel.lexer import MAX_DEPTH, MAX_LENGTH
from engine.feel.parse import MAX_NODES
from engine.feel.patterns import MAX_LENGTH as MAX_PATTERN
from engine.feel.signatures import Overload, Parameter
from tests.feel_examples import EXAMPLES, NAMES, PAGE, REMARKS, RULES, SESSIONS
from tests.modules import ROOT

PATH = "docs/feel.md"
NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


def page() -> str:
    """The whole page."""
    budget = Budget()
    start = PAGE.format(
        sessions="\n".join(_session(*session) for session in SESSIONS),
        names=_rows(NAMES),
        rules=_rows(RULES),
        count=len(TABLE) - len(EXTENSIONS),
        extensions=len(EXTENSIONS),
        length=_figure(MAX_LENGTH),
        depth=MAX_DEPTH,
        nodes=MAX_NODES,
        steps=_figure(budget.steps),
        size=_figure(MAX_SIZE),
        calls=budget.depth,
        work=_figure(MAX_WORK),
        pattern=_figure(MAX_PATTERN),
    )
    return "\n".join([start, *(_theme(title, overloads) for title, overloads in THEMES.items())])


def _figure(number: int) -> str:
    return f"{number:,}"


def run(expression: str, context: Mapping[str, object]) -> str:
    """The value of an example as FEEL writes it, and what is wrong with it where something is."""
    found = answer_expression(expression, context, NOW)
    problems = [fault.message for fault in found.faults]
    if found.text is None:
        return f"error: {problems[0]}"
    return f"`{found.text}`" + (f" and a problem: {problems[0]}" if problems else "")


def _session(expression: str, context: str) -> str:
    """A command and what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        main_of_command(["feel", expression, "--context", context])
    return f"$ tieline feel {shlex.quote(expression)} --context {shlex.quote(context)}\n{printed.getvalue().rstrip()}"


def _rows(examples: Mapping[str, Mapping[str, object]]) -> str:
    lines = ["| expression | with | gives |", "|---|---|---|"]
    for expression, context in examples.items():
        names = ", ".join(f"`{name}` = {_shown(value)}" for name, value in context.items())
        lines.append(_row(_quoted(expression), names, run(expression, context)))
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """As code; where there are backticks in it, between two."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _shown(value: object) -> str:
    return run("value", {"value": value})


def _row(*cells: str) -> str:
    """A row of a table; a bar within it would end a cell."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _theme(title: str, overloads: tuple[Overload, ...]) -> str:
    names = dict.fromkeys(each.name for each in overloads)
    lines = [f"### {title}", "", "| function | example | gives | columns |", "|---|---|---|---|"]
    lines += [row for name in names for row in _function(name)]
    remarks = [textwrap.fill(REMARKS[name], 118) for name in names if name in REMARKS]
    return "\n".join([*lines, "", *(f"{remark}\n" for remark in remarks)])


def _function(name: str) -> Iterator[str]:
    example = EXAMPLES[name]
    ways = "<br>".join(f"`{_signature(each)}`" for each in TABLE[name])
    mark = " **+**" if name in EXTENSIONS else ""
    yield _row(ways + mark, f"`{example}`", run(example, {}), "yes" if name in HANDLERS else "")


def _signature(overload: Overload) -> str:
    parameters = ", ".join(map(_parameter, overload.parameters))
    return f"{overload.name}({parameters}): {' or '.join(map(str, overload.result))}"


def _parameter(parameter: Parameter) -> str:
    sign = "..." if parameter.rest else "?" if parameter.optional else ""
    return f"{parameter.name}{sign}: {' or '.join(map(str, parameter.types))}"


def main() -> None:
    """Write the page."""
    (ROOT / PATH).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
