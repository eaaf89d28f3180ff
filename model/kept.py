"""What is kept in the user's cache: whole, checked and forgotten in one way, whatever it holds.

A file is named by the hash of all that decides about its content, so that nothing is ever
replaced. One that is damaged, half-written, of another version or not what its name says is
noticed by its checksum and counts as missing; two processes that make it at once write the same
bytes under different names and rename them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .errors import OutputError
from .files import cache_directory, write_atomic

_CHECKSUM = 32


@dataclass(frozen=True)
class Kind:
    """A kind of files in the cache.

    Attributes
    ----------
    suffix
        End of their names, with the point.
    head
        First bytes of each: kind and version.
    room
        Files that stay; those used last.
    """

    suffix: str
    head: bytes
    room: int


def key_of(parts: Iterable[str]) -> str:
    """Return the name, without its end, of what these parts decide about."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read_kept(kind: Kind, key: str) -> bytes | None:
    """Return what a file holds, or nothing if it is missing or damaged."""
    path = _path(kind, key)
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    start = len(kind.head) + _CHECKSUM
    body = raw[start:]
    sound = raw.startswith(kind.head) and raw[len(kind.head) : start] == _checksum(key, body)
    if not sound:
        return None
    with contextlib.suppress(OSError):
        # The time of a file says when it was last used.
        os.utime(path)
    return body


def keep(kind: Kind, key: str, body: bytes) -> None:
    """Write a file, if the folder can be written: a cache costs time without it, not the answer.

    The files of its kind that were not used for longest are removed beyond the room that there is.
    """
    path = _path(kind, key)
    with contextlib.suppress(OutputError):
        write_atomic(path, kind.head + _checksum(key, body) + body)
    _forget(kind, path.parent)


def _path(kind: Kind, key: str) -> Path:
    return cache_directory() / f"{key}{kind.suffix}"


def _checksum(key: str, body: bytes) -> bytes:
    """Return the hash of a file's name and content: a renamed file may be sound, and wrong."""
    return hashlib.sha256(key.encode() + body).digest()


def _forget(kind: Kind, folder: Path) -> None:
    """Remove what was not used for longest; another process may do the same."""
    files: list[tuple[float, Path]] = []
    for path in folder.glob(f"*{kind.suffix}"):
        with contextlib.suppress(OSError):
            files.append((path.stat().st_mtime, path))
    for _, path in sorted(files)[: -kind.room]:
        with contextlib.suppress(OSError):
            path.unlink()
