"""What full Bayes says of the levers, and when that is an alarm of misspecification.

A lever that the surveys would move makes up for something that the model gets wrong; it is reported
by name, and never a reason to rank strategies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import load_parameters
from .full_bayes import Walk
from .gates import Gate

Floats = NDArray[np.float64]

CONTRACTION, SHIFT = 0.05, 0.5
"""Largest contraction, and largest shift of the mean in SD of the prior, that keep the alarm silent."""
ERRORS = 2.0
"""Monte Carlo errors by which a limit must be passed."""
LARGEST_ERROR = 0.05
"""Monte Carlo error of a contraction up to which the silence of the alarm means something."""


@dataclass(frozen=True)
class Learnt:
    """What the surveys say of one parameter of the rest.

    Attributes
    ----------
    name
        Parameter.
    contraction, contraction_error
        One minus the variance after over that before, and its Monte Carlo error (walk and rows).
    shift, shift_error
        Mean after less mean before, in SD before, and its Monte Carlo error.
    """

    name: str
    contraction: float
    contraction_error: float
    shift: float
    shift_error: float

    @property
    def rings(self) -> bool:
        """Whether a limit is passed by more than Monte Carlo error; what is no number rings."""
        return not (
            self.contraction - ERRORS * self.contraction_error <= CONTRACTION
            and abs(self.shift) - ERRORS * self.shift_error <= SHIFT
        )


def lever_names() -> tuple[str, ...]:
    """Return the parameters that surveys must not update: those of tier 2."""
    return tuple(row.name for row in load_parameters().uncertain(2))


def scored(rest: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the levers in the unit that they are scored in: logs where the prior is lognormal.

    A lognormal prior with mass at zero has no logarithm there and stays as it is.

    Parameters
    ----------
    rest
        (row,) by parameter, in its unit.
    """
    rows = load_parameters().uncertain(2)
    long = (row.name for row in rows if row.prior.family == "lognormal")
    logs = {name: np.log(rest[name]) for name in long if rest[name].min() > 0.0}
    return {row.name: rest[row.name] for row in rows} | logs


def learnt(
    found: Walk, rest: Mapping[str, Floats], names: Sequence[str] | None = None
) -> tuple[Learnt, ...]:
    """Return what the surveys say of each parameter, the strongest contraction first.

    The error has two parts: that of the walk, from its four runs, and that of the stored rows,
    which are a sample of the prior. A few rows that the surveys like have by chance some values of
    every parameter, so the second part is larger than the first; it is linearised.

    Parameters
    ----------
    found
        The walk.
    rest
        (row,) by parameter, the stored draws, in the unit that they are scored in.
    names
        Parameters asked for; those of tier 2 when absent. Constant ones are left out.
    """
    asked = lever_names() if names is None else names
    lines = [_learnt(name, rest[name], found) for name in asked if np.ptp(rest[name]) > 0.0]
    return tuple(sorted(lines, key=lambda line: -line.contraction))


def _learnt(name: str, values: Floats, found: Walk) -> Learnt:
    z = (values - values.mean()) / values.std()
    weight = found.visits(len(z))
    mean = np.average(z, weights=weight)
    apart = (z - mean) ** 2
    variance = np.average(apart, weights=weight)
    runs = [z[rows] for rows in found.rows]
    # What each row adds to the two numbers, whose spread tells how far chance could move them.
    of_variance = weight * (apart - variance) - variance * (z**2 - 1.0)
    of_mean = weight * (z - mean) - z - 0.5 * mean * (z**2 - 1.0)
    return Learnt(
        name,
        float(1.0 - variance),
        _error(of_variance, [run.var() for run in runs]),
        float(mean),
        _error(of_mean, [run.mean() for run in runs]),
    )


def _error(rows: Floats, runs: Sequence[float]) -> float:
    parts = (rows.std() / np.sqrt(len(rows)), np.std(runs, ddof=1) / np.sqrt(len(runs)))
    return float(np.hypot(*parts))


def check(found: Sequence[Learnt]) -> tuple[Gate, ...]:
    """Return the gates: no lever learns from the surveys, and the walk is long enough to tell.

    Parameters
    ----------
    found
        What the surveys say of each lever.
    """
    names = [
        f"{line.name} (contraction {line.contraction:.2f}, shift {line.shift:.2f} SD)"
        for line in found
        if line.rings
    ]
    error = max(line.contraction_error for line in found)
    return (
        Gate(
            "surveys leave the levers alone",
            f"contraction at most {CONTRACTION:g} and shift at most {SHIFT:g} SD",
            "misspecified: " + ", ".join(names) if names else "no lever beyond",
            not names,
        ),
        Gate(
            "Monte Carlo error of a contraction",
            f"at most {LARGEST_ERROR:g}",
            f"{error:.3f} for the worst",
            error <= LARGEST_ERROR,
        ),
    )
