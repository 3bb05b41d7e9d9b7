"""Settings, tables of codes and decision tables that no rule uses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.rules.checks.subject import Subject
from engine.rules.model import Codes, Direction, Formula, TableUse

_SETTING = re.compile(r"\bsettings\s*\.\s*([a-z][a-z0-9_]*)")
_NO_RULES = frozenset({"settings", "codes", "tables", "source", "span_of"})


def check(subject: Subject) -> Iterator[Diagnostic]:
    """A warning for each: what nobody uses may be misspelt elsewhere."""
    rules = subject.rules
    parts = list(_parts({one.name: getattr(rules, one.name) for one in fields(rules) if one.name not in _NO_RULES}))
    decisions = {one.name for one in parts if isinstance(one, TableUse)}
    parts += _parts([table for name, table in rules.tables.items() if name in decisions])
    settings = {name for part in parts for name in _settings(part)}
    tables = {one.name for one in parts if isinstance(one, Codes)}
    for kinds, used, code, headline, text in (
        (rules.settings, settings, codes.UNUSED_SETTING, "setting `{}` changes nothing", "no rule reads it"),
        (rules.codes, tables, codes.UNUSED_CODE_TABLE, "table of codes `{}` is not used", "no field uses it"),
        (rules.tables, decisions, codes.UNUSED_TABLE, "decision table `{}` is not used", "no field uses it"),
    ):
        for name, one in kinds.items():
            if name not in used:
                yield Diagnostic(code, "warning", headline.format(name), Label(rules.source, one.span, text))


def _settings(part: object) -> Iterator[str]:
    """The settings that a part of the rules reads."""
    if isinstance(part, Direction):
        yield from (name for name in (part.setting, part.when) if name is not None)
    if isinstance(part, Formula):
        yield from _SETTING.findall(part.text)


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
