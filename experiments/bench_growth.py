"""How the cost grows with runs, steps and variables; each row in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .bench_child import Cost, Spec, in_child
from .bench_models import Workload, workload
from .bench_results import GrowthRow

Measure = Callable[[Spec, Path], Cost]

FACTORS = (1, 2, 4, 8)
THREADS = 2


@dataclass(frozen=True)
class Sizes:
    """What is measured.

    Attributes
    ----------
    runs
        Numbers of runs, by model.
    factors
        Of steps and variables.
    stretched
        Runs of a row with more steps or variables.
    """

    runs: dict[str, tuple[int, ...]]
    factors: tuple[int, ...] = FACTORS
    stretched: int = 8192


FULL = Sizes(
    {
        "packaged": (1000, 10_000, 100_000, 1_000_000),
        "synthetic": (1000, 10_000, 100_000, 1_000_000, 10_000_000),
    }
)
QUICK = Sizes(dict.fromkeys(("packaged", "synthetic"), (1000, 10_000, 100_000)))


def growth(
    sizes: Sizes, folder: Path, say: Callable[[str], None], run: Measure = in_child
) -> Iterable[GrowthRow]:
    """Measure how the cost grows.

    Parameters
    ----------
    sizes
        What is measured.
    folder
        For the files of the models.
    say
        Hears what is being done.
    run
        Measures one row.
    """
    for spec, what in _specs(sizes, folder):
        factor = spec.finer if what == "steps" else spec.size
        say(f"{spec.model}: {spec.draws:,} runs, {factor}x {what}")
        work = workload(spec.model, folder, spec.size)
        # A few runs first: the row then measures runs, and these tell what compiling takes. That
        # is asked of each size of the model, so each has a cache of its own.
        cache = folder / f"cache_{what}_{factor}" if what == "variables" else folder / "cache"
        ready = run(replace(spec, draws=8), cache).ready
        yield _row(spec, what, factor, work, run(spec, cache), ready)


def _row(spec: Spec, what: str, factor: int, work: Workload, cost: Cost, ready: float) -> GrowthRow:
    return GrowthRow(
        model=spec.model,
        what=what,
        factor=factor,
        draws=cost.draws,
        steps=work.steps * spec.finer,
        variables=len(work.program.variables),
        wall=cost.wall,
        cpu=cost.cpu,
        peak=cost.peak,
        ready=ready,
    )


def _specs(sizes: Sizes, folder: Path) -> Sequence[tuple[Spec, str]]:
    def spec(model: str, draws: int, **factors: int) -> Spec:
        return Spec(model, "llvm", str(folder), draws, THREADS, **factors)

    found = [(spec(m, n), "runs") for m, numbers in sizes.runs.items() for n in numbers]
    for model in sizes.runs:
        found += [(spec(model, sizes.stretched, finer=k), "steps") for k in sizes.factors]
    found += [(spec("synthetic", sizes.stretched, size=k), "variables") for k in sizes.factors]
    return found
