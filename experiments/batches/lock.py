"""One process on a store, or one on each shard; the system frees a lock when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from ...model.errors import InputError, OutputError, Problem
from ..provenance import now
from .shard import WHOLE, Shard

LOCKS, STORE = "locks", "store.lock"


class Busy(InputError):
    """Another process works on the store."""


@contextmanager
def locked(folder: Path, shard: Shard = WHOLE) -> Iterator[None]:
    """Hold a store, or one shard of it, while the block runs.

    Whoever works on the whole store shuts out everybody; those who work on shards share the
    store and shut out only a second process on the same shard.

    Parameters
    ----------
    folder
        The store; it must exist.
    shard
        Part of it.

    Raises
    ------
    Busy
        If another process holds it; host and process id are named.
    OutputError
        If the file system refuses locks.
    """
    place = folder / LOCKS
    with ExitStack() as stack:
        _make(place)
        _hold(stack, place / STORE, folder, shared=shard.of > 1)
        if shard.of > 1:
            _hold(stack, place / f"{shard.name}.lock", folder, shared=False)
        yield


def _make(place: Path) -> None:
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise _refused(place, error) from error


def _hold(stack: ExitStack, path: Path, folder: Path, shared: bool) -> None:
    """Take a lock until the stack is left, and write who holds it."""
    try:
        # Not "w": the line of the one who holds it must stay readable for the one who waits.
        stream = stack.enter_context(path.open("a+", encoding="utf-8"))
        fcntl.flock(stream, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK):
            expected = "a store on which nobody else works"
            remedy = "Wait until it ends or stop it; what it stored stays"
            found = holders(path.parent) or "another process"
            raise Busy([Problem(str(folder), expected, found, remedy)]) from error
        raise _refused(path, error) from error
    if not shared:
        try:
            _sign(stream)
        except OSError as error:
            raise _refused(path, error) from error


def _sign(stream: IO[str]) -> None:
    stream.truncate(0)
    line = {"host": platform.node(), "process": os.getpid(), "since": now()}
    # Past the buffer, which would try again on a full disk when it is closed.
    os.write(stream.fileno(), (json.dumps(line) + "\n").encode())


def holders(place: Path) -> str:
    """Return who holds the locks of a store, as far as they have signed; else nothing.

    Parameters
    ----------
    place
        Folder of the locks.
    """
    found = [_holder(path) for path in sorted(place.glob("*.lock")) if is_held(path)]
    return " and ".join(dict.fromkeys(filter(None, found)))


def is_held(path: Path, shared: bool = False) -> bool:
    """Return whether a process holds a lock alone or, with `shared`, in any way."""
    if not path.exists():
        return False
    with path.open("r", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, (fcntl.LOCK_EX if shared else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _holder(path: Path) -> str:
    try:
        line = json.loads(path.read_text(encoding="utf-8"))
        shard = "" if path.name == STORE else f" ({path.stem})"
        return f"process {line['process']} on {line['host']} since {line['since']}{shard}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _refused(path: Path, error: OSError) -> OutputError:
    found = (error.strerror or str(error)).lower()
    remedy = "Choose a folder that can be written, on a file system with locks"
    return OutputError([Problem(str(path), "a file that can be locked", found, remedy)])
