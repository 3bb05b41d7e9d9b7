"""Where the files are that ship with the product: schemas, mappings and connector files.

In a checkout they lie beside `engine`. A wheel packs `schemas` and `mappings` under `engine/_shipped`; the connector
files lie in the package folder `connectors`, which is beside `engine` there too.
"""

import re
from pathlib import Path

_ENGINE = Path(__file__).resolve().parent
_FOLDERS = ("schemas", "mappings", "connectors")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)


def shipped(name: str) -> Path:
    """The file called `name` (`schemas/mapping.v1.json`); LookupError where the product has no such file."""
    folder, _, rest = name.partition("/")
    if folder in _FOLDERS and rest and all(_NAME.fullmatch(part) for part in rest.split("/")):
        for root in _roots():
            if (root / name).is_file():
                return root / name
    raise LookupError(f"tieline ships no file {name!r}")


def shipped_names(folder: str, suffix: str) -> tuple[str, ...]:
    """The names, without the folder, of the shipped files of one folder that end with `suffix`, in order."""
    if folder not in _FOLDERS:
        raise LookupError(f"tieline ships no folder {folder!r}")
    for root in _roots():
        if (root / folder).is_dir():
            return tuple(sorted(path.name for path in (root / folder).iterdir() if path.name.endswith(suffix)))
    return ()


def _roots() -> tuple[Path, Path]:
    return _ENGINE / "_shipped", _ENGINE.parent
