"""The model of a diagnostic: facts only; `render` turns it into text or JSON."""

from dataclasses import dataclass
from typing import Literal

from engine.source import Source, Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Label:
    """A span of a source with what is to be said about it."""

    source: Source
    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault. `code` is one of `engine.diagnostics.codes`; texts are lower case without a full stop."""

    code: str
    severity: Severity
    headline: str
    primary: Label
    others: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
