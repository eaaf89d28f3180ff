"""Files: written whole or not at all, hashed, and cached in one place."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from .errors import OutputError, Problem

CACHE_VARIABLE = "TUMBUH_CACHE"


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part.

    Parameters
    ----------
    path
        File to write; missing folders are made.
    data
        Whole content; text is written as UTF-8.

    Raises
    ------
    OutputError
        If the folder cannot be written or the disk is full. Nothing is left behind.
    """
    payload = data.encode() if isinstance(data, str) else data
    with staged(path) as temporary:
        temporary.write_bytes(payload)


def write_together(files: Mapping[Path, bytes | str]) -> None:
    """Write several files, all of them or none.

    Parameters
    ----------
    files
        Whole content by file; text is written as UTF-8.

    Raises
    ------
    OutputError
        If a folder cannot be written or the disk is full. No file is left behind or replaced.

    Notes
    -----
    All content is on the disk before the first file gets its name. The names are given one after
    the other: if that fails, files that have theirs stay.
    """
    with contextlib.ExitStack() as stack:
        for path, data in files.items():
            temporary = stack.enter_context(staged(path))
            temporary.write_bytes(data.encode() if isinstance(data, str) else data)
            _sync(temporary)


@contextlib.contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Yield a name beside a file; what is written there takes the file's place at the end.

    Parameters
    ----------
    path
        File to write; missing folders are made.

    Raises
    ------
    OutputError
        If the folder cannot be written or the disk is full. Nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _sync(temporary)
        temporary.replace(path)
    except OSError as error:
        expected, found = "a place that can be written", (error.strerror or str(error)).lower()
        remedy = "Choose another folder, or free space and check the permissions"
        raise OutputError([Problem(str(path), expected, found, remedy)]) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until the disk has a file."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cache_directory() -> Path:
    """Return the folder of files that can be rebuilt at any time.

    The environment variable ``TUMBUH_CACHE`` overrides the system's choice. The folder may not
    exist yet.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("tumbuh", appauthor=False))
