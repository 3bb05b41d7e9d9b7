"""Settings and tables of codes that no rule uses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.rules.checks.subject import Subject
from engine.rules.model import Codes, Direction, Formula

_SETTING = re.compile(r"\bsettings\s*\.\s*([a-z][a-z0-9_]*)")
_NO_RULES = frozenset({"settings", "codes", "source", "span_of"})


def check(subject: Subject) -> Iterator[Diagnostic]:
    """A warning for each: what nobody uses may be misspelt elsewhere."""
    rules = subject.rules
    settings: set[str] = set()
    tables: set[str] = set()
    for part in _parts({one.name: getattr(rules, one.name) for one in fields(rules) if one.name not in _NO_RULES}):
        match part:
            case Direction():
                settings |= {name for name in (part.setting, part.when) if name is not None}
            case Formula():
                settings |= set(_SETTING.findall(part.text))
            case Codes():
                tables.add(part.name)
    for name, setting in rules.settings.items():
        if name not in settings:
            label = Label(rules.source, setting.span, "no rule reads it")
            yield Diagnostic(codes.UNUSED_SETTING, "warning", f"setting `{name}` changes nothing", label)
    for name, table in rules.codes.items():
        if name not in tables:
            label = Label(rules.source, table.span, "no field uses it")
            yield Diagnostic(codes.UNUSED_CODE_TABLE, "warning", f"table of codes `{name}` is not used", label)


def _parts(value: object) -> Iterator[object]:
    """A value and all parts of the model below it."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _parts(each)
    elif is_dataclass(value):
        yield value
        if not isinstance(value, Formula):
            for each in fields(value):
                yield from _parts(getattr(value, each.name))
