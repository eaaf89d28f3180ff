"""Hold every chunk to its checksum, and compute damaged ones again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .contract import Job
from .manifest import check_same
from .runner import here, storing
from .shard import WHOLE
from .store import missing, open_store, put, stored
from .whole import digests, is_whole

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Check:
    """What was found in a store.

    Attributes
    ----------
    whole
        How many chunks are what was written.
    damaged
        Numbers of chunks whose bytes are not what was written, or are of another batch.
    unknown
        Numbers of chunks that no journal names.
    missing
        Numbers of chunks that are not there.
    repaired
        Numbers of chunks that were computed again.
    """

    whole: int
    damaged: tuple[int, ...]
    unknown: tuple[int, ...]
    missing: tuple[int, ...]
    repaired: tuple[int, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing that is there is wrong. Missing chunks are no damage: run again."""
        return not (self.damaged or self.unknown)


def verify(folder: Path, progress: Report = lambda done, total: None) -> Check:
    """Read every chunk of a store and compare it with what was written.

    Parameters
    ----------
    folder
        The store.
    progress
        Called with chunks read and chunks in all.

    Raises
    ------
    DataError
        If the folder is no store.
    """
    store = open_store(folder)
    recorded = digests(store)
    there = sorted(stored(store))
    damaged: list[int] = []
    unknown: list[int] = []
    for done, chunk in enumerate(there):
        progress(done, len(there))
        if chunk not in recorded:
            unknown.append(chunk)
        elif not is_whole(store, chunk, recorded[chunk]):
            damaged.append(chunk)
    absent = tuple(sorted(set(range(store.manifest.chunks)) - set(there)))
    whole = len(there) - len(damaged) - len(unknown)
    return Check(whole, tuple(damaged), tuple(unknown), absent)


def repair(
    job: Job, folder: Path, workers: int, progress: Report = lambda done, total: None
) -> Check:
    """Verify a store and compute again what is damaged, unknown or missing.

    Parameters
    ----------
    job
        As made from the design of the store, with the model and evidence of now.
    folder
        The store.
    workers
        Chunks computed at the same time.
    progress
        Called with chunks read or computed, and how many.

    Raises
    ------
    OtherBatch
        If model, evidence or design are not those that the store was made with: the chunks would
        not be the same. Nothing is touched.
    Busy
        If another process works on the store.
    """
    check_same(folder, open_store(folder).manifest, job)
    with storing(job, folder) as store:
        found = verify(folder, progress)
        # A chunk of another length is both damaged and missing.
        again = sorted({*found.damaged, *found.unknown, *missing(store, WHOLE)})
        for done, (chunk, data) in enumerate(here(job, again, workers)):
            progress(done, len(again))
            put(store, WHOLE, chunk, data)
        after = verify(folder, progress)
    return Check(after.whole, after.damaged, after.unknown, after.missing, tuple(again))
