"""Runs of the agents as tables: a row for each run, month and group, with what went in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.agents.observe import MEASURES
from ...model.calendar import date_of

if TYPE_CHECKING:
    from .ground import Case, Cube, Ground

SHARES = tuple(name for name in MEASURES if name not in ("families", "children", "mean HAZ"))
"""Measures between 0 and 1."""


def observations_csv(ground: Ground, cases: Sequence[Case], cube: Cube) -> str:
    """Return one row for each run, month and group.

    A row has the run's settings and its parameters of the agents; what was drawn for the stocks
    is in the table of inputs, by replicate. Shares are 0 to 1; nothing stands for no number.
    """
    from .ground import lonely
    from .shock_text import write_shock

    names = list(ground.assumptions)
    heads = ["case", "scenario", "replicate", "month", "date", "grouping", "group", *MEASURES]
    heads += ["district", "seed", "step", "shocks", "without links", *names]

    def rows() -> Iterator[list[Any]]:
        for place, case in enumerate(cases):
            own = case.settings
            shocks = " ".join(map(write_shock, own.shocks))
            about = [ground.district.id, ground.seed, own.step, shocks, " ".join(lonely(own))]
            for replicate in range(ground.replicates):
                drawn = [f"{ground.assumptions[name][replicate]:.9g}" for name in names]
                first = [case.name, case.plan.scenario.id, replicate]
                for at, month in enumerate(cube.months):
                    for number, group in enumerate(cube.groups):
                        values = cube.values[place, replicate, at, number]
                        shown = ["" if np.isnan(v) else f"{v:.6g}" for v in values]
                        when = [month, date_of(month - 1.0)]
                        yield [*first, *when, *group, *shown, *about, *drawn]

    return _csv(heads, rows())


def inputs_csv(ground: Ground, cases: Sequence[Case]) -> str:
    """Return one row for each run with every constant of the model that differs from its file."""
    names = sorted({*ground.constants, *(n for c in cases for n in (*c.plan.constants, *c.given))})

    def rows() -> Iterator[list[Any]]:
        for case in cases:
            own = {**case.plan.constants, **case.given}
            for replicate in range(ground.replicates):
                drawn = {name: values[replicate] for name, values in ground.constants.items()}
                cells = [
                    f"{v:.9g}" if (v := (drawn | own).get(n)) is not None else "" for n in names
                ]
                yield [case.name, replicate, *cells]

    return _csv(["case", "replicate", *names], rows())


def _csv(heads: Sequence[str], rows: Iterator[list[Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return buffer.getvalue()
