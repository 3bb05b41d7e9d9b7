"""Making a workspace."""

import stat
from pathlib import Path

import pytest

from engine.approve import current_user
from engine.errors import UsageError, WorkspaceError
from engine.service.checking import check_paths
from engine.service.creating import TOKEN_FILE, SandboxAddresses, create_workspace
from engine.service.loading import load_exchange, load_workspace
from engine.settings import Person
from engine.shipped import shipped

SANDBOX = SandboxAddresses("http://127.0.0.1:8101/api/v2.1", "sandbox-token", 600)


def test_a_workspace_begins_with_the_shipped_example(tmp_path: Path) -> None:
    """Its settings are the example's, its store's folder is its owner's alone, and it has no fault."""
    path = create_workspace(tmp_path / "a" / "college", None)
    assert path == tmp_path / "a" / "college" / "tieline.yaml"
    assert path.read_text() == shipped("mappings/tieline.example.yaml").read_text()
    assert stat.S_IMODE((path.parent / ".tieline").stat().st_mode) == 0o700
    assert (path.parent / "mappings").is_dir()
    assert check_paths((), path.parent).diagnostics == ()
    assert not load_workspace(path.parent).author_may_approve


@pytest.mark.parametrize("name", ["college", "My College 2", "Zoë's", "123", "no", "null", "--", "übung", "a\nb", "²"])
def test_a_sandbox_workspace_works_whatever_its_folder_is_called(tmp_path: Path, name: str) -> None:
    """It has no fault, lets its maker approve, and keeps the token in a file for its owner alone."""
    folder = tmp_path / name
    create_workspace(folder, SANDBOX)
    assert check_paths((), folder).diagnostics == ()
    here = load_workspace(folder)
    user = current_user()
    assert (here.author_may_approve, here.people) == (True, {user: Person(user, user, "approver")})
    assert here.systems["onefile"].address == SANDBOX.base_url
    assert here.systems["onefile"].calls_per_minute == 600
    assert load_exchange(here, "onefile").checked.settings["learner_details"] == "push"
    token = folder / TOKEN_FILE
    assert token.read_text() == "sandbox-token"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert "sandbox-token" not in (folder / "tieline.yaml").read_text()


def test_a_workspace_is_never_written_over(tmp_path: Path) -> None:
    """What is there stays as it is."""
    create_workspace(tmp_path, None)
    (tmp_path / "tieline.yaml").write_text("mine")
    with pytest.raises(UsageError, match="is a workspace already"):
        create_workspace(tmp_path, SANDBOX)
    assert (tmp_path / "tieline.yaml").read_text() == "mine"
    assert not (tmp_path / TOKEN_FILE).exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in the way is told in one sentence."""
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match=r"no workspace can be made in .*file/college \(Not a directory\)"):
        create_workspace(tmp_path / "file" / "college", None)
