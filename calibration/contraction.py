"""How much surveys narrow a quantity, and how much one more measurement may be expected to.

Contraction is one minus the variance after over that before: 0 means nothing learnt, 1 everything.
A quantity may have several columns, such as one for each strategy that may be best; variances are
then added over the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..model.randomness import stream
from .hierarchy import load_priors
from .posterior import Posterior, prior_columns

Floats = NDArray[np.float64]

RESAMPLES = 200
SHARE = 0.90
"""Share of resamples within an interval."""


@dataclass(frozen=True)
class Estimate:
    """A share of variance with a bootstrap interval that holds 90 percent of resamples.

    Attributes
    ----------
    value, low, high
        Contraction, at most 1; below 0 where the spread grew.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Measurement:
    """Something that could be measured.

    Attributes
    ----------
    values
        (draw, quantity), what a measurement without error would find.
    noise
        (quantity,), SD of its error, in the unit of the quantity.
    """

    values: Floats
    noise: Floats


def contraction(prior: Floats, posterior: Floats, seed: int, paired: bool = False) -> Estimate:
    """Return one minus the variance after over that before, with its bootstrap interval.

    Parameters
    ----------
    prior, posterior
        (draw,) or (draw, column), in the same unit.
    seed
        Of the resampling.
    paired
        Whether row k of both shares a draw of the rest, so that both are resampled together.

    Examples
    --------
    >>> found = contraction(np.array([-2.0, 0.0, 2.0]), np.array([-1.0, 0.0, 1.0]), 1)
    >>> found.value
    0.75
    """
    rng = stream(seed, "contraction/resample")

    def again() -> float:
        first = rng.integers(0, len(prior), len(prior))
        second = first if paired else rng.integers(0, len(posterior), len(posterior))
        return _contraction(prior[first], posterior[second])

    return _estimate(_contraction(prior, posterior), [again() for _ in range(RESAMPLES)])


def _contraction(prior: Floats, posterior: Floats) -> float:
    before = spread(prior) ** 2
    return 1.0 - spread(posterior) ** 2 / before if before > 0.0 else 0.0


def spread(values: Floats) -> float:
    """Return the SD of a quantity, over all its columns together."""
    return float(np.sqrt(np.var(values, axis=0, ddof=1).sum()))


def _estimate(value: float, resampled: list[float]) -> Estimate:
    low, high = np.quantile(resampled, [(1.0 - SHARE) / 2.0, (1.0 + SHARE) / 2.0])
    return Estimate(value, float(low), float(high))


def expected(
    questions: Mapping[str, Floats], measurements: Mapping[str, Measurement], seed: int
) -> dict[str, dict[str, Estimate]]:
    """Return the contraction of each question that each measurement may be expected to bring.

    The question is regressed on the noisy measurement over the draws; what that explains of its
    variance is the contraction. For one quantity it is the squared correlation, with the variance
    of the noise added to that of the quantity. This is exact where question and measurement are
    jointly normal, and the best linear rule otherwise: an update that bends could learn more.
    Chance alone explains about one part in as many as there are draws, for each quantity measured.

    Parameters
    ----------
    questions
        By name: (draw,) or (draw, column).
    measurements
        By name, of the same draws.
    seed
        Of the resampling.

    Returns
    -------
    dict
        By measurement, then by question.
    """
    asked = {name: _columns(values) for name, values in questions.items()}
    size = len(next(iter(asked.values())))
    rng = stream(seed, "expected/resample")
    value = _explained(asked, measurements, np.arange(size))
    resampled = [
        _explained(asked, measurements, rng.integers(0, size, size)) for _ in range(RESAMPLES)
    ]
    return {
        name: {
            question: _centred(value[row, column], [one[row, column] for one in resampled])
            for column, question in enumerate(asked)
        }
        for row, name in enumerate(measurements)
    }


def _centred(value: float, resampled: list[float]) -> Estimate:
    """Return an estimate whose interval is moved by what resampling adds: it explains by chance."""
    moved = np.array(resampled) - (np.mean(resampled) - value)
    found = _estimate(float(value), moved.tolist())
    return replace(found, low=min(1.0, max(0.0, found.low)), high=min(1.0, max(0.0, found.high)))


def _explained(
    questions: Mapping[str, Floats], measurements: Mapping[str, Measurement], rows: NDArray[np.intp]
) -> Floats:
    """Return (measurement, question), the share of variance that is explained."""
    targets = [values[rows] - values[rows].mean(axis=0) for values in questions.values()]
    whole = np.concatenate(targets, axis=1)
    ends = np.cumsum([values.shape[1] for values in targets])[:-1]
    total = np.array([(values**2).mean(axis=0).sum() for values in targets])
    out = np.zeros((len(measurements), len(targets)))
    for row, one in enumerate(measurements.values()):
        seen = one.values[rows] - one.values[rows].mean(axis=0)
        # In units of the quantity with its noise, so that none is lost for being small.
        scale = np.sqrt((seen**2).mean(axis=0) + one.noise**2)
        scale = np.where(scale > 0.0, scale, 1.0)
        seen, noise = seen / scale, one.noise / scale
        within = seen.T @ seen / len(rows) + np.diag(noise**2)
        across = seen.T @ whole / len(rows)
        gained = (across * (np.linalg.pinv(within, hermitian=True) @ across)).sum(axis=0)
        by_question = np.array([part.sum() for part in np.split(gained, ends)])
        out[row] = np.divide(by_question, total, out=np.zeros_like(total), where=total > 0.0)
    return out


def _columns(values: Floats) -> Floats:
    return values[:, None] if values.ndim == 1 else values


def prior_of(posterior: Posterior, draws: int, seed: int) -> Posterior:
    """Return draws of the same unknowns as if there were no survey.

    Parameters
    ----------
    posterior
        Tells the districts and the surveys.
    draws
        Number of draws.
    seed
        Of the draws; they share nothing with those of the posterior.
    """
    columns = prior_columns(posterior.areas, posterior.surveys, load_priors(), draws, seed)
    return replace(posterior, columns=columns, seed=seed)


def fitted_parameters(found: Posterior, area: str) -> dict[str, Floats]:
    """Return (draw,) of all that a fit decides about one district, in the unit it is scored in.

    Multipliers and shocks are logs; the design effect is the log of what it has above 1.

    Parameters
    ----------
    found
        Draws, before or after the surveys.
    area
        Code of the district.
    """
    level = found.levels(area)
    multiplier, birth, secular, poverty = level
    out = {
        multiplier: np.log(level[multiplier]),
        birth: level[birth],
        secular: level[secular],
        poverty: np.log(np.maximum(level[poverty], _SMALLEST)),
        f"{multiplier}[typical]": np.log(found.columns[f"{multiplier}[typical]"]),
        f"{secular}[typical]": found.columns[f"{secular}[typical]"],
    }
    shared: dict[str, Callable[[Floats], Floats]] = {
        "spread of deficit multipliers": lambda values: values,
        "design effect": lambda values: np.log(np.maximum(values - 1.0, _SMALLEST)),
        "discrepancy": lambda values: values,
    }
    out |= {name: own(found.columns[name]) for name, own in shared.items()}
    biases = (f"bias of {survey}" for survey in found.surveys)
    return out | {name: found.columns[name] for name in biases}


_SMALLEST = 1e-6
"""Keeps a log finite; no draw comes near it."""
