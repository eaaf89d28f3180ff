"""Run any model over its draws, part by part, and sum up: memory stays flat in their number."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..model.distributions import Array
from ..model.engine.integrate import stream
from ..model.engine.job import Given
from ..model.engine.reductions import Reduction
from ..model.engine.trajectories import Snapshot, Trajectories
from .draw_sampler import chunks
from .model_request import Request
from .run_columns import Columns
from .run_failures import Cause, Failures, Origin, trace

PART = 16_384
_NUMBERS_OF_PART = 4_000_000
QUANTILES = (0.05, 0.5, 0.95)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Spread:
    """Median and 90 % interval over the draws that did not fail; NaN where there is none."""

    low: float
    median: float
    high: float
    share: float = 1.0


@dataclass(frozen=True)
class Result:
    """What a run left.

    Attributes
    ----------
    request
        What was asked.
    columns
        Values by place: output after output, time after time, then the reductions.
    failed
        (draw,), whether some value was not finite.
    causes, origin
        Why draws failed, and where the first that did began to.
    seconds
        Of the run itself.
    """

    request: Request
    columns: Columns = field(repr=False)
    failed: NDArray[np.bool_] = field(repr=False)
    causes: tuple[Cause, ...]
    origin: Origin | None
    seconds: float
    snapshot: Snapshot = field(repr=False)

    @property
    def failures(self) -> int:
        """Number of failed draws."""
        return int(np.count_nonzero(self.failed))

    def path(self, output: str, at: int) -> Array:
        """Return the values of an output at a kept time, (draw,)."""
        times = len(self.request.times)
        return self.columns[self.request.outputs.index(output) * times + at]

    def reduced(self, item: Reduction) -> Array:
        """Return the values of a reduction, (draw,)."""
        before = len(self.request.outputs) * len(self.request.times)
        return self.columns[before + self.request.reductions.index(item)]

    def spread(self, values: Array) -> Spread:
        """Return the spread of one column; a time of crossing that never came is left out."""
        # One run is shown up to where it failed; of many, those that failed are left out.
        kept = values if self.request.draws == 1 else values[~self.failed]
        there = kept[~np.isnan(kept)]
        if not there.size:
            return Spread(np.nan, np.nan, np.nan, 0.0)
        low, median, high = (float(value) for value in np.quantile(there, QUANTILES))
        return Spread(low, median, high, there.size / kept.size)


def run(request: Request, progress: Progress = lambda done, total: None) -> Result:
    """Run a request.

    Parameters
    ----------
    request
        What to run.
    progress
        Called with the draws done and those in all.

    Raises
    ------
    ModelError
        For a delay that is shorter than its order times the time step in some draw.
    OutputError
        If the values fit neither into memory nor onto the disk.
    """
    return _Run(request, progress).run()


@dataclass
class _Run:
    request: Request
    progress: Progress
    given: Given = field(default_factory=dict)
    done: int = 0
    snapshot: Snapshot | None = None

    def run(self) -> Result:
        request = self.request
        cells = len(request.outputs) * len(request.times) + len(request.reductions)
        self.failures = Failures(request.program.guards)
        self.columns = Columns(cells, request.draws)
        self.failed = np.zeros(request.draws, bool)
        begin = time.perf_counter()
        stream(
            request.program,
            self._parts(cells),
            request.outputs,
            self._take,
            request.times,
            method=request.method,
            until=request.until,
            time_step=request.time_step,
            reductions=(*request.reductions, *watches(request.reductions)),
            threads=request.threads,
            engine=request.engine,
            keep_going=True,
        )
        seconds = time.perf_counter() - begin
        example = self.failures.example
        origin = trace(request, example) if example else None
        assert self.snapshot is not None
        causes = tuple(self.failures.causes())
        return Result(request, self.columns, self.failed, causes, origin, seconds, self.snapshot)

    def _parts(self, cells: int) -> Iterator[Given]:
        """Yield the constants of each part; the number of draws in it is not seen in results."""
        size = max(256, min(PART, _NUMBERS_OF_PART // max(cells, 1)))
        size = max(size, min(4096 * self.request.threads, PART * 8)) if cells < 200 else size
        spec = self.request.spec
        for drawn in chunks(spec, size) if spec else [{}]:
            self.given = {**drawn, **self.request.constants}
            yield self.given

    def _take(self, found: Trajectories) -> None:
        request, size = self.request, found.draws
        columns = [
            np.broadcast_to(found[name][:, at], size)
            for name in request.outputs
            for at in range(len(request.times))
        ]
        columns += [np.broadcast_to(found.reduced[item.name], size) for item in request.reductions]
        self.columns.add(columns)
        self.failed[self.done : self.done + size] = found.failed
        self.failures.add(found, self.done, self.given)
        self.snapshot = found.snapshot
        self.done += size
        self.progress(self.done, request.draws)


def watches(reductions: Sequence[Reduction]) -> list[Reduction]:
    """Return reductions that show a path without a number, which a crossing does not.

    A path that is not a number never crosses; its extremes are not numbers.
    """
    watched = dict.fromkeys(item.variable for item in reductions if item.kind.startswith("first"))
    wanted = [Reduction(name, kind) for name in watched for kind in ("minimum", "maximum")]
    return [item for item in wanted if item not in reductions]
