"""A job: a design cut into chunks, each of which can be computed by itself, anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from numpy.typing import NDArray

from ...calibration.posterior import made_from, paths
from ...model.engine.kernel.compile import available
from ...model.engine.machine import choose
from ...model.files import sha256
from ..outcomes import POINTS
from ..runs.evaluate import Outcome
from ..runs.worlds import worlds_of
from .design import Design
from .design_read import design_from_text, read_design
from .design_text import as_text, digest, from_text, is_complete
from .rows import input_names, program, rows


@dataclass(frozen=True)
class Column:
    """One column of the table with a row for each run.

    Attributes
    ----------
    name
        Heading.
    kind
        ``int``, ``float`` or ``text``. Text is given as whole numbers that count `categories`.
    unit
        Of its numbers; empty where there is none.
    role
        ``index`` says which run it is, ``input`` what went in, ``outcome`` what came out.
    categories
        Values of a text column.
    """

    name: str
    kind: Literal["int", "float", "text"]
    unit: str
    role: Literal["index", "input", "outcome"]
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """A batch of runs.

    Attributes
    ----------
    design
        What is run.
    text
        The design as text that needs no other file; `job_from_text` makes the same job of it.
    identity
        Digests and versions of all that the numbers follow from.
    columns
        Of the table of runs.
    """

    design: Design
    text: str = field(repr=False)
    identity: dict[str, str] = field(repr=False)
    columns: tuple[Column, ...] = field(repr=False)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.design.runs

    @property
    def chunk_runs(self) -> int:
        """Runs of each chunk but the last: whole draws with all their worlds and scenarios."""
        return self.design.chunk_draws * self.design.runs_of_draw

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.design.all_draws // self.design.chunk_draws)

    def compute(self, chunk: int, threads: int = 0) -> dict[str, NDArray[Any]]:
        """Return the columns of a chunk, (run,) by name, in the order of `rows`.

        The same bits in any process, in any order and with any number of threads.

        Parameters
        ----------
        chunk
            From 0.
        threads
            0 for one on each processor.

        Raises
        ------
        IndexError
            If there is no such chunk.
        """
        if not 0 <= chunk < self.chunks:
            raise IndexError(f"expected a chunk from 0 to {self.chunks - 1}, found {chunk}")
        first = chunk * self.design.chunk_draws
        last = min(first + self.design.chunk_draws, self.design.all_draws)
        return rows(self.design, first, last, threads)


def load_job(path: Path | str) -> Job:
    """Return the job of a design.

    Parameters
    ----------
    path
        YAML file, or the id of a packaged design.

    Raises
    ------
    InputError
        With every mistake of the design and of the files that it names.
    """
    return make_job(read_design(path).design)


def job_from_text(text: str, folder: Path | None = None) -> Job:
    """Return the job of a text.

    Parameters
    ----------
    text
        `Job.text`, which needs no other file, or the YAML of a design.
    folder
        Where the files lie that the YAML names; the working directory when absent.

    Raises
    ------
    InputError
        With every mistake.
    """
    if is_complete(text):
        return make_job(from_text(text))
    return make_job(design_from_text(text, folder or Path()).design)


def make_job(design: Design) -> Job:
    """Return the job of a design that is read and checked."""
    return Job(design, as_text(design), identity(design), columns(design))


def identity(design: Design) -> dict[str, str]:
    """Return what the numbers follow from, as digests and versions."""
    observations = sorted({world.observation for world in worlds_of(design.worlds)})
    files = {f"posterior_{name}": paths(name)[0] for name in observations}
    return {
        "design": digest(design),
        **made_from(),
        **{name: sha256(path) for name, path in files.items()},
        "tumbuh": version("tumbuh"),
        "engine": engine(),
    }


@cache
def engine() -> str:
    """Name what computes the runs; another vector unit may round otherwise."""
    machine = choose(available())
    return "numpy" if machine is None else f"llvm {machine.name}"


def columns(design: Design) -> tuple[Column, ...]:
    """Return the columns of the table of runs, in order."""
    units = {item.name: item.unit for item in design.coordinates}
    known = program().variables
    return (
        Column("run", "int", "", "index"),
        Column("draw", "int", "", "index"),
        Column("replicate", "int", "", "index"),
        Column("world", "text", "", "index", design.worlds),
        Column("scenario", "text", "", "index", design.scenarios),
        *(
            Column(name, "float", units.get(name) or known[name].unit, "input")
            for name in input_names(design)
        ),
        *(Column(item.name, "float", unit_of(item), "outcome") for item in design.outcomes),
        Column("failed", "int", "", "outcome"),
    )


def unit_of(outcome: Outcome) -> str:
    """Return the unit of an outcome after scaling: a share times 100 is in percent or points."""
    unit = program().variables[outcome.variable].unit
    if outcome.scale == 1.0:
        return unit
    if unit == "dmnl" and outcome.scale == POINTS:
        return "percent" if outcome.form == "value" else "points"
    return f"{unit} times {outcome.scale:g}"
