"""A store over a network is refused, one on a file system that nobody knows is doubted."""

from pathlib import Path

import pytest

from engine.errors import WorkspaceError
from engine.ledger import disks
from engine.ledger.disks import doubt_of, file_system
from engine.ledger.store import open_store
from tests.unit.ledger.scenario import StillClock

LINE = "36 35 98:0 / {place} rw,noatime shared:1 - {kind} {source} rw"


def mounted(folder: Path, monkeypatch: pytest.MonkeyPatch, *mounts: tuple[str, str]) -> None:
    """Let the system tell of these mounts: places and kinds, the later ones on top."""
    lines = [LINE.format(place=place.replace(" ", "\\040"), kind=kind, source="server:/x") for place, kind in mounts]
    mountinfo = folder / "mountinfo"
    mountinfo.write_text("a line of another sort\n" + "\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(disks, "_MOUNTS", mountinfo)


@pytest.mark.covers("R19", part="network file systems")
@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "fuse.rclone"])
def test_a_store_over_a_network_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The refusal names the kind and the remedy, and makes no file."""
    mounted(tmp_path, monkeypatch, ("/", "ext4"), (str(tmp_path), kind))
    with pytest.raises(WorkspaceError, match=rf"on a network file system \({kind}\).*PostgreSQL"):
        open_store(f"sqlite:///{tmp_path}/kept/store.db", StillClock())
    assert not (tmp_path / "kept").exists()


@pytest.mark.covers("R19", part="network file systems")
@pytest.mark.parametrize("there", [True, False], ids=["a file", "not there yet"])
def test_a_link_to_a_store_over_a_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool
) -> None:
    """Where the file itself is a link, what it leads to counts, and not the folder of the link."""
    share, link = tmp_path / "share", tmp_path / "kept" / "store.db"
    share.mkdir()
    link.parent.mkdir()
    link.symlink_to(share / "store.db")
    if there:
        (share / "store.db").touch()
    mounted(tmp_path, monkeypatch, ("/", "ext4"), (str(share), "nfs4"))
    with pytest.raises(WorkspaceError, match=r"on a network file system \(nfs4\).*PostgreSQL"):
        open_store(f"sqlite:///{link}", StillClock())
    assert (share / "store.db").exists() == there


@pytest.mark.covers("R19", part="unknown file systems")
@pytest.mark.parametrize("kind", ["fuse.strange", "vfat", "virtiofs", "nfsd"])
def test_a_store_on_an_unknown_file_system_is_doubted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """It is opened, and the doubt names the kind."""
    mounted(tmp_path, monkeypatch, ("/", "ext4"), (str(tmp_path), kind))
    store = open_store(f"sqlite:///{tmp_path}/kept/store.db", StillClock())
    assert f"of a kind that tieline does not know ({kind})" in store.doubt
    store.close()


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay"])
def test_a_disk_of_this_machine_is_not_doubted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The usual file systems are let through without a word."""
    mounted(tmp_path, monkeypatch, ("/", "nfs"), (str(tmp_path), kind))
    assert doubt_of(tmp_path / "kept" / "store.db") == ""


def test_the_nearest_mount_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places may hold spaces and begin alike; the longest that holds the folder counts, and the last one there."""
    inner = tmp_path / "a share"
    inner.mkdir()
    mounts = [("/", "ext4"), (f"{tmp_path}/a", "cifs"), (str(inner), "nfs"), (str(inner), "xfs"), ("/", "btrfs")]
    mounted(tmp_path, monkeypatch, *mounts)
    assert [file_system(inner / "not there"), file_system(tmp_path), file_system(tmp_path / "ab")] == [
        "xfs",
        "btrfs",
        "btrfs",
    ]
    (tmp_path / "link").symlink_to(inner)
    assert file_system(tmp_path / "link") == "xfs"


def test_where_nobody_tells_it_is_doubted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without mountinfo says nothing of its mounts; neither does this machine of a place that is unlisted."""
    monkeypatch.setattr(disks, "_MOUNTS", tmp_path / "none")
    assert "that cannot be told" in doubt_of(tmp_path / "store.db")


def test_this_machine_tells() -> None:
    """The real list is read: the root is on some file system."""
    assert file_system(Path("/")) != ""
