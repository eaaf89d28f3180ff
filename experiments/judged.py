"""How much of an answer's variance rests on inputs that are only judged.

The gain of a strategy is regressed on the ranks of all uncertain inputs (standardised, with a
small ridge). The share of an input is its coefficient times the covariance of the input with what
the regression explains: these shares sum to the explained variance, and for an input that goes
with no other it is the squared coefficient. Stored draws of one fit go together (neighbours on the
curve of growth by age by more than 0.9): alone their coefficients are large, of opposite signs and
mean nothing. So a group of `scenarios/names.yaml` counts as one input, whose share is the sum over
its members. What the regression does not explain (interactions, thresholds) is reported as such and
not attributed.

On the strategies of the library the share lies between the two indices of the judged inputs as a
group that re-running the model gives: what they explain alone, and what is lost without them (a
slow test holds it there). An ensemble with few draws cannot carry a coefficient for every input,
so only the inputs that go most with the gain stay in, one for every four draws; below about 200
draws the share is good to 0.1 only. A share says nothing about inputs that no prior varies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import ParameterTable
from ..scenarios.names import names

Floats = NDArray[np.float64]
RIDGE = 1e-6
DRAWS_PER_INPUT = 4
LEADING = 3
FEWEST_DRAWS = 200
SMALLEST_GAIN = 0.05
"""Percentage points that a twentieth of the draws must pass."""


@dataclass(frozen=True)
class JudgedShare:
    """Shares of the variance of one gain, each 0 to 1.

    Attributes
    ----------
    judged
        Of the attributed variance, the part of inputs that are judged or of grade D.
    explained
        Part of the variance that the regression attributes at all.
    leading
        The three inputs with the largest share, and that share of the attributed variance; a group
        of parameters by its own name.
    """

    judged: float
    explained: float
    leading: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class RankedInputs:
    """Inputs that vary, as standardised ranks: ranked once, used for every gain.

    Attributes
    ----------
    names
        Parameters.
    columns
        (draw, parameter), mean 0 and standard deviation 1.
    """

    names: tuple[str, ...]
    columns: Floats


def ranked(inputs: Mapping[str, Floats]) -> RankedInputs:
    """Return the ranks of inputs.

    Parameters
    ----------
    inputs
        (draw,) by parameter; those that do not vary are left out.
    """
    varied = tuple(name for name, values in inputs.items() if np.ptp(values) > 0.0)
    columns = [_ranks(inputs[name]) for name in varied]
    return RankedInputs(varied, np.column_stack(columns) if columns else np.empty((0, 0)))


def judged_share(gain: Floats, inputs: RankedInputs, table: ParameterTable) -> JudgedShare:
    """Return how the variance of a gain rests on judged inputs.

    Parameters
    ----------
    gain
        (draw,), any unit.
    inputs
        Of the same draws.
    table
        Tells which parameters are judged or of grade D.
    """
    if np.ptp(gain) == 0.0 or not inputs.names or len(gain) < DRAWS_PER_INPUT:
        return JudgedShare(0.0, 0.0, ())
    target = (gain - gain.mean()) / gain.std()
    kept = _most_related(inputs, target)
    size, width = kept.columns.shape
    gram = kept.columns.T @ kept.columns / size + RIDGE * np.eye(width)
    weight = np.linalg.solve(gram, kept.columns.T @ target / size)
    fitted = kept.columns @ weight
    explained = 1.0 - float(np.var(target - fitted))
    adjusted = max(0.0, 1.0 - (1.0 - explained) * (size - 1) / max(1, size - width - 1))
    # What an input without effect gets from noise alone, whatever it goes with.
    noise = (1.0 - explained) / max(1, size - width)
    shares = _shares(kept.names, weight * (kept.columns.T @ fitted) / size - noise)
    judged = sum(share for name, share in shares.items() if _is_judged(table, name))
    order = sorted(shares, key=lambda name: -shares[name])[:LEADING]
    return JudgedShare(judged, adjusted, tuple((k, shares[k]) for k in order if shares[k] > 0.0))


def _most_related(inputs: RankedInputs, target: Floats) -> RankedInputs:
    """Return the inputs that go most with the target, one for every few draws."""
    most = len(target) // DRAWS_PER_INPUT
    kept = np.argsort(-np.abs(inputs.columns.T @ target), kind="stable")[:most]
    kept.sort()
    return RankedInputs(tuple(inputs.names[k] for k in kept), inputs.columns[:, kept])


def _shares(of: Sequence[str], parts: Floats) -> dict[str, float]:
    """Return shares of one by input, with the members of a group summed."""
    sums: dict[str, float] = {}
    for name, part in zip(of, parts, strict=True):
        idea = names().ideas.get(name, name)
        sums[idea] = sums.get(idea, 0.0) + float(part)
    kept = {idea: max(0.0, value) for idea, value in sums.items()}
    total = sum(kept.values()) or 1.0
    return {idea: value / total for idea, value in kept.items()}


def reported_share(gain: Floats, inputs: RankedInputs, table: ParameterTable) -> JudgedShare | None:
    """Return the share where it means something.

    It depends on the number of draws below `FEWEST_DRAWS`, and a gain of about zero has no
    variance worth attributing; nothing is returned then.

    Parameters
    ----------
    gain, inputs, table
        As for `judged_share`; the gain in percentage points.
    """
    if len(gain) < FEWEST_DRAWS or np.quantile(np.abs(gain), 0.95) < SMALLEST_GAIN:
        return None
    return judged_share(gain, inputs, table)


def _ranks(values: Floats) -> Floats:
    """Standardised mid-ranks: values that tie, as in a spike at zero, share theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2.0
    ranks = middle[inverse].astype(float)
    return (ranks - ranks.mean()) / ranks.std()


def _is_judged(table: ParameterTable, name: str) -> bool:
    """Tell whether an input is judged; a group is, where one of its parameters is."""
    rows = [table.get(one) for one in names().groups.get(name, (name,))]
    return any(row.judged or row.grade == "D" for row in rows)
