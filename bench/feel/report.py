"""The figures of FEEL as text and as JSON."""

from bench.feel.job import RECORDS, ROWS, TURNS, Speed

SCALAR = ("tieline", "closures", "one function")
COLUMNS = ("tieline", "polars")
HEAD = f"""\
## FEEL

Evaluations a second of five expressions, each prepared once and run over {RECORDS:,} records with one missing value in
ten; and rows a second over columns of {ROWS:,} rows. All ways ran in turn, in one process, medians of {TURNS}; their
values were checked to be the same. *closures*: by hand, one Python closure for each part of the expression, with FEEL's
rules for null and nothing else. *one function*: by hand, for this expression alone. *cel-python*: evaluations a second
of the same in CEL, with binary floating point and an error for a missing number; CEL's standard has no form of the
others. tieline also counts steps, checks types and sizes, and can say where and why there is no value.

"""


def text(speeds: list[Speed]) -> str:
    """Two tables; ratios are ours by the other: more is better."""
    scalar = ["| expression | tieline | of closures | of one function | cel-python |", "|---|---|---|---|---|"]
    columns = ["| expression | tieline, million rows | of bare Polars |", "|---|---|---|"]
    for each in speeds:
        ours, closures, function = each.scalar
        cel = f"{each.cel:,.0f}" if each.cel is not None else ""
        scalar.append(f"| `{each.expression}` | {ours:,.0f} | {ours / closures:.2f} | {ours / function:.2f} | {cel} |")
        ours, bare = each.columns
        columns.append(f"| `{each.expression}` | {ours / 1e6:,.1f} | {ours / bare:.2f} |")
    return HEAD + "\n".join(scalar) + "\n\n" + "\n".join(columns) + "\n"


def as_json(speeds: list[Speed]) -> list[dict[str, object]]:
    """The same for programs."""
    return [
        {
            "expression": each.expression,
            "evaluations_a_second": dict(zip(SCALAR, map(round, each.scalar), strict=True)) | _cel(each),
            "rows_a_second": dict(zip(COLUMNS, map(round, each.columns), strict=True)),
        }
        for each in speeds
    ]


def _cel(speed: Speed) -> dict[str, int]:
    return {} if speed.cel is None else {"cel-python": round(speed.cel)}
