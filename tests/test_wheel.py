"""The wheel holds all that the product needs, and works in an environment that knows nothing of the checkout."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.modules import ROOT

pytestmark = pytest.mark.timeout(300)

SHIPPED = {"schemas": "engine/_shipped/schemas", "mappings": "engine/_shipped/mappings"}


def run(command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without what this environment says to Python (a PYTHONPATH would find the checkout)."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8", "PIP_CONFIG_FILE": "/dev/null"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=200, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("dist")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-index", "--no-deps"]
    built = run([*pip, "--no-build-isolation", "--wheel-dir", folder, ROOT], folder)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("tieline-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of a new environment: the wheel, and this environment's third-party packages on its path.

    A line of a `.pth` file adds a folder without reading that folder's own `.pth` files, so an editable install of the
    checkout is not seen there.
    """
    top = tmp_path_factory.mktemp("environment")
    venv.create(top / "venv", with_pip=False, symlinks=True)
    programs = top / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(programs / "python"), "install"]
    done = run([*pip, "--quiet", "--no-index", "--no-deps", wheel], top)
    assert done.returncode == 0, done.stderr
    packages = next((top / "venv" / "lib").glob("python*/site-packages"))
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "third_party.pth").write_text("\n".join(sorted(paths)) + "\n", encoding="utf-8")
    return programs


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout: which files belong to it is not known")
def test_the_wheel_holds_every_file_of_the_product(wheel: Path) -> None:
    """Every file of the packages, the schemas and the mappings is in the wheel, and no test, bench or document is."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    listed = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], ROOT).stdout.splitlines()
    expected = set()
    for path in (path for path in listed if (ROOT / path).is_file()):
        top, _, rest = path.partition("/")
        if top in {"engine", "connectors", *SHIPPED}:
            expected.add(f"{SHIPPED.get(top, top)}/{rest}")
    assert {"engine/py.typed", "connectors/py.typed", "engine/_shipped/mappings/onefile.yaml"} <= expected
    assert names == expected


def test_the_wheel_names_its_openers_and_its_licence(wheel: Path) -> None:
    """The entry points and the licence's text are packed."""
    archive = zipfile.ZipFile(wheel)
    names = {name.split(".dist-info/")[1]: name for name in archive.namelist() if ".dist-info/" in name}
    entries = archive.read(names["entry_points.txt"]).decode()
    for line in ("tieline = engine.cli.main:main", "http = connectors.http.system:open_system", "[tieline.sandbox]"):
        assert line in entries
    assert archive.read(names["licenses/LICENSE"]) == (ROOT / "LICENSE").read_bytes()


def test_the_checkout_is_not_needed(installed: Path, tmp_path: Path) -> None:
    """What is imported is what was installed, and the third-party packages are there."""
    ran = run([installed / "python", "-c", "import engine, connectors, yaml; print(engine.__file__)"], tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert Path(ran.stdout.strip()).is_relative_to(installed.parent)


def test_the_installed_command_checks_what_ships(installed: Path, tmp_path: Path) -> None:
    """`tieline check` finds the shipped rule files, connectors and schemas, and no fault in them."""
    ran = run([installed / "tieline", "check"], tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
def test_the_installed_command_tells_the_whole_story(installed: Path, tmp_path: Path) -> None:
    """`tieline demo` runs to its end away from the checkout: every step is well."""
    ran = run([installed / "tieline", "demo", "--json"], tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    steps = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(steps) > 1
    assert all(step["ok"] for step in steps)
