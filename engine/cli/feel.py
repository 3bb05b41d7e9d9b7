"""`tieline feel`."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

import click

from engine.cli.output import json_option
from engine.errors import EXIT_DONE, EXIT_ERROR, UsageError

if TYPE_CHECKING:
    from engine.feel.answers import Answered

_MAX_LINE = 20_000_000
_WIDTH = 160
_BEFORE_MARK = 60


@click.command()
@click.argument("expression", required=False)
@click.option("--context", help="Values by name, as one JSON object; `-` reads it from standard input.")
@click.option("--batch", is_flag=True, help="Answer JSON lines from standard input, one line each.")
@click.option("--tables", is_flag=True, help="With --batch: the lines hold decision tables with their cases.")
@click.option("--columns", is_flag=True, help="With --batch: run by columns what can be, literals made columns.")
@json_option
def feel(
    expression: str | None,
    context: str | None,
    *,
    batch: bool,
    tables: bool,
    columns: bool,
    as_json: bool,
) -> int:
    """Evaluate an expression of FEEL, or many of them.

    One that begins with a minus sign stands behind `--`, after all options.

    \b
    Example:
      tieline feel 'upper case(surname) + ", " + first name' --context '{"surname": "Hartley", "first name": "Sam"}'
    """
    if batch:
        if expression is not None or context is not None or as_json:
            raise UsageError("--batch reads standard input; no EXPRESSION, --context or --json goes with it")
        return _answer_all(tables=tables, columns=columns)
    if tables or columns:
        raise UsageError("--tables and --columns go with --batch")
    if expression is None:
        raise UsageError("say which EXPRESSION to evaluate, or --batch")
    return _answer_one(expression, context, as_json=as_json)


# --- one expression --------------------------------------------------------------------------------------------------


def _answer_one(expression: str, context: str | None, *, as_json: bool) -> int:
    from engine.feel.answers import answer_expression  # noqa: PLC0415

    found = answer_expression(expression, _context(context), _now())
    if as_json:
        click.echo(json.dumps(found.as_json(), sort_keys=True))
    else:
        for line in _told(expression, found):
            click.echo(line)
    return EXIT_ERROR if found.faults else EXIT_DONE


def _context(given: str | None) -> dict[str, object]:
    from engine.feel.batch_lines import MAX_DEPTH, is_text, too_deep  # noqa: PLC0415

    text = "{}" if given is None else sys.stdin.read() if given == "-" else given
    try:
        value = json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise UsageError(f"the context is nested more than {MAX_DEPTH} deep") from None
    except json.JSONDecodeError as fault:
        raise UsageError(f"the context is not JSON, from line {fault.lineno}, column {fault.colno} on") from None
    except ValueError:
        raise UsageError("the context is not JSON: a number is none, or standard input is not UTF-8") from None
    if not isinstance(value, dict):
        raise UsageError('the context must be one JSON object: names and their values, such as {"uln": "1000000019"}')
    if too_deep(value):
        raise UsageError(f"the context is nested more than {MAX_DEPTH} deep")
    if not is_text(value):
        raise UsageError("a text of the context has half of a character: a surrogate needs its other half")
    return value


def _no_number(_word: str) -> NoReturn:
    raise ValueError


def _now() -> Any:  # noqa: ANN401  a datetime, whose module only evaluation needs
    from engine.clock import SystemClock  # noqa: PLC0415

    clock = click.get_current_context().obj or SystemClock()
    return clock.now()


def _told(expression: str, found: "Answered") -> Iterator[str]:
    from engine.diagnostics.letters import escaped  # noqa: PLC0415

    if found.text is not None:
        yield found.text if found.text.isprintable() else escaped(found.text)
        yield f"type: {found.type}"
    for fault in found.faults:
        yield f"{'error' if found.text is None else 'problem'}: {escaped(fault.message)}"
        yield from _marked(expression, fault.start, fault.end)
        if fault.help:
            yield f"  = help: {escaped(fault.help)}"


def _marked(text: str, start: int, end: int) -> Iterator[str]:
    """The line of an expression in which a part begins, and the part marked below it."""
    from engine.diagnostics.letters import cells  # noqa: PLC0415

    first = text.rfind("\n", 0, start) + 1
    line = text[first:].partition("\n")[0]
    at = start - first
    begin = max(0, at - _BEFORE_MARK) if len(line) > _WIDTH else 0
    shown = cells(line)[begin : begin + _WIDTH]
    before, after = "…" if begin else "", "…" if begin + _WIDTH < len(line) else ""
    gap = len(before) + sum(size for _sign, size in shown[: at - begin])
    width = sum(size for _sign, size in shown[at - begin : max(at, end - first) - begin])
    yield f"  | {before}{''.join(sign for sign, _size in shown)}{after}"
    yield f"  | {' ' * gap}{'^' * max(1, width)}"


# --- many ------------------------------------------------------------------------------------------------------------


def _answer_all(*, tables: bool, columns: bool) -> int:
    answers = _answers(tables=tables, columns=columns)
    unread = 0
    for raw in _lines():
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            unread += 1
            line = None
        for answer in answers(line):
            click.echo(json.dumps(answer))
    if unread:
        click.echo(f"error: {unread} of the lines are no JSON, or longer than {_MAX_LINE:,} bytes", err=True)
    return EXIT_ERROR if unread else EXIT_DONE


def _lines() -> Iterator[bytes]:
    """Lines that are not empty; of one that is too long only the beginning, which is no JSON."""
    source = sys.stdin.buffer
    while raw := source.readline(_MAX_LINE):
        whole = raw.endswith(b"\n") or len(raw) < _MAX_LINE
        while not whole:
            whole = (more := source.readline(_MAX_LINE)).endswith(b"\n") or not more
            raw = b"{"
        if raw.strip():
            yield raw


def _answers(*, tables: bool, columns: bool) -> Callable[[object], Iterable[dict[str, object]]]:
    now = _now()
    if columns:
        from engine.feel.columns_batch import answer_by_columns, answer_table_by_columns  # noqa: PLC0415

        one, several = answer_by_columns, answer_table_by_columns
    else:
        from engine.feel.batch import answer, answer_table  # noqa: PLC0415

        one, several = answer, answer_table
    return (lambda line: several(line, now)) if tables else (lambda line: (one(line, now),))
