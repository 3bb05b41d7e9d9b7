"""What the manual's page on FEEL is made of: its words, and an example of every function."""

from collections.abc import Mapping
from decimal import Decimal

SESSIONS = (
    ('upper case(surname) + ", " + first name', '{"surname": "Hartley", "first name": "Sam"}'),
    ("uper case(surname)", '{"surname": "Hartley"}'),
)

PAGE = """\
<!-- Made by `python -m tests.feel_manual`; do not edit. -->

# FEEL, the language of expressions

Rules are written in FEEL, the expression language of the DMN standard, version 1.5. All of the language is read and
evaluated: {count} functions of the standard, and {extensions} more that a mapping needs, which are marked **+**
below. Every value on this page was computed when the page was made.

`tieline feel` evaluates an expression at once. It ends with exit code 0, with 1 where the expression cannot be
evaluated or something went wrong in it, and with 64 where the context is not JSON:

```text
{sessions}
```

`--json` prints the same as one document, `--context -` reads the values from standard input. `tieline feel --batch`
answers lines of JSON by lines with `id`, `status`, `value`, `via` and `problems`. A line has an `id`, an `expression`
and typed `inputs`:

```json
{{"id": 1, "expression": "x + 1", "inputs": {{"x": {{"t": "number", "v": "0.10"}}}}}}
```

With `--tables` each line holds a decision table with its `cases`. With `--columns` literals become columns, and the
columnar evaluator answers what it can: `via` says `columns` or `scalar`.

## How names are found

A name may have several words. The longest name in scope wins, however many spaces stand in it, so a column called
`a-b` takes the place of the difference `a - b`; `(a)-(b)` is always the difference. Between backticks a name is taken
as it stands: the one extension of the grammar. A column that is called like a function does not hide it.

{names}

## What may surprise

{rules}

- Null means that there is nothing. It goes through operators and most functions in silence. What cannot be done (a
  text taken for a number, a division by zero) gives null too, and a problem with its place beside it: a rule then
  holds the field instead of writing a blank.
- Numbers are decimal, exact to 34 digits and rounded half to even. There is no infinity.
- Texts count characters (code points), from 1; -1 is the last.
- Dates reach from the year -999999999 to 999999999, seconds have nine digits, and a zone keeps its name. An instant
  from a system shows the clock of the workspace's zone.
- Regular expressions are those of XPath and run in linear time; references back to a group are refused.
- In a replacement `$1` is the first group.

## Where this differs from the standard

- Backticks around names, and the functions marked **+**.
- Two times, or dates with times, are equal where they differ only in fractions of a second, as the conformance kit
  wants it; `is` tells them apart.
- In a cell of a decision table, a condition (a comparison, or a call that gives true or false) counts as it stands
  where the tested value is neither true nor false; where it is, the two are compared. Engines differ here.
- Functions written outside the expression (`function(x) external ...`) are read and never run.
- What other engines add (`is defined`, `random number`, reading JSON) is left out.

## What an expression may cost

No expression can hang a run or fill the memory. What is over a limit ends in an error of that record alone.

| limit | at most |
|---|---|
| characters of an expression | {length} |
| brackets, and parts within parts | {depth} |
| parts of an expression | {nodes} |
| steps: items looped over, calls, tenths of the lists and contexts that are built or gone through | {steps} |
| characters of a text that is built, parts of a list or context | {size} |
| parts within parts of functions that call functions | {calls} |
| characters that one matching, replacing, splitting or extracting works through | {work} |
| characters of a regular expression | {pattern} |

## Functions

A parameter with `?` may be left out, one with `...` takes all further arguments; arguments may be named, as in
`substring(string: "abc", start position: 2)`. The last column says what runs over whole columns at once where its
further arguments are constants; all else runs record by record, with the same values."""

