"""Which file system a store's file is on: over a network SQLite's locks and its shared memory do not hold."""

import os
import re
from pathlib import Path

from engine.errors import WorkspaceError

_MOUNTS = Path("/proc/self/mountinfo")
_MOUNTED_AT, _LEAST = 4, 6
"""A line of mountinfo: the place is its fifth word; six stand before the optional ones."""

_NETWORK = re.compile(
    "9p|afs|beegfs|ceph|cifs|coda|davfs|gfs2|glusterfs|gpfs|lustre|ncpfs|nfs4?|ocfs2|orangefs|smb3|smbfs|"
    r"fuse\.(ceph|davfs|glusterfs|gvfsd-fuse|rclone|s3fs|sshfs)"
)
_LOCAL = re.compile("bcachefs|btrfs|ext[234]|f2fs|jfs|nilfs2|overlay|reiserfs|tmpfs|xfs|zfs")


def doubt_of(store: Path) -> str:
    """Empty for a file system of this machine, else a sentence of doubt; WorkspaceError for one over a network."""
    kind = file_system(store)  # the file itself: it may be a link into another file system
    if _NETWORK.fullmatch(kind):
        raise WorkspaceError(
            f"the store {store} is on a network file system ({kind}), where two processes can write at once and lose "
            "what was committed: put it on a disk of this machine, or into PostgreSQL"
        )
    if _LOCAL.fullmatch(kind):
        return ""
    what = f"of a kind that tieline does not know ({kind})" if kind else "that cannot be told"
    return f"the store {store} is on a file system {what}: be sure that it is a disk of this machine"


def file_system(path: Path) -> str:
    """The kind of file system that a file or folder is on, there or not, links followed; empty where nobody tells."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    real, best, kind = os.path.realpath(path), "", ""
    for line in lines:
        words = line.split(" ")
        if len(words) <= _LEAST or "-" not in words[_LEAST:]:
            continue
        place = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), words[_MOUNTED_AT])
        inside = real == place or real.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):  # the later of two at one place hides the earlier
            best, kind = place, words[words.index("-", _LEAST) + 1]
    return kind
