"""The Python files of the project, read once for the gates that look at them."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed file. `path` is relative to the folder that was read; `name` is what one imports."""

    path: str
    name: str
    lines: int
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")


def read_modules(top: Path, folders: Iterable[str]) -> dict[str, Module]:
    """Every Python file under the folders of `top`, by module name. Raises SyntaxError for a file that is none."""
    files = (path for folder in folders for path in sorted((top / folder).rglob("*.py")))
    return modules_of({path.relative_to(top).as_posix(): path.read_text(encoding="utf-8") for path in files})


def modules_of(texts: Mapping[str, str]) -> dict[str, Module]:
    """Parse texts by their relative paths."""
    found = {}
    for path, text in texts.items():
        name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        found[name] = Module(path, name, text.count("\n"), ast.parse(text, path))
    return found