NAMES: Mapping[str, Mapping[str, object]] = {
    "first name": {"first name": "Sam"},
    "first    name": {"first name": "Sam"},
    "a - b": {"a": Decimal(3), "b": Decimal(2)},
    "a -  b": {"a": Decimal(3), "b": Decimal(2), "a-b": Decimal(7)},
    "(a)-(b)": {"a": Decimal(3), "b": Decimal(2), "a-b": Decimal(7)},
    "`a-b` + 1": {"a": Decimal(3), "b": Decimal(2), "a-b": Decimal(7)},
    "mis.surname": {"mis": {"surname": "Hartley"}},
    "surnam": {"surname": "Hartley"},
}

RULES: Mapping[str, Mapping[str, object]] = {
    "0.1 + 0.2 = 0.3": {},
    "-2 ** 2": {},
    'x = ""': {"x": None},
    "x > 1": {"x": None},
    "x != null": {"x": "a"},
    'x > "1"': {"x": Decimal(2)},
    'if x > 1 then "more" else "not more"': {"x": None},
    "1 / 0": {},
    'false and "text"': {},
    'true and "text"': {},
    "x between 1 and 3": {"x": Decimal(3)},
    "x in [1..3)": {"x": Decimal(3)},
    'x in ("L", "M")': {"x": "M"},
    'date("2024-01-31") + duration("P1M")': {},
    'date("2024-03-01") - date("2024-02-01")': {},
    'substring("abc", 0)': {},
    'string length("🐎😀")': {},
}

EXAMPLES: Mapping[str, str] = {
    "string": "string(1.50)",
    "string length": 'string length("Hartley")',
    "substring": 'substring("Hartley", 1, 4)',
    "upper case": 'upper case("ab1 2cd")',
    "lower case": 'lower case("Sam@College.Example")',
    "substring before": 'substring before("sam@college.example", "@")',
    "substring after": 'substring after("sam@college.example", "@")',
    "contains": 'contains("Hartley", "art")',
    "starts with": 'starts with("ST0353", "ST")',
    "ends with": 'ends with("ST0353", "53")',
    "matches": 'matches("ST0353", "^ST[0-9]{4}$")',
    "replace": 'replace("07700 900 123", " ", "")',
    "split": 'split("a;b;c", ";")',
    "string join": 'string join(["1 High Street", null, "Leeds"], ", ")',
    "not": "not(true)",
    "extract": 'extract("units 101 and 205", "[0-9]+")',
    "trim": 'trim("  Sam ")',
    "is blank": 'is blank("  ")',
    "get or else": 'get or else(null, "none")',
    "number": 'number("1,000.5", ",", ".")',
    "decimal": "decimal(2.345, 2)",
    "floor": "floor(-1.5)",
    "ceiling": "ceiling(1.2)",
    "round up": "round up(1.21, 1)",
    "round down": "round down(1.29, 1)",
    "round half up": "round half up(2.5, 0)",
    "round half down": "round half down(2.5, 0)",
    "abs": "abs(-7)",
    "modulo": "modulo(-12, 5)",
    "sqrt": "sqrt(16)",
    "log": "log(10)",
    "exp": "exp(1)",
    "odd": "odd(5)",
    "even": "even(5)",
    "date": 'date("2024-02-29")',
    "time": 'time("09:30:00")',
    "date and time": 'date and time("2024-02-29T09:30:00Z")',
    "duration": 'duration("P1Y2M")',
    "years and months duration": 'years and months duration(date("2023-09-01"), date("2024-11-30"))',
    "day of year": 'day of year(date("2024-02-29"))',
    "day of week": 'day of week(date("2024-02-29"))',
    "month of year": 'month of year(date("2024-02-29"))',
    "week of year": 'week of year(date("2024-02-29"))',
    "today": "today()",
    "now": "now()",
    "list contains": 'list contains(["L", "M"], "M")',
    "count": "count([1, 2, 3])",
    "min": "min(3, 1, 2)",
    "max": "max([3, 1, 2])",
    "sum": "sum([0.1, 0.2])",
    "mean": "mean([1, 2, 6])",
    "product": "product(2, 3, 4)",
    "median": "median([1, 2, 10])",
    "stddev": "stddev([2, 4, 4, 5])",
    "mode": "mode([1, 2, 2, 3])",
    "all": "all([true, false])",
    "any": "any([true, false])",
    "sublist": "sublist([1, 2, 3, 4], 2, 2)",
    "append": "append([1, 2], 3)",
    "concatenate": "concatenate([1], [2, 3])",
    "insert before": "insert before([1, 3], 2, 2)",
    "remove": "remove([1, 2, 3], 2)",
    "reverse": "reverse([1, 2, 3])",
    "index of": "index of([1, 2, 1], 1)",
    "union": "union([1, 2], [2, 3])",
    "distinct values": "distinct values([1, 2, 1])",
    "flatten": "flatten([1, [2, [3]]])",
    "sort": "sort([3, 1, 2], function(a, b) a < b)",
    "list replace": "list replace([1, 2, 3], 2, 9)",
    "context": 'context([{key: "a", value: 1}])',
    "get value": 'get value({a: 1}, "a")',
    "get entries": "get entries({a: 1})",
    "context put": 'context put({a: 1}, "b", 2)',
    "context merge": "context merge([{a: 1}, {b: 2}])",
    "is": "is(1, 1.0)",
    "before": "before(1, 2)",
    "after": "after([5..8], 4)",
    "meets": "meets([1..5], [5..9])",
    "met by": "met by([5..9], [1..5])",
    "overlaps": "overlaps([1..5], [3..9])",
    "overlaps before": "overlaps before([1..5], [3..9])",
    "overlaps after": "overlaps after([3..9], [1..5])",
    "finishes": "finishes(9, [1..9])",
    "finished by": "finished by([1..9], [5..9])",
    "includes": "includes([1..9], 5)",
    "during": "during(5, [1..9])",
    "starts": "starts(1, [1..9])",
    "started by": "started by([1..9], [1..5])",
    "coincides": "coincides([1..5], [1..5])",
    "range": 'range("[1..5)")',
    "last day of month": 'last day of month(date("2024-02-10"))',
    "format date": 'format date(date("2024-02-03"), "dd/MM/yyyy")',
    "format number": 'format number(1234.5, "#,##0.00")',
    "pad left": 'pad left("42", 5, "0")',
    "pad right": 'pad right("A", 3, ".")',
    "valid uln": 'valid uln("1000000019")',
    "valid ern": 'valid ern("100000002")',
    "valid ni number": 'valid ni number("QQ123456C")',
    "valid postcode": 'valid postcode("ZZ99 9ZZ")',
}

