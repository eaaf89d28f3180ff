"""All engines on one model, in rounds: A, B, C, A, B, C, so that a ratio is of one moment."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..model.engine.kernel.compile import available
from . import bench_rates as rates
from .bench_child import Spec, in_child
from .bench_engines import (
    C_FAST,
    LLVM,
    LLVM_TWO,
    NUMPY,
    PYSD,
    SIMLIN,
    C,
    Engine,
    Sample,
    engines_of,
    last_values,
)
from .bench_kernel import Probe, flops, probe
from .bench_models import Workload
from .bench_results import EngineRow, KernelRow, ModelSpeed, PartRow, RatioRow, Spread

Floats = NDArray[np.float64]
Samples = Mapping[str, Sequence[Sample]]
Say = Callable[[str], None]

# Engine, the one that it is compared with, whose clock, and what is aimed at.
_RATIOS = (
    (LLVM, PYSD, "cpu", 500_000.0),
    (LLVM, SIMLIN, "cpu", 100.0),
    (LLVM, C, "cpu", 5.0),
    (LLVM, C_FAST, "cpu", 0.0),
    (LLVM, NUMPY, "cpu", 0.0),
    (LLVM_TWO, LLVM, "wall", 1.8),
)
_USUAL, _DOUBLED = "kernel", "kernel with every piece twice"
# Instructions in the kernel's text by the loop that gives their rate.
_KINDS = {"fma": ("fma", "fmul"), "add": ("fadd", "fsub"), "div": ("fdiv",), "select": ("fcmp",)}
_PARTS = {
    "fma": "products, with or without a sum",
    "add": "sums",
    "div": "quotients",
    "select": "comparisons, each with a choice",
}


def interleaved(
    timed: Mapping[str, Callable[[], Sample]], rounds: int, say: Say
) -> dict[str, list[Sample]]:
    """Call each function in turn, round after round.

    Parameters
    ----------
    timed
        Functions by name; each is called once before, so that nothing is cold.
    rounds
        How often.
    say
        Hears what is being done.
    """
    found: dict[str, list[Sample]] = {name: [] for name in timed}
    for number in range(rounds + 1):
        for name, function in timed.items():
            say(f"round {number} of {rounds}: {name}" if number else f"warming up: {name}")
            sample = function()
            if number:
                found[name].append(sample)
    return found


def measure_speed(
    work: Workload, folder: Path, rounds: int, shrink: int, say: Say, memory: bool = True
) -> ModelSpeed:
    """Measure all engines on a model.

    Parameters
    ----------
    work
        The model.
    folder
        For files of engines.
    rounds
        Repetitions.
    shrink
        Divides the members of a call.
    say
        Hears what is being done.
    memory
        Whether time to get ready and memory are measured too, in processes of their own.
    """
    say("getting the engines ready")
    engines, missing = engines_of(work, folder, shrink)
    timed: dict[str, Callable[[], Sample]] = {
        engine.name: partial(engine.timed, work.some(engine.members)) for engine in engines
    }
    machine = next(iter(available()), None)
    found_probe = probe(work, machine, 512) if machine else None
    if machine and found_probe:
        timed |= {name: partial(rates.timed, name, machine) for name in rates.OPERATIONS}
        timed[_USUAL] = partial(found_probe.timed, found_probe.usual)
        timed[_DOUBLED] = partial(found_probe.timed, found_probe.doubled)
    samples = interleaved(timed, rounds, say)
    return ModelSpeed(
        model=work.name,
        states=len(work.program.states),
        nodes=len(work.program.nodes),
        varied=len(work.constants),
        outputs=len(work.outputs),
        steps=work.steps,
        rounds=rounds,
        engines=tuple(_engine_rows(work, folder, engines, samples, say, memory)),
        ratios=tuple(ratios(samples)),
        kernel=kernel_row(found_probe, machine.lanes, samples) if machine and found_probe else None,
        missing=tuple(missing),
    )


def ratios(samples: Samples) -> Iterable[RatioRow]:
    """Yield the ratios of speed, round by round."""
    for of, to, clock, target in _RATIOS:
        if of in samples and to in samples:
            pairs = zip(_speeds(samples[of], clock), _speeds(samples[to], clock), strict=True)
            yield RatioRow(of, to, clock, Spread.of([a / b for a, b in pairs]), target)


def _speeds(samples: Sequence[Sample], clock: str) -> list[float]:
    return [sample.units / getattr(sample, clock) for sample in samples]


def kernel_row(found: Probe, lanes: int, samples: Samples) -> KernelRow:
    """Return what bounds a kernel, given the samples of its calls and of the loops."""
    done = flops(found.counts)
    # A fused product and sum is two operations in every lane.
    peak = [2e-9 * lanes * speed for speed in _speeds(samples["fma"], "cpu")]
    steps = _speeds(samples[_USUAL], "cpu")
    reached = [1e-9 * done * lanes * speed for speed in steps]
    twice = [a / b for a, b in zip(steps, _speeds(samples[_DOUBLED], "cpu"), strict=True)]
    parts = []
    for name, kinds in _KINDS.items():
        each = 1e9 / float(np.median(_speeds(samples[name], "cpu")))
        parts.append(PartRow(_PARTS[name], sum(found.counts[kind] for kind in kinds), each))
    return KernelRow(
        lanes=lanes,
        flops=done,
        peak=Spread.of(peak),
        reached=Spread.of(reached),
        share=Spread.of([a / b for a, b in zip(reached, peak, strict=True)]),
        step=Spread.of([1e9 / speed for speed in steps]),
        memory=found.memory,
        doubled=Spread.of(twice),
        parts=tuple(parts),
    )


def _engine_rows(
    work: Workload,
    folder: Path,
    engines: Sequence[Engine],
    samples: Samples,
    say: Say,
    memory: bool,
) -> Iterable[EngineRow]:
    for engine in engines:
        say(f"getting ready, memory and agreement: {engine.name}")
        cold, cached, peak = _alone(work, folder, engine.name) if memory else (0.0, 0.0, 0)
        difference, compared = agreement(work, engine)
        by_wall = Spread.of(_speeds(samples[engine.name], "wall"))
        yield EngineRow(
            name=engine.name,
            by_cpu=Spread.of(_speeds(samples[engine.name], "cpu")),
            by_wall=by_wall,
            member_steps=by_wall.median * work.steps,
            cold=cold,
            cached=cached,
            memory=peak,
            members=engine.members,
            difference=difference,
            compared=compared,
        )


def _alone(work: Workload, folder: Path, name: str) -> tuple[float, float, int]:
    """Return the seconds to get ready, cold and cached, and the peak memory."""
    spec = Spec(work.name, name, str(folder))
    with tempfile.TemporaryDirectory() as cache:
        cold = in_child(spec, Path(cache))
        cached = in_child(spec, Path(cache))
    return cold.ready, cached.ready, cached.peak


def agreement(work: Workload, engine: Engine) -> tuple[float, int]:
    """Return the largest relative difference from the numpy engine, and the members compared.

    PySD takes no single element of a subscripted constant: there both run with the file's values.
    """
    draws = work.some(min(engine.members, 2048))
    if engine.name == PYSD:
        from .bench_others import settable

        draws = settable(draws)
    found = engine.run(draws)
    expected = last_values(work, draws, engine.until, engine="numpy")
    size = np.maximum(np.abs(found), np.abs(expected))
    difference = np.abs(found - expected) / np.where(size > 0.0, size, 1.0)
    return float(difference.max()), len(found)
