"""Our own words for a text that YAML's grammar refuses, found by the place alone."""

from dataclasses import dataclass

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.source import Source, Span

_NO_BEGINNING = "@`%"
_OPENED = {"[": ("list", "]"), "{": ("mapping", "}")}


@dataclass(frozen=True, slots=True)
class Break:
    """Where reading broke off, and where the thing begins that was being read (None: not told)."""

    at: int
    begun: int | None = None


def diagnose(source: Source, broken: Break) -> Diagnostic:
    """The diagnostic for a break, at the smallest span that shows the fault."""
    for look in (_tab, _document, _opened, _letter, _colon, _indentation):
        found = look(source, broken)
        if found is not None:
            return found
    at = _visible(source.text, broken.at)
    label = Label(source, Span(at, at + 1), "not expected here")
    return Diagnostic(codes.YAML_SYNTAX, "error", "the text cannot be read as YAML from here on", label)


def tab(source: Source, at: int, more: int = 0) -> Diagnostic:
    """A tab where a line is indented; `more` lines further down have one too."""
    notes = (f"{more} more {'line begins' if more == 1 else 'lines begin'} with a tab",) if more else ()
    label = Label(source, Span(at, at + 1), "a tab")
    return Diagnostic(codes.TAB_INDENTATION, "error", "a line is indented with a tab", label, (), notes, "use spaces")


def _visible(text: str, at: int) -> int:
    """Back over white space, so that the mark stands at something that shows."""
    if at < len(text) and not text[at].isspace():
        return at
    return max(len(text[:at].rstrip()) - 1, 0)


def _tab(source: Source, broken: Break) -> Diagnostic | None:
    return tab(source, broken.at) if source.text[broken.at : broken.at + 1] == "\t" else None


def _document(source: Source, broken: Break) -> Diagnostic | None:
    """Something after the `...` that ends a document."""
    before = source.text[: broken.at].rstrip()
    if broken.at >= len(source.text) or before[-4:] not in ("...", "\n..."):
        return None
    label = Label(source, Span(broken.at, broken.at + 1), "the file ended before this")
    help_ = "take the `...` out"
    return Diagnostic(
        codes.SEVERAL_DOCUMENTS, "error", "something follows the end of the YAML document", label, help=help_
    )


def _opened(source: Source, broken: Break) -> Diagnostic | None:
    """A quote, bracket or brace that was opened, with something wrong before its end."""
    if broken.begun is None or broken.begun >= len(source.text):
        return None
    text, begun = source.text, broken.begun
    sign = text[begun]
    if sign in "'\"":
        return _in_quotes(source, broken.at, begun)
    if sign not in _OPENED:
        return None
    what, end = _OPENED[sign]
    opening = Label(source, Span(begun, begun + 1), f"the {what} begins here")
    if not text[broken.at :].strip() or broken.at == begun:
        label = Label(source, Span(begun, begun + 1), f"no `{end}` ends it")
        return Diagnostic(codes.UNCLOSED_BRACKET, "error", f"a {what} is not closed", label)
    at = _visible(text, broken.at)
    label = Label(source, Span(at, at + 1), f"`,` or `{end}` expected before this")
    headline = f"a {what} lacks a comma or its end"
    return Diagnostic(codes.UNCLOSED_BRACKET, "error", headline, label, (opening,))


def _in_quotes(source: Source, at: int, begun: int) -> Diagnostic:
    text = source.text
    slash = text.rfind("\\", begun, at + 1)
    if text[begun] == '"' and begun < slash <= at and text[slash + 1 : at].isalnum() | (slash + 1 >= at):
        label = Label(source, Span(slash, min(slash + 2, len(text))), "means nothing in double quotes")
        help_ = "write `\\\\` for a backslash, or use single quotes"
        return Diagnostic(codes.UNKNOWN_ESCAPE, "error", "unknown escape in a text in double quotes", label, help=help_)
    label = Label(source, Span(begun, begun + 1), "it begins here")
    return Diagnostic(codes.UNCLOSED_QUOTE, "error", "a text in quotes does not end", label)


def _letter(source: Source, broken: Break) -> Diagnostic | None:
    """A text without quotes that begins with a sign kept for YAML."""
    letter = source.text[broken.at : broken.at + 1]
    if not letter or letter not in _NO_BEGINNING:
        return None
    label = Label(source, Span(broken.at, broken.at + 1), "kept for YAML itself")
    headline = f"a text without quotes cannot begin with `{letter}`"
    return Diagnostic(codes.TEXT_NEEDS_QUOTES, "error", headline, label, help="put the text in single quotes")


def _colon(source: Source, broken: Break) -> Diagnostic | None:
    """A second `: ` in one line, or words after the end of a text in quotes."""
    text, at = source.text, broken.at
    line = source.line(source.place(at).line)
    before = line[: source.place(at).column - 1]
    if text[at : at + 1] == ":" and ":" in before:
        label = Label(source, Span(at, at + 1), "makes what stands before it a key")
        headline = "a text without quotes holds `: `"
        return Diagnostic(codes.TEXT_NEEDS_QUOTES, "error", headline, label, help="put the text in single quotes")
    if text[at : at + 1] == ":" and before.rstrip()[-1:] in ("", "{", ",") and broken.begun == at:
        label = Label(source, Span(at, at + 1), "write a key before this")
        return Diagnostic(codes.EMPTY_KEY, "error", "a value has no key", label)
    if before.rstrip().endswith(("'", '"')):
        label = Label(source, Span(at, at + 1), "the quotes ended before this")
        help_ = "put the whole text in single quotes; a single quote inside is written twice"
        return Diagnostic(codes.TEXT_NEEDS_QUOTES, "error", "words follow a text in quotes", label, help=help_)
    return None


def _indentation(source: Source, broken: Break) -> Diagnostic | None:
    """A line that begins in a column in which nothing above began, or a key under a text."""
    text, at = source.text, broken.at
    place = source.place(at)
    line = source.line(place.line)
    first = len(line) - len(line.lstrip())
    begin = at - (place.column - 1) + first
    if broken.begun is not None and broken.begun != at == begin and text[at : at + 1]:
        above = source.place(broken.begun)
        label = Label(source, Span(at, at + 1), f"column {place.column}")
        other = Label(source, Span(broken.begun, broken.begun + 1), f"column {above.column}: what this line breaks off")
        return Diagnostic(
            codes.BAD_INDENTATION,
            "error",
            "a line does not fit what stands above it",
            label,
            (other,),
            help="begin the entries of one list or mapping in one column, each in the same form",
        )
    if text[at : at + 1] == ":" and place.line > 1:
        label = Label(source, Span(begin, at), "a key under a text")
        help_ = "begin it in the column of the key above, or end the line above with `:`"
        return Diagnostic(codes.BAD_INDENTATION, "error", "a key stands where a text goes on", label, help=help_)
    return None
