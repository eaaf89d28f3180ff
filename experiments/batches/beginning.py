"""A new store that could not be begun leaves nothing behind."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from .lock import LOCKS, STORE, is_held
from .manifest import MANIFEST
from .store import OURS


@contextlib.contextmanager
def begun_or_removed(folder: Path) -> Iterator[None]:
    """Remove what the block made in a folder if it fails before the folder is a store.

    A folder with a manifest is a store that was begun, and stays: the same command goes on.
    What was there before, and what another process works on, stays too.

    Parameters
    ----------
    folder
        The store, which may not exist yet.
    """
    there = folder.exists()
    before = {path.name for path in folder.iterdir()} if there else set()
    try:
        yield
    except BaseException:
        if not (folder / MANIFEST).exists() and not is_held(folder / LOCKS / STORE, True):
            _remove(folder, before, there)
        raise


def _remove(folder: Path, before: set[str], there: bool) -> None:
    for name in OURS - before:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not there:
        with contextlib.suppress(OSError):
            folder.rmdir()
