"""Sizes that keep code readable: functions, complexity, files, arguments, names of modules, code in `__init__`."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

import pytest

from tests.modules import ROOT, Module, modules_of, read_modules

USUAL_LINES = 25
"""Nine functions in ten have no more."""
MOST_LINES = 60
MOST_COMPLEX = 12
MOST_ARGUMENTS = 6
MOST_FILE_LINES = 400
BANNED = {"util", "utils", "helper", "helpers", "common", "context"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A function and its place; `lines` counts from `def` to its last line."""

    where: str
    lines: int
    complexity: int
    arguments: int


def measure(modules: Mapping[str, Module]) -> list[Measured]:
    """Every function and method, nested ones by themselves as well."""
    found = []
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                where = f"{module.path}:{node.lineno}: {node.name}"
                found.append(Measured(where, lines, complexity(node), arguments(node)))
    return found


def complexity(function: Function) -> int:
    """Cyclomatic, as ruff counts it: one, and one more for each branch, loop, handler and case that may fail."""
    return 1 + sum(_weight(node) for node in _own(function))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function):
            yield child
            yield from _own(child)


def _weight(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        always = isinstance(node.pattern, ast.MatchAs) and node.pattern.pattern is None and node.guard is None
        return 0 if always else 1
    return int(isinstance(node, BRANCHES))


def arguments(function: Function) -> int:
    """Arguments that a caller may give by position or by name; `self` and `cls` are not given."""
    taken = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return sum(argument.arg not in {"self", "cls"} for argument in taken)


def ninth_decile(numbers: list[int]) -> int:
    """The least number that nine in ten do not exceed."""
    return sorted(numbers)[ceil(0.9 * len(numbers)) - 1] if numbers else 0


def long_functions(modules: Mapping[str, Module]) -> list[str]:
    return [f"{m.where} has {m.lines} lines, over {MOST_LINES}" for m in measure(modules) if m.lines > MOST_LINES]


def complex_functions(modules: Mapping[str, Module]) -> list[str]:
    over = (m for m in measure(modules) if m.complexity > MOST_COMPLEX)
    return [f"{m.where} has complexity {m.complexity}, over {MOST_COMPLEX}" for m in over]


def wide_functions(modules: Mapping[str, Module]) -> list[str]:
    over = (m for m in measure(modules) if m.arguments > MOST_ARGUMENTS)
    return [f"{m.where} takes {m.arguments} arguments, over {MOST_ARGUMENTS}" for m in over]


def long_files(modules: Mapping[str, Module]) -> list[str]:
    over = (m for m in modules.values() if m.lines > MOST_FILE_LINES)
    return [f"{m.path}:1: has {m.lines} lines, over {MOST_FILE_LINES}" for m in over]


def vague_names(modules: Mapping[str, Module]) -> list[str]:
    return [f"{m.path}:1: a name that says nothing" for m in modules.values() if BANNED & set(m.name.split("."))]


def code_in_init(modules: Mapping[str, Module]) -> list[str]:
    """Statements of an `__init__` other than its docstring, imports, `__all__` and the functions of PEP 562."""
    found = []
    for module in modules.values():
        if module.is_package:
            body = module.tree.body[ast.get_docstring(module.tree) is not None :]
            found += [f"{module.path}:{node.lineno}: code in __init__" for node in body if not _may_stand_in_init(node)]
    return found


def _may_stand_in_init(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef(name="__getattr__" | "__dir__"):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.AnnAssign(target=ast.Name(id="__all__")):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            return all(isinstance(inner, ast.Import | ast.ImportFrom) for inner in body)
    return False


Check = Callable[[Mapping[str, Module]], list[str]]
CHECKS: list[Check] = [long_functions, complex_functions, wide_functions, long_files, vague_names, code_in_init]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_numbers_are_kept(check: Check) -> None:
    """No file of the product or of its tests crosses a limit."""
    offenders = check(read_modules(ROOT, ("engine", "connectors", "tests", "bench")))
    assert not offenders, "\n" + "\n".join(offenders)


def test_functions_are_short_as_a_rule() -> None:
    """Nine in ten functions of the product have at most twenty-five lines."""
    measured = measure(read_modules(ROOT, ("engine", "connectors")))
    longest = sorted(measured, key=lambda m: -m.lines)[: len(measured) // 10 + 1]
    listing = "\n".join(f"{m.where} has {m.lines} lines" for m in longest)
    assert ninth_decile([m.lines for m in measured]) <= USUAL_LINES, "\n" + listing


BAD: dict[Check, tuple[str, str]] = {
    long_functions: ("engine/a.py", "def f():\n" + "    x = 1\n" * 60),
    complex_functions: ("engine/a.py", "def f(x):\n" + "    if x:\n        x = 0\n" * 12),
    wide_functions: ("engine/a.py", "class C:\n    def f(self, a, b, c, /, d, e, *, f, g): ..."),
    long_files: ("engine/a.py", "x = 1\n" * 401),
    vague_names: ("engine/utils/a.py", ""),
    code_in_init: ("engine/x/__init__.py", '"""Doc."""\nimport a\n__all__ = ["b"]\n\nREADY = True'),
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_crossed_limit_is_found(check: Check) -> None:
    """Each check names file and line of what crosses its limit, and only its own offender."""
    path, text = BAD[check]
    offenders = check(modules_of({path: text, "engine/fine.py": "def f(self, a, b, c, d, e, f): ..."}))
    assert len(offenders) == 1
    assert offenders[0].startswith(f"{path}:")


def test_code_at_the_limits_passes() -> None:
    """What is just within every limit is let through."""
    body = "def f():\n" + "    x = 1\n" * 59 + "def g(x):\n" + "    if x:\n        x = 0\n" * 11
    init = (
        '"""Doc."""\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n'
        '__all__ = ["b"]\ndef __getattr__(name): ...\n'
    )
    modules = modules_of({"engine/a.py": body, "engine/__init__.py": init})
    assert [offender for check in CHECKS for offender in check(modules)] == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", 1),
        ("return [1 if a else 2 for a in x if a]", 1),
        ("if x:\n        pass\n    elif y:\n        pass\n    else:\n        pass", 3),
        ("try:\n        pass\n    except A:\n        pass\n    except B:\n        pass\n    else:\n        pass", 3),
        ("match x:\n        case 1: pass\n        case 2 if x: pass\n        case _: pass", 3),
        ("def inner():\n        if x: pass\n    return inner", 1),
        ("while x:\n        for y in x: pass", 3),
    ],
)
def test_complexity_is_counted(body: str, expected: int) -> None:
    """Each kind of branch counts once; a nested function counts for itself."""
    function = ast.parse(f"def f(x):\n    {body}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert complexity(function) == expected


def test_the_ninth_decile_is_a_number_of_the_list() -> None:
    """Of ten numbers the ninth counts; of eleven the tenth."""
    assert ninth_decile([*range(1, 11)]) == 9
    assert ninth_decile([*range(1, 12)]) == 10
