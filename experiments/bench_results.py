"""What the benchmark finds, as plain data: the report and the JSON are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spread:
    """Median and range of repetitions."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of some values."""
        return cls(float(np.median(values)), min(values), max(values))


@dataclass(frozen=True)
class EngineRow:
    """One engine on one model.

    Attributes
    ----------
    name
        The engine.
    by_cpu, by_wall
        Runs per second of processor, and of clock.
    member_steps
        Steps of one member per second of clock.
    cold, cached
        Seconds until it is ready: with nothing cached, and after that.
    memory
        Most memory of a process that does one timed call, bytes.
    members
        Members of that call.
    difference
        Largest relative difference of an output from the numpy engine's.
    compared
        Members compared.
    """

    name: str
    by_cpu: Spread
    by_wall: Spread
    member_steps: float
    cold: float
    cached: float
    memory: int
    members: int
    difference: float
    compared: int


@dataclass(frozen=True)
class RatioRow:
    """How many times faster; each repetition gives one ratio.

    Attributes
    ----------
    of, to
        Engines.
    clock
        ``cpu`` or ``wall``.
    ratio
        Runs per second of the first to those of the second.
    target
        What is aimed at on the packaged model; 0 for nothing.
    """

    of: str
    to: str
    clock: str
    ratio: Spread
    target: float = 0.0


@dataclass(frozen=True)
class PartRow:
    """Instructions of one kind in one step of a vector of members.

    Attributes
    ----------
    kind
        What they do.
    count
        How many.
    each
        Nanoseconds of one, in a loop that does nothing else.
    """

    kind: str
    count: int
    each: float


@dataclass(frozen=True)
class KernelRow:
    """What bounds the kernel of a model.

    Attributes
    ----------
    lanes
        Members of a vector.
    flops
        Floating-point operations of a member in a step.
    peak, reached, share
        GFLOP/s of the loop of fused products and sums; of the kernel; their ratio.
    step
        Nanoseconds of a step of a vector.
    memory
        Bytes of a vector of members.
    doubled
        Time with every piece called twice in a row, to the usual time.
    parts
        What a step consists of.
    """

    lanes: int
    flops: int
    peak: Spread
    reached: Spread
    share: Spread
    step: Spread
    memory: int
    doubled: Spread
    parts: tuple[PartRow, ...]


@dataclass(frozen=True)
class ModelSpeed:
    """Everything about one model.

    Attributes
    ----------
    model
        Its name.
    states, nodes, varied, outputs, steps
        Sizes: states, operations, constants that differ between members, outputs, steps of a run.
    rounds
        Repetitions.
    engines, ratios
        What was measured.
    kernel
        Of the compiled engine; nothing without a compiler.
    missing
        Why an engine was left out.
    """

    model: str
    states: int
    nodes: int
    varied: int
    outputs: int
    steps: int
    rounds: int
    engines: tuple[EngineRow, ...]
    ratios: tuple[RatioRow, ...]
    kernel: KernelRow | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class GrowthRow:
    """One size of an ensemble, of the steps, or of the model; in a process of its own.

    Attributes
    ----------
    model, what
        The model, and ``runs``, ``steps`` or ``variables``.
    factor
        Of the steps or variables.
    draws, steps, variables
        Runs, steps of each, variables of the model.
    wall, cpu
        Seconds.
    peak
        Most memory of the process, bytes.
    ready
        Seconds to compile.
    """

    model: str
    what: str
    factor: int
    draws: int
    steps: int
    variables: int
    wall: float
    cpu: float
    peak: int
    ready: float


@dataclass(frozen=True)
class Benchmark:
    """A whole benchmark.

    Attributes
    ----------
    machine
        What it ran on, by word.
    versions
        By library.
    command, date, seconds
        How, when, and how long.
    quick
        Whether it was cut short.
    threads
        Threads of the rows of growth.
    speeds, growth
        What was found.
    """

    machine: dict[str, str]
    versions: dict[str, str]
    command: str
    date: str
    seconds: float
    quick: bool
    threads: int
    speeds: tuple[ModelSpeed, ...]
    growth: tuple[GrowthRow, ...]
