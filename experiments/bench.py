"""The benchmark of the engines: what is measured, on what, in one go."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..model.engine.kernel.compile import available
from ..model.files import sha256
from ..model.language.cache import PACKAGED
from .bench_c_run import compiler
from .bench_growth import FULL, QUICK, THREADS, Sizes, growth
from .bench_models import workload
from .bench_results import Benchmark, ModelSpeed
from .bench_speed import measure_speed

LIBRARIES = ("tumbuh", "numpy", "llvmlite", "pysd", "pysimlin")


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes
    ----------
    rounds
        Repetitions of the engines.
    shrink
        Divides the members of a call.
    models
        Which of the two.
    sizes
        Of the part on growth.
    memory
        Whether the engines also run in processes of their own.
    """

    rounds: int = 5
    shrink: int = 1
    models: tuple[str, ...] = ("packaged", "synthetic")
    sizes: Sizes = FULL
    memory: bool = True


WHOLE = Effort()
SHORT = Effort(rounds=3, shrink=2, sizes=QUICK)


def benchmark(effort: Effort, command: str, say: Callable[[str], None]) -> Benchmark:
    """Measure everything.

    Parameters
    ----------
    effort
        How much.
    command
        The command line, for the report.
    say
        Hears what is being done.
    """
    start, now = time.perf_counter(), datetime.now(UTC)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        speeds = tuple(_speed(effort, model, folder, say) for model in effort.models)
        rows = tuple(growth(effort.sizes, folder, say)) if available() else ()
    return Benchmark(
        machine=machine(),
        versions=versions(),
        command=command,
        date=now.strftime("%Y-%m-%d %H:%M UTC"),
        seconds=time.perf_counter() - start,
        quick=effort.sizes != FULL,
        threads=THREADS,
        speeds=speeds,
        growth=rows,
    )


def _speed(effort: Effort, model: str, folder: Path, say: Callable[[str], None]) -> ModelSpeed:
    def here(text: str) -> None:
        say(f"{model}: {text}")

    own = folder / model
    own.mkdir()
    work = workload(model, folder)
    return measure_speed(work, own, effort.rounds, effort.shrink, here, effort.memory)


def machine() -> dict[str, str]:
    """Return what this machine is."""
    found = available()
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "vector unit": found[0].name if found else "none used",
        "caches": _caches(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def _processor() -> str:
    """Return name, family and model: the name alone may not tell the generation."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return platform.processor() or platform.machine()
    lines = (line.partition(":") for line in path.read_text().splitlines() if ":" in line)
    facts: dict[str, str] = {}
    for key, _, value in lines:
        facts.setdefault(key.strip(), value.strip())
    name = facts.get("model name", platform.machine())
    parts = [f"{word} {facts[key]}" for word, key in _FACTS if key in facts]
    return ", ".join([name, *parts])


_FACTS = (("family", "cpu family"), ("model", "model"), ("nominal MHz", "cpu MHz"))


def _caches() -> str:
    words = []
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            (index / item).read_text().strip() for item in ("level", "type", "size")
        )
        words.append(f"L{level} {kind.lower()} {size}")
    return ", ".join(words) or "not known"


def versions() -> dict[str, str]:
    """Return the versions of what takes part, and the hash of the model file."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    command = compiler()
    found["C compiler"] = "none"
    if command:
        told = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
        found["C compiler"] = told.stdout.splitlines()[0] if told.stdout else command
    found["model sha256"] = sha256(PACKAGED)[:16]
    return found
