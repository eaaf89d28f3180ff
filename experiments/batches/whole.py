"""Whether a stored chunk is what was written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ...model.errors import DataError, Problem
from .chunkfile import belongs
from .journal import entries
from .store import Store, chunk_path, stored

REPAIR = "Run tumbuh experiment verify --repair on the store"


def digests(store: Store) -> dict[int, set[str]]:
    """Return the checksums that the journals hold of each chunk."""
    return {chunk: {e.sha256 for e in kept} for chunk, kept in entries(store.folder).items()}


def is_whole(store: Store, chunk: int, known: Iterable[str]) -> bool:
    """Return whether a chunk has one of the checksums and says that it is this one."""
    try:
        data = chunk_path(store.folder, chunk).read_bytes()
    except OSError:
        return False
    written = hashlib.sha256(data).hexdigest() in set(known)
    return written and belongs(data, store.manifest.shape, chunk)


def check_chunks(store: Store, chunks: Iterable[int] | None = None) -> None:
    """Hold chunks to their checksums before they are read.

    Parameters
    ----------
    store
        The store.
    chunks
        Numbers; all that are stored when absent.

    Raises
    ------
    DataError
        With every chunk that is damaged or that no journal names.
    """
    recorded = digests(store)
    problems = [
        Problem(
            str(chunk_path(store.folder, chunk)),
            "the chunk that was written",
            "other content" if chunk in recorded else "one that no journal names",
            REPAIR,
        )
        for chunk in (sorted(stored(store)) if chunks is None else chunks)
        if not is_whole(store, chunk, recorded.get(chunk, ()))
    ]
    if problems:
        raise DataError(problems)
