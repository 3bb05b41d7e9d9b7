"""Imports run down the layers of the architecture, rings do not occur, and heavy libraries stay in their places."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.modules import ROOT, Module, modules_of, read_modules

LAYERS: tuple[tuple[str, ...], ...] = (
    ("engine.crashpoints", "engine.errors", "engine.loggers", "engine.source", "engine.digest", "engine.shipped"),
    ("engine.diagnostics",),
    ("engine.yamltree", "engine.schema", "engine.feel"),
    (
        "engine.ports",
        "engine.clock",
        "engine.connector_file",
        "engine.memory",
        "engine.opening",
        "engine.settings",
        "engine.rules",
    ),
    ("engine.query",),
    ("engine.compare",),
    ("engine.plan", "engine.ledger"),
    (
        "engine.again",
        "engine.approve",
        "engine.apply",
        "engine.attempts",
        "engine.choosing",
        "engine.planner",
        "engine.reading",
        "engine.report",
        "engine.explain",
        "engine.undo",
    ),
    ("engine.service",),
    ("engine.cli", "engine.web"),
)
"""From the bottom up: a module imports from its own layer and those before it."""

FOR_CONNECTORS = ("engine.ports", "engine.errors", "engine.crashpoints", "engine.loggers")

PLACES: Mapping[str, tuple[str, ...]] = {
    "alembic": ("engine.ledger",),
    "httpx": ("connectors.http.client",),
    "jinja2": ("engine.plan.page", "engine.web"),
    "jsonschema": ("engine.schema",),
    "lark": ("engine.feel.parse",),
    "polars": ("engine.feel.columns", "engine.query", "engine.compare", "connectors"),
    "referencing": ("engine.schema",),
    "sqlalchemy": ("engine.ledger", "connectors"),
    "starlette": ("connectors.sandbox", "engine.web"),
    "uvicorn": ("connectors.sandbox", "engine.web", "engine.cli"),
    "yaml": ("engine.yamltree",),
}
"""The only modules (with what is inside them) that import a library."""

SLOW = ("sqlalchemy", "alembic", "httpx", "polars", "cryptography", "structlog")
"""What `tieline --help` and `tieline check` must not pay for."""


@dataclass(frozen=True, slots=True)
class Import:
    """`module` imports `target`: a module of ours where there is one, else the dotted name as written."""

    module: Module
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.module.path}:{self.line}: {self.module.name} imports {self.target}"


def imports(modules: Mapping[str, Module]) -> Iterator[Import]:
    """Every import statement, wherever it stands (in a function and under TYPE_CHECKING too)."""
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                yield from (Import(module, alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = _base(module, node)
                for alias in node.names:
                    full = f"{base}.{alias.name}"
                    yield Import(module, full if full in modules else base, node.lineno)


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def inside(name: str, place: str) -> bool:
    """Whether a module is the place, lies in it, or carries its name on (`columns` covers `columns_text`)."""
    return name == place or name.startswith((f"{place}.", f"{place}_"))


def layer(name: str) -> int | None:
    """The layer of a module of the engine; the package itself only hands out verbs and stands on top."""
    if name == "engine":
        return len(LAYERS)
    return next((n for n, places in enumerate(LAYERS) if any(inside(name, place) for place in places)), None)


def upward(modules: Mapping[str, Module]) -> list[str]:
    """Imports that run up the layers, and engine modules that have no layer."""
    homeless = [
        f"{m.path}:1: {m.name} has no layer" for m in modules.values() if _is_engine(m) and layer(m.name) is None
    ]
    found = []
    for each in imports(modules):
        of, to = layer(each.module.name), layer(each.target)
        if _is_engine(each.module) and of is not None and to is not None and to > of:
            found.append(f"{each}, which is of layer {to}, from layer {of}")
    return homeless + found


def _is_engine(module: Module) -> bool:
    return module.name.split(".")[0] == "engine"


def rings(modules: Mapping[str, Module]) -> list[str]:
    """One ring of imports, where there is any."""
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for each in imports(modules):
        if each.target in modules and each.target != each.module.name:
            graph[each.module.name].add(each.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [f"{modules[error.args[1][0]].path}:1: ring: {' <- '.join(error.args[1])}"]
    return []


def strays(modules: Mapping[str, Module]) -> list[str]:
    """Imports across the line between engine and connectors, between the two faces, and of libraries out of place."""
    return [f"{each}: {why}" for each in imports(modules) if (why := _stray(each))]


def _stray(each: Import) -> str:
    name, top = each.module.name, each.target.split(".")[0]
    if not inside(name, "connectors") and top == "connectors":
        return "only entry points name connectors"
    if inside(name, "connectors") and top == "engine" and not any(inside(each.target, p) for p in FOR_CONNECTORS):
        return f"a connector may import {', '.join(FOR_CONNECTORS)}"
    for one, other in (("engine.cli", "engine.web"), ("engine.web", "engine.cli")):
        if inside(name, one) and inside(each.target, other):
            return "the two faces do not know each other"
    if not any(inside(name, place) for place in PLACES.get(top, (name,))):
        return f"{top} is imported in {', '.join(PLACES[top])} only"
    return ""


@pytest.fixture(scope="module")
def ours() -> dict[str, Module]:
    return read_modules(ROOT, ("engine", "connectors"))


def test_imports_run_down_the_layers(ours: dict[str, Module]) -> None:
    """No module of the engine imports from a layer above its own, and each has a layer."""
    assert not upward(ours), "\n" + "\n".join(upward(ours))


def test_imports_form_no_ring(ours: dict[str, Module]) -> None:
    """No chain of imports leads back to its beginning."""
    assert not rings(ours), rings(ours)


def test_imports_keep_to_their_places(ours: dict[str, Module]) -> None:
    """Connectors see the contracts only, nothing sees connectors, a library is imported where the architecture says."""
    assert not strays(ours), "\n" + "\n".join(strays(ours))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("engine/source.py", "from engine import ports"),
        ("engine/query/run.py", "def late():\n    from engine.plan.model import Plan"),
        ("engine/feel/parse.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..rules import model"),
        ("engine/service.py", "import engine"),
        ("engine/bucket.py", ""),
    ],
)
def test_an_upward_import_is_found(path: str, text: str) -> None:
    """The gate sees upward imports: plain, late, for types, relative, of the package; and a homeless module."""
    others = (
        "engine/__init__.py",
        "engine/ports.py",
        "engine/plan/model.py",
        "engine/rules/__init__.py",
        "engine/rules/model.py",
    )
    faults = upward(modules_of({**dict.fromkeys(others, ""), path: text}))
    assert len(faults) == 1
    assert faults[0].startswith(path)


def test_a_ring_is_found() -> None:
    """A ring of three modules is named; a chain without one is not."""
    chain = {
        "engine/feel/a.py": "from engine.feel.b import x",
        "engine/feel/b.py": "from . import c",
        "engine/feel/c.py": "",
    }
    assert rings(modules_of(chain)) == []
    assert "engine.feel.c" in rings(modules_of({**chain, "engine/feel/c.py": "import engine.feel.a"}))[0]


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("engine/service.py", "from connectors import sql", "only entry points"),
        ("connectors/sql.py", "from engine.plan import model", "a connector may import"),
        ("connectors/sandbox/x.py", "import yaml", "yaml is imported in"),
        ("connectors/http/system.py", "import httpx", "httpx is imported in"),
        ("engine/rules/parse.py", "def f():\n    import polars as pl", "polars is imported in"),
        ("engine/feel/scalar.py", "from lark import Lark", "lark is imported in"),
        ("engine/plan/file.py", "import jsonschema.validators", "jsonschema is imported in"),
        ("engine/service.py", "from starlette.routing import Route", "starlette is imported in"),
        ("engine/cli/main.py", "from engine.web import app", "do not know each other"),
    ],
)
def test_a_stray_import_is_found(path: str, text: str, why: str) -> None:
    """Each rule about places can fail."""
    faults = strays(modules_of({path: text}))
    assert [why in fault and fault.startswith(path) for fault in faults] == [True]


def test_imports_in_place_are_let_through() -> None:
    """The gate does not object to what the architecture allows."""
    texts = {
        "connectors/http/client.py": "import httpx\nfrom engine.ports import Outcome",
        "engine/feel/columns_text.py": "import polars as pl",
        "engine/query/run.py": "from engine.feel import columns_text",
        "connectors/http/system.py": "from connectors.http.client import x",
    }
    modules = modules_of(texts)
    assert (strays(modules), upward(modules), rings(modules)) == ([], [], [])


RUN = """
import json, sys
sys.argv = json.loads(sys.argv[1])
code = 0
try:
    from engine.cli.main import main
    if sys.argv:
        code = main() or 0
except SystemExit as end:
    code = end.code or 0
print("\\n" + json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize(
    "words", [[], ["tieline", "--help"], ["tieline", "check", "mappings/onefile.yaml"]], ids=["import", "help", "check"]
)
def test_a_light_command_loads_nothing_heavy(words: list[str]) -> None:
    """Importing the command line, `--help` and `check` leave the slow libraries alone."""
    command = [sys.executable, "-c", RUN, json.dumps(words)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    code, loaded = json.loads(ran.stdout.splitlines()[-1])
    assert code == 0, ran.stdout + ran.stderr
    assert "engine" in loaded
    assert not set(SLOW) & set(loaded)
