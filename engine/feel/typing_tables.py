"""What operators and dots give for which types: the static side of `operators` and `properties`."""

from collections.abc import Mapping

_N, _S, _D, _T, _DT = "number", "string", "date", "time", "date and time"
_DAYS, _MONTHS = "days and time duration", "years and months duration"

WORDS: Mapping[str, str] = {
    "string": "a text",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date",
    "time": "a time",
    "date and time": "a date and time",
    _DAYS: "a duration of days",
    _MONTHS: "a duration of months",
    "list": "a list",
    "context": "a context",
    "range": "a range",
    "function": "a function",
    "Null": "null",
    "Any": "anything",
}
"""Types as people call them."""

ORDERED = frozenset({_N, _S, _D, _T, _DT, _DAYS, _MONTHS})
NEGATABLE = frozenset({_N, _DAYS, _MONTHS})

ARITHMETIC: Mapping[tuple[str, str, str], str] = {
    **{(sign, _N, _N): _N for sign in ("+", "-", "*", "/", "**")},
    ("+", _S, _S): _S,
    **{(sign, one, one): one for sign in ("+", "-") for one in (_DAYS, _MONTHS)},
    **{(sign, one, _N): one for sign in ("*", "/") for one in (_DAYS, _MONTHS)},
    **{("*", _N, one): one for one in (_DAYS, _MONTHS)},
    **{("/", one, one): _N for one in (_DAYS, _MONTHS)},
    **{(sign, one, by): one for sign in ("+", "-") for one in (_D, _DT) for by in (_DAYS, _MONTHS)},
    **{("+", by, one): one for one in (_D, _DT) for by in (_DAYS, _MONTHS)},
    **{("-", one, other): _DAYS for one in (_D, _DT) for other in (_D, _DT)},
    ("+", _T, _DAYS): _T,
    ("+", _DAYS, _T): _T,
    ("-", _T, _DAYS): _T,
    ("-", _T, _T): _DAYS,
}
"""(sign, left, right) -> what it gives; what is not listed is an error."""

_DATE = dict.fromkeys(("year", "month", "day", "weekday"), _N)
_TIME = {**dict.fromkeys(("hour", "minute", "second"), _N), "time offset": _DAYS, "timezone": _S}
PROPERTIES: Mapping[str, Mapping[str, str]] = {
    _S: {},
    _N: {},
    "boolean": {},
    _D: _DATE,
    _T: _TIME,
    _DT: {**_DATE, **_TIME},
    _DAYS: dict.fromkeys(("days", "hours", "minutes", "seconds"), _N),
    _MONTHS: dict.fromkeys(("years", "months"), _N),
}
"""Type -> what stands after its dot, and of which type that is. Types with entries of their own are left out."""