REMARKS: Mapping[str, str] = {
    "format date": (
        "A date's pattern is made of `yyyy` `yy` `MMMM` `MMM` `MM` `M` `dd` `d` `EEEE` `EEE` and, for a date "
        "and time, `HH` `H` `mm` `m` `ss` `s`. Other letters stand between single quotes; names of days and "
        "months are English."
    ),
    "format number": (
        "In a number's pattern `0` is a digit that is always shown, `#` one that is shown where there is one, "
        "and `,` asks for groups of three. The last digit is rounded half to even."
    ),
    "valid uln": (
        "`valid uln` takes ten digits whose last one checks the others. **`9999999999`, which stands for a "
        "number not known yet, counts as valid**: where that matters, exclude it in the rule."
    ),
    "valid ern": (
        "`valid ern` takes nine digits whose last one checks the others. `999999999`, which stands for an "
        "employer not known yet, counts as valid."
    ),
    "valid ni number": (
        "`valid ni number` takes two letters, six digits and a letter from A to D, which may be missing; "
        "neither spaces nor small letters, nor first letters that are never given out, such as `QQ`, `BG` or "
        "`ZZ`."
    ),
    "valid postcode": (
        "`valid postcode` takes the form alone: capitals, one space. `ZZ99 9ZZ`, which stands for an unknown "
        "one, counts as valid."
    ),
}
