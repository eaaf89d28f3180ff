"""Journals: what each process began and stored, one JSON line at a time, only ever added to.

A chunk is entered before its file is put into place. A file therefore always has a line with its
checksum; a line without a file means that the process died in between, and the chunk is missing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .shard import Shard

JOURNALS = "journals"


@dataclass(frozen=True)
class Entry:
    """What was recorded of a chunk.

    Attributes
    ----------
    sha256
        Of the file.
    size
        Bytes of the file.
    """

    sha256: str
    size: int


def append(folder: Path, shard: Shard, line: Mapping[str, Any]) -> None:
    """Add a line and wait until the disk has it.

    Parameters
    ----------
    folder
        The store.
    shard
        Each has a journal of its own, since lines of several machines could mix in one.
    line
        Plain values.

    Raises
    ------
    OSError
        If it cannot be written. What was torn off is skipped by every reader.
    """
    path = folder / JOURNALS / f"{shard.name}.jsonl"
    fresh = not path.exists()
    with path.open("ab+") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size:
            stream.seek(size - 1)
            if stream.read(1) != b"\n":  # the last process died within a line
                stream.write(b"\n")
        stream.write(json.dumps(line, sort_keys=True).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    if fresh:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of all journals of a store; torn ones are left out."""
    for path in sorted((folder / JOURNALS).glob("*.jsonl")):
        with path.open("rb") as stream:
            for raw in stream:
                try:
                    line = json.loads(raw)
                except ValueError:
                    continue
                if isinstance(line, dict):
                    yield line


def entries(folder: Path) -> dict[int, frozenset[Entry]]:
    """Return what was recorded of each chunk.

    There is more than one entry where a chunk was stored again by another version of the library
    that writes the files; a file that fits any of them is whole.
    """
    found: dict[int, set[Entry]] = {}
    for line in lines(folder):
        chunk, digest, size = (line.get(key) for key in ("chunk", "sha256", "bytes"))
        if isinstance(chunk, int) and isinstance(digest, str) and isinstance(size, int):
            found.setdefault(chunk, set()).add(Entry(digest, size))
    return {chunk: frozenset(kept) for chunk, kept in found.items()}
