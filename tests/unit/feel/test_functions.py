"""The function table is closed and pure, and patterns are those of XPath on an engine that cannot hang."""

import ast
from pathlib import Path

import pytest

from engine.feel.faults import FeelFault
from engine.feel.functions import EXTENSIONS, TABLE
from engine.feel.patterns import matches
from engine.feel.replacing import literal_of, replace, split
from engine.feel.words import BUILT_IN

FEEL = Path(__file__).resolve().parents[3] / "engine" / "feel"
THEMES = sorted(FEEL.glob("functions*.py"))
ALLOWED = frozenset(("collections.abc", "decimal", "functools", "typing"))
FORBIDDEN = frozenset(("open", "eval", "exec", "compile", "getattr", "setattr", "globals", "__import__", "input"))


@pytest.mark.covers("Y13")
@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.name)
def test_functions_reach_nothing_outside(path: Path) -> None:
    """The functions' modules import calculation only, and call nothing that opens, imports or looks up by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert all(module is not None and (module.startswith("engine.feel") or module in ALLOWED) for module in modules)
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & FORBIDDEN


def test_the_table_holds_the_standards_functions() -> None:
    """The table has the standard's functions and those that mappings need, each with a signature."""
    assert len(TABLE) == 86 + len(EXTENSIONS)
    assert set(TABLE) > EXTENSIONS
    assert {name for name in TABLE if " " in name} == set(BUILT_IN)
    assert {str(overload) for overload in TABLE["substring"]} == {"substring(string, start position, length?)"}


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "found"),
    [
        ("a\rb", "a.b", "", False),
        ("a\rb", "a.b", "s", True),
        ("a\nb", "^b", "", False),
        ("a\nb", "^b", "m", True),
        ("hello world", "hello\\ sworld", "x", True),
        ("x", "[A-Z-[OI]]", "i", True),
        ("o", "[A-Z-[OI]]", "i", False),
        ("d", "[\\w-[a-c]]", "", True),
        ("b", "[\\w-[a-c]]", "", False),
        ("\u212a", "k", "i", True),
        ("é", "\\p{IsLatin-1Supplement}", "", True),
        ("٣", "\\d", "", True),
        ("_", "\\w", "", False),
        ("a+b", "a+b", "q", True),
        ("]", "[\\]]", "", True),
        ("-", "[a-]", "", True),
        (" ", "[^\\S]", "", True),
    ],
)
def test_patterns_of_xpath(text: str, pattern: str, flags: str, *, found: bool) -> None:
    """XPath's meaning of dots, flags, classes and subtraction is kept."""
    assert matches(text, pattern, flags) is found


@pytest.mark.covers("Y10")
@pytest.mark.parametrize(
    "pattern",
    [
        "(a)\\1",
        "(?=a)",
        "(?<n>a)",
        "a**",
        "(",
        ")",
        "[a",
        "[]",
        "[z-a]",
        "a{2,1001}",
        "\\b",
        "\\p{Foo}",
        "\\",
        "{",
        "[a\\1]",
    ],
)
def test_patterns_that_are_refused(pattern: str) -> None:
    """What RE2 cannot do, and what is no pattern of XPath, is refused instead of read as something else."""
    with pytest.raises(FeelFault):
        matches("a", pattern)


def test_replacements() -> None:
    """A group's number is as long as there are groups, and a dollar can be escaped."""
    assert replace("abc", "(b)", "[$1x]") == "a[bx]c"
    assert replace("abc", "(b)", "$10") == "ab0c"
    assert replace("abc", "b", "\\$$0") == "a$bc"
    assert replace("abc", "b", "$5") == "ac"
    assert split("a;b;;", ";") == ["a", "b", "", ""]
    for replacement in ("$", "\\a", "$x"):
        with pytest.raises(FeelFault):
            replace("abc", "b", replacement)
    with pytest.raises(FeelFault):
        replace("abc", "x*", "-")


@pytest.mark.parametrize(
    ("pattern", "flags", "literal"),
    [
        (" ", "", " "),
        ("a-b", "", "a-b"),
        ("\\.", "", "."),
        ("\\n\\\\", "m", "\n\\"),
        ("a.b", "q", "a.b"),
        ("a.b", "", None),
        ("a+", "", None),
        ("\\d", "", None),
        ("a", "i", None),
        ("a b", "x", None),
        ("", "", None),
        ("a" * 2_001, "", None),
    ],
)
def test_patterns_that_are_plain_texts(pattern: str, flags: str, literal: str | None) -> None:
    """A pattern without a special sign is looked for as a text; all others are patterns."""
    assert literal_of(pattern, flags) == literal


def test_a_pattern_has_a_longest_length() -> None:
    """A pattern of a record's own cannot keep the engine busy with being read."""
    with pytest.raises(FeelFault):
        matches("a", "a" * 2_001)
    with pytest.raises(FeelFault):
        replace("a", "a" * 2_001, "")
