"""A store of runs: a folder of chunks, each of which is there whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...model.errors import DataError, OutputError, Problem
from ...model.files import write_atomic
from ..output import OTHER_FOLDER, UnusablePlace
from ..provenance import now
from .contract import Job
from .journal import JOURNALS, append, entries, sync_folder
from .lock import LOCKS
from .manifest import DESIGN, MANIFEST, Manifest, check_same, manifest_of, read_manifest, written
from .shard import WHOLE, Shard

CHUNKS = "chunks"
OURS = {DESIGN, CHUNKS, JOURNALS, LOCKS, MANIFEST}
_NAME = re.compile(r"chunk-(\d{6,})\.parquet")


@dataclass(frozen=True)
class Store:
    """An open store.

    Attributes
    ----------
    folder
        Where it is.
    manifest
        What it says of itself.
    """

    folder: Path
    manifest: Manifest = field(repr=False)

    @property
    def design(self) -> str:
        """Text of the design; from it the job is made again.

        Raises
        ------
        DataError
            If the file is gone or cannot be read.
        """
        path = self.folder / DESIGN
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            remedy = "Copy the design file back into the store under this name"
            raise DataError([Problem(str(path), "the design", str(error)[:80], remedy)]) from error


def chunk_path(folder: Path, chunk: int) -> Path:
    """Return where a chunk lies."""
    return folder / CHUNKS / f"chunk-{chunk:06d}.parquet"


def check_place(folder: Path, job: Job) -> None:
    """Refuse a folder that holds something else, or the store of another batch.

    Parameters
    ----------
    folder
        A new or empty one, or the store of this job. Nothing is touched.
    job
        What shall be stored.

    Raises
    ------
    UnusablePlace
        If it is a file or holds what is not of a store.
    OtherBatch
        If it is the store of another design, model or evidence.
    """
    if (folder / MANIFEST).exists():
        check_same(folder, read_manifest(folder), job)
        return
    expected = "a new or empty folder, or a store"
    if folder.exists() and not folder.is_dir():
        raise UnusablePlace([Problem(str(folder), expected, "a file", OTHER_FOLDER)])
    foreign = sorted({path.name for path in folder.glob("*")} - OURS) if folder.exists() else []
    foreign = [name for name in foreign if not name.endswith(".tmp")]
    if foreign:
        found = f"one with {', '.join(foreign[:3])} in it"
        raise UnusablePlace([Problem(str(folder), expected, found, OTHER_FOLDER)])


def make_folder(folder: Path) -> None:
    """Make the folders of a store.

    Raises
    ------
    OutputError
        If they cannot be made.
    """
    try:
        for name in (CHUNKS, JOURNALS, LOCKS):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(folder, error) from error


def begin(folder: Path, job: Job, shard: Shard, made: Mapping[str, Any]) -> Store:
    """Make a store or go on with one, as the holder of its lock.

    Parameters
    ----------
    folder
        Checked by `check_place`, made by `make_folder`.
    job
        What shall be stored.
    shard
        Part that this process stores.
    made
        Versions, host and time, for the manifest.

    Raises
    ------
    OtherBatch
        If another process began another batch here in the meantime.
    OutputError
        If it cannot be written.
    """
    if not (folder / MANIFEST).exists():
        write_atomic(folder / DESIGN, job.text)
        # Last: a folder is a store when it has a manifest, and then nothing is lacking.
        write_atomic(folder / MANIFEST, written(manifest_of(job, made)))
        sync_folder(folder)
    manifest = read_manifest(folder)
    check_same(folder, manifest, job)
    _sweep(folder, shard)
    return Store(folder, manifest)


def open_store(folder: Path) -> Store:
    """Open a store to read it.

    Raises
    ------
    DataError
        If the folder is no store, or its manifest is damaged.
    """
    return Store(folder, read_manifest(folder))


def stored(store: Store) -> dict[int, int]:
    """Return the bytes of each chunk that is there, by number."""
    found: dict[int, int] = {}
    with contextlib.suppress(FileNotFoundError), os.scandir(store.folder / CHUNKS) as scan:
        for entry in scan:
            match = _NAME.fullmatch(entry.name)
            if match and int(match[1]) < store.manifest.chunks:
                found[int(match[1])] = entry.stat().st_size
    return found


def missing(store: Store, shard: Shard = WHOLE) -> list[int]:
    """Return the chunks that are still to be computed, in order.

    A file that no journal names, or of another length than recorded, counts as missing.

    Parameters
    ----------
    store
        The store.
    shard
        Part of it.
    """
    sizes, recorded = stored(store), entries(store.folder)
    return [
        chunk
        for chunk in range(store.manifest.chunks)
        if shard.holds(chunk)
        and sizes.get(chunk, -1) not in {entry.size for entry in recorded.get(chunk, ())}
    ]


def note(store: Store, shard: Shard, event: str, **details: object) -> None:
    """Write into the journal that this process begins or ends.

    Raises
    ------
    OutputError
        If the disk refuses.
    """
    line = {"event": event, "host": platform.node(), "process": os.getpid(), "date": now()}
    try:
        append(store.folder, shard, line | details)
    except OSError as error:
        raise _refused(store.folder, error) from error


def put(store: Store, shard: Shard, chunk: int, data: bytes) -> None:
    """Store a chunk: enter it into the journal, then put the whole file into place.

    Parameters
    ----------
    store
        The store, whose lock this process holds.
    shard
        Part that this process stores.
    chunk
        Number, from 0.
    data
        As `encode` gives it.

    Raises
    ------
    OutputError
        If the disk is full or refuses. The store is as valid as before.
    """
    path = chunk_path(store.folder, chunk)
    temporary = path.with_name(f".{path.name}.{shard.name}.tmp")
    line = {"chunk": chunk, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        append(store.folder, shard, line)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sweep(folder: Path, shard: Shard) -> None:
    """Remove what a killed process left half-written; on a shard only what is its own."""
    pattern = ".*.tmp" if shard.of == 1 else f".*.{shard.name}.tmp"
    for path in [
        *(folder / CHUNKS).glob(pattern),
        *(folder.glob(pattern) if shard.of == 1 else ()),
    ]:
        path.unlink(missing_ok=True)


def _refused(path: Path, error: OSError) -> OutputError:
    found = (error.strerror or str(error)).lower()
    remedy = "Free space or check the permissions, then run the same command again: it goes on"
    return OutputError([Problem(str(path), "a disk that takes the runs", found, remedy)])
