"""Nothing is committed and nothing is sent without a crash point on both sides: so a sweep by number tries them all."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.modules import ROOT, Module, modules_of, read_modules

Function = ast.FunctionDef | ast.AsyncFunctionDef

GUARDED = {
    "engine/ledger/store.py": ("store.commit.before", "store.committed", {"writing"}),
    "connectors/http/client.py": ("writer.send.before", "writer.send.after", {"_ask"}),
    "connectors/sql/system.py": ("writer.send.before", "writer.send.after", {"_execute"}),
}
"""File -> the points around its commits or sends, and the functions that commit or send. `writing` holds its points
itself, for it is a context manager; the others stand between two points wherever they are called."""
READING = {
    ("engine/ledger/sqlite.py", "reading"),
    ("engine/ledger/sqlite.py", "_ready"),
    ("engine/ledger/postgres.py", "_on_connect"),
}
"""Functions whose transactions write nothing."""
MAKING = {("engine/ledger/sqlite.py", "prepare"), ("engine/ledger/postgres.py", "prepare")}
"""Makes or migrates a store before there is anything to lose; it is one transaction, made again after a cut."""
BELOW = {
    ("engine/ledger/sqlite.py", "writing"),
    ("engine/ledger/postgres.py", "_commit"),
    ("connectors/http/client.py", "_at"),
}
"""What a guarded function calls to commit or send; `commits_or_sends` knows the calls."""
AFAR = ("connectors/sandbox/",)
"""The provider's side of the wire."""


def commits_or_sends(node: ast.AST) -> bool:
    """Whether a node is what makes something durable or sends it: a commit, a transaction that commits, a request."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        whose = node.func.value
        if isinstance(whose, ast.Attribute) and whose.attr == "_http":
            return node.func.attr != "aclose"
        if isinstance(whose, ast.Attribute) and whose.attr == "_database":
            return node.func.attr == "writing"
        return node.func.attr in {"commit", "stream", "_at"}
    if isinstance(node, ast.With | ast.AsyncWith):
        calls = [item.context_expr for item in node.items]
        return any(isinstance(one, ast.Call) and _name(one) == "begin" for one in calls)
    return False


def faults(modules: Mapping[str, Module]) -> Iterator[str]:
    """Every commit or send that lacks a point, and where it stands."""
    for module in modules.values():
        if module.path.startswith(AFAR):
            continue
        before, after, allowed = GUARDED.get(module.path, ("", "", set[str]()))
        for function in _functions(module.tree):
            where = f"{module.path}:{function.lineno}: {function.name}"
            known = {(module.path, function.name)} & (READING | MAKING | BELOW)
            if any(map(commits_or_sends, _own(function))) and function.name not in allowed and not known:
                yield f"{where} commits or sends, with no crash points around it"
            if function.name == "writing" and function.name in allowed:
                yield from _unpointed(function, [at.lineno for at in _own(function) if isinstance(at, ast.Yield)],
                                      before, after)  # fmt: skip
            else:
                calls = [one.lineno for one in _own(function) if isinstance(one, ast.Call) and _name(one) in allowed]
                yield from (f"{module.path}: {fault}" for fault in _unpointed(function, calls, before, after))


def _unpointed(function: Function, lines: list[int], before: str, after: str) -> Iterator[str]:
    """The lines of a function that do not stand between the two points; a yield stands before the first one."""
    points: dict[str, list[int]] = {}
    for one in _own(function):
        if isinstance(one, ast.Call) and _name(one) == "crashpoint" and isinstance(one.args[0], ast.Constant):
            points.setdefault(str(one.args[0].value), []).append(one.lineno)
    for line in lines:
        first, last = points.get(before, []), points.get(after, [])
        there = last and first if function.name == "writing" else any(at < line for at in first)
        if not there or not any(at > line for at in last):
            yield f"{function.name}, line {line}: no {before} before it or no {after} after it"


def _functions(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def _own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions within it."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function):
            waiting.extend(ast.iter_child_nodes(node))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.covers("R1", part="no commit or send without a point on both sides")
def test_every_commit_and_send_has_a_point_on_both_sides() -> None:
    """In engine and connectors: the store's one way to commit, the HTTP client's to send, a database's to commit."""
    modules = read_modules(ROOT, ["engine", "connectors"])
    assert list(faults(modules)) == []
    assert GUARDED.keys() <= {module.path for module in modules.values()}


CLIENT = """
async def _one(self, request):
    crashpoint("writer.send.before")
    result = await self._ask(request)
    crashpoint("writer.send.after")

async def _ask(self, request):
    async with self._http.stream("GET", request) as response:
        return response
"""
STORE = """
def writing(self):
    with self._database.writing() as connection:
        yield connection
        crashpoint("store.commit.before")
    crashpoint("store.committed")
"""


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("connectors/http/client.py", CLIENT, 0),
        ("connectors/http/client.py", CLIENT.replace("writer.send.before", "writer.send.after"), 1),
        ("connectors/http/client.py", CLIENT.replace('crashpoint("writer.send.after")', "pass"), 1),
        ("connectors/http/client.py", CLIENT + "\nasync def again(self):\n    await self._ask(1)\n", 1),
        ("connectors/http/client.py", CLIENT + "\nasync def past(self):\n    await self._http.post(1)\n", 1),
        ("connectors/http/new.py", CLIENT, 1),
        ("connectors/sql/new.py", "def write(transaction):\n    transaction.commit()\n", 1),
        ("engine/ledger/store.py", STORE, 0),
        ("engine/ledger/store.py", STORE.replace('crashpoint("store.commit.before")', "pass"), 1),
        ("engine/ledger/store.py", STORE.replace('crashpoint("store.committed")', "pass"), 1),
        ("engine/ledger/new.py", "def write(engine):\n    with engine.begin() as connection:\n        pass\n", 1),
        ("connectors/sandbox/new.py", "def write(transaction):\n    transaction.commit()\n", 0),
    ],
)
def test_a_missing_point_is_found(path: str, text: str, found: int) -> None:
    """A point that is left out, a second way to send, and a commit elsewhere are faults."""
    assert len(list(faults(modules_of({path: text})))) == found
