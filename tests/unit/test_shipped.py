"""Files that ship with the product are found in a checkout and in an installed wheel."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import engine.shipped
from engine.shipped import shipped, shipped_names

ASK = """
import sys
from engine.shipped import shipped, shipped_names
print(shipped(sys.argv[1]))
print(*shipped_names(*sys.argv[2:]))
"""


@pytest.mark.parametrize("name", ["schemas/mapping.v1.json", "mappings/onefile.yaml", "connectors/pics.yaml"])
def test_a_checkout_has_them_beside_the_engine(name: str) -> None:
    """In a checkout a shipped file is the one under its own name at the top."""
    path = shipped(name)
    assert path.is_file()
    assert path.as_posix().endswith(f"/{name}")


def test_the_names_of_a_folder_are_listed_in_order() -> None:
    """Names come without their folder, sorted, and only those with the ending."""
    names = shipped_names("connectors", ".yaml")
    assert {"onefile.yaml", "pics.yaml"} <= set(names)
    assert list(names) == sorted(names)
    assert not [name for name in names if not name.endswith(".yaml")]


@pytest.mark.parametrize(
    ("name", "folder", "found"),
    [
        ("schemas/a.v1.json", "schemas", "engine/_shipped/schemas/a.v1.json"),
        ("mappings/b.yaml", "mappings", "engine/_shipped/mappings/b.yaml"),
        ("connectors/c.yaml", "connectors", "connectors/c.yaml"),
    ],
)
def test_an_installed_wheel_has_them_in_its_own_folders(tmp_path: Path, name: str, folder: str, found: str) -> None:
    """Schemas and mappings come from `engine/_shipped`, even beside a stranger's folder of that name."""
    for path in (found, "schemas/stranger.v1.json", "mappings/stranger.yaml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "engine").mkdir(exist_ok=True)
    (tmp_path / "engine/__init__.py").touch()
    shutil.copy(engine.shipped.__file__, tmp_path / "engine/shipped.py")
    suffix = "." + name.rsplit(".", 1)[1]
    done = subprocess.run(
        [sys.executable, "-c", ASK, name, folder, suffix],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / found), Path(found).name]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "schemas",
        "schemas/",
        "schemas/../pyproject.toml",
        "../main/pyproject.toml",
        "/etc/passwd",
        "schemas//etc/passwd",
        "mappings/~root/x",
        "mappings\\onefile.yaml",
        "mappings/onefile.yaml\x00",
        "mappings/.hidden",
        "engine/errors.py",
        "mappings/nothing.yaml",
        "mappings/onefile.yaml\n",
        "C:/windows",
        "//server/share",
    ],
)
def test_only_names_of_shipped_files_are_answered(name: str) -> None:
    """A name that leaves the shipped folders, or that no file has, is a LookupError."""
    with pytest.raises(LookupError, match="ships no file"):
        shipped(name)


def test_only_shipped_folders_are_listed() -> None:
    """Another folder's name is a LookupError."""
    with pytest.raises(LookupError, match="ships no folder"):
        shipped_names("engine", ".py")
