"""What a command has written, so that an interruption can say it truly."""

from __future__ import annotations

from pathlib import Path

_INTENDED: dict[Path, int | None] = {}


def intend(path: Path) -> Path:
    """Note a file or folder that is about to be written, and return it.

    Every output is put in place whole under a new inode, so that comparing inodes tells whether
    it happened.
    """
    _INTENDED[path] = _inode(path)
    return path


def adding(folder: Path) -> None:
    """Note a folder to which files are added one by one, each of them whole."""
    _INTENDED[folder] = None


def written() -> list[Path]:
    """Return what was put in place since it was noted."""
    return [path for path, before in _INTENDED.items() if _inode(path) not in (None, before)]


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None
