"""What a store and a runner need to know of a batch: its runs, its columns, its chunks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Kind = Literal["int", "float", "text"]
Role = Literal["index", "input", "outcome"]
Arrays = Mapping[str, NDArray[Any]]
"""(run,) by column; text as whole numbers that count the categories of the column from 0."""


class Column(Protocol):
    """One column of the table with a row for each run.

    Attributes
    ----------
    name
        Heading.
    kind
        ``int``, ``float`` or ``text``.
    unit
        Of its numbers; empty where there is none.
    role
        ``index`` says which run it is, ``input`` what went in, ``outcome`` what came out.
    categories
        Values of a text column.
    """

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def categories(self) -> Sequence[str]: ...


class Job(Protocol):
    """A batch of runs cut into chunks, each of which can be computed by itself.

    Attributes
    ----------
    text
        The design, from which the job can be made again anywhere.
    runs, chunks, chunk_runs
        Runs in all; chunks in all; runs of each chunk but the last.
    identity
        Digests and versions of all that the numbers follow from.
    columns
        Of the table of runs.
    """

    @property
    def text(self) -> str: ...
    @property
    def runs(self) -> int: ...
    @property
    def chunks(self) -> int: ...
    @property
    def chunk_runs(self) -> int: ...
    @property
    def identity(self) -> Mapping[str, str]: ...
    @property
    def columns(self) -> Sequence[Column]: ...
    def compute(self, chunk: int, threads: int = 0) -> Arrays:
        """Return the columns of a chunk: the same bits whenever and wherever it is called."""
        ...


Build = Callable[[str], Job]
"""Makes a job from the text of its design."""


def runs_of(job: Job, chunk: int) -> int:
    """Return how many runs a chunk holds."""
    return min(job.chunk_runs, job.runs - chunk * job.chunk_runs)


def shape_of(job: Job) -> str:
    """Return a digest of identity, size and columns: equal for jobs whose chunks are equal.

    The text of the design is not part of it: its title may change, and its digest is in the
    identity.
    """
    columns = [described(column) for column in job.columns]
    parts = [dict(job.identity), job.runs, job.chunk_runs, columns]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def described(column: Column) -> dict[str, Any]:
    """Return a column as plain values."""
    plain = {"name": column.name, "kind": column.kind, "unit": column.unit, "role": column.role}
    return plain | ({"categories": list(column.categories)} if column.kind == "text" else {})


def checked(job: Job, chunk: int, arrays: Arrays) -> None:
    """Hold what a job computed to what it promised.

    Raises
    ------
    ValueError
        If a column is missing or foreign, or has another length or an unknown category. This is
        a defect and no mistake of the user.
    """
    names, size = [column.name for column in job.columns], runs_of(job, chunk)
    if set(arrays) != set(names):
        raise ValueError(f"chunk {chunk}: expected columns {names}, found {list(arrays)}")
    for column in job.columns:
        values = arrays[column.name]
        if values.shape != (size,):
            raise ValueError(f"{column.name}: expected ({size},), found {values.shape}")
        if column.kind == "text" and size:
            low, high = int(np.min(values)), int(np.max(values))
            if low < 0 or high >= len(column.categories):
                raise ValueError(f"{column.name}: no category {low if low < 0 else high}")
