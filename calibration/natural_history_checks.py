"""Gates of the natural history, and the figures that its file and the documentation quote."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.distributions import quantile
from ..model.parameters import ParameterTable
from ..model.randomness import stream
from .cohort import band_share, stage_weights
from .gates import Gate
from .growth_tables import GrowthTables
from .natural_history_draws import CONSTANTS, SEED, SPREADS, NaturalHistory, log_odds_ratios
from .normal import ndtr, ndtri
from .profile_errors import ErrorPrior, observe

Floats = NDArray[np.float64]
BAND = (0.05, 0.95)
LEAST_RISING, WALK_MONTHS = 0.90, 24
LEAST_EFFECTIVE, LARGEST_WEIGHT = 1000.0, 0.01
TOLERATED_FALL = 0.005
"""Fall between two stages that is reported apart, share: half a point."""
_FINE = (np.arange(4000) + 0.5) / 4000


def check(found: NaturalHistory, tables: GrowthTables, table: ParameterTable) -> tuple[Gate, ...]:
    """Return every gate: surveys, odds ratios, rise to 24 months, weights."""
    bands, ratios = predicted_bands(found, tables, table), predicted_ratios(found, tables, table)
    gates = [
        _inside(f"{band.survey}, {band.age_low} to {band.age_high} months", band.value, column)
        for band, column in zip(tables.bands, bands.T, strict=True)
    ]
    gates += [
        _inside(f"odds ratio, {row.age_low} to {row.age_high} months", row.value, column)
        for row, column in zip(tables.persistence, np.exp(ratios).T, strict=True)
    ]
    rising = rising_shares(found, tables, table)["age bands"]
    effective, largest = found.effective["effective"], found.effective["largest_weight"]
    wanted = f"no fall to {WALK_MONTHS} months in at least {LEAST_RISING:g} of the draws"
    gates += [
        Gate("age bands", wanted, f"{rising:.3f}", rising >= LEAST_RISING),
        Gate(
            "proposals",
            f"worth at least {LEAST_EFFECTIVE:g}, none above {LARGEST_WEIGHT:g}",
            f"{effective:.0f} and {largest:.5f}",
            effective >= LEAST_EFFECTIVE and largest <= LARGEST_WEIGHT,
        ),
    ]
    return tuple(gates)


def predicted_bands(found: NaturalHistory, tables: GrowthTables, table: ParameterTable) -> Floats:
    """Return what each survey might have shown, (draw, row of the survey table), shares."""
    prior = ErrorPrior()
    seen = observe(tables, stage_weights(table), prior)
    scores = ndtr(found.scores[:, 1:]) @ seen.mean.T
    draws, rows = len(scores), len(seen.row)
    form = stream(SEED, "natural history/form").standard_normal((draws, len(seen.mean)))
    noise = stream(SEED, "natural history/survey").standard_normal((draws, rows))
    spread = np.sqrt(found.values["survey spread"][:, np.newaxis] ** 2 + seen.sampling)
    return ndtr(ndtri(scores)[:, seen.row] + prior.form * form[:, seen.row] + spread * noise)


def predicted_ratios(found: NaturalHistory, tables: GrowthTables, table: ParameterTable) -> Floats:
    """Return log odds ratios of persistence with the spread of their beliefs, (draw, belief)."""
    ratios = log_odds_ratios(tables, table, found.scores, found.values)
    noise = stream(SEED, "natural history/persistence").standard_normal(ratios.shape)
    return ratios + noise * [row.spread for row in tables.persistence]


def rising_shares(
    found: NaturalHistory, tables: GrowthTables, table: ParameterTable
) -> dict[str, float]:
    """Return the share of draws in which stunting never falls before 24 months of age."""
    shares, weights = ndtr(found.scores), stage_weights(table)
    young = [age for age in tables.ages if age[1] < WALK_MONTHS]
    slices = [slice(low // 3, (high + 1) // 3) for low, high in young]
    bands = np.column_stack([band_share(shares[:, 1:], weights, part) for part in slices])
    steps = np.diff(shares[:, : 1 + WALK_MONTHS // 3])
    return {
        "age bands": float((np.diff(bands) >= 0.0).all(axis=1).mean()),
        "stages": float((steps >= 0.0).all(axis=1).mean()),
        "stages, within half a point": float((steps >= -TOLERATED_FALL).all(axis=1).mean()),
    }


def contractions(
    found: NaturalHistory, tables: GrowthTables, table: ParameterTable
) -> dict[str, float]:
    """Return one minus posterior over prior variance, by quantity; level and slope have no prior."""
    result = {
        name: 1.0 - found.values[name].var() / quantile(table.get(name).prior, _FINE).var()
        for name in CONSTANTS
    }
    result["birth profile score"] = 1.0 - found.scores[:, 0].var() / tables.birth.spread**2
    return {name: round(float(value), 3) for name, value in result.items()}


def summary(
    found: NaturalHistory,
    central: Floats,
    gates: tuple[Gate, ...],
    tables: GrowthTables,
    table: ParameterTable,
) -> dict[str, Any]:
    """Return the figures of a build, in a form that JSON can hold."""
    shares, weights = ndtr(found.scores), stage_weights(table)
    whole = 100.0 * shares[:, 1:] @ weights
    ratios = np.exp(log_odds_ratios(tables, table, found.scores, found.values))
    names = [f"{row.age_low} to {row.age_high} months" for row in tables.persistence]
    return {
        "gates": [str(gate) + ("" if gate.passed else " (failed)") for gate in gates],
        "central_scores": [round(float(score), 4) for score in central],
        "under_five_percent": {
            "central": round(float(100.0 * ndtr(central[1:]) @ weights), 2),
            "draws": _interval(whole, 2),
        },
        "contraction": contractions(found, tables, table),
        "intervals": {name: _interval(found.values[name]) for name in (*CONSTANTS, *SPREADS)},
        "odds_ratios": dict(zip(names, (_interval(r, 0) for r in ratios.T), strict=True)),
        "rising": rising_shares(found, tables, table),
    }


def _interval(values: Floats, decimals: int = 3) -> list[float]:
    """Return the 5th, 50th and 95th percentile."""
    return [round(float(x), decimals) for x in np.quantile(values, (BAND[0], 0.5, BAND[1]))]


def _inside(name: str, value: float, predicted: Floats) -> Gate:
    low, high = np.quantile(predicted, BAND)
    expected = f"{value:g} within the 90 % predictive band"
    return Gate(name, expected, f"{low:.3g} to {high:.3g}", bool(low <= value <= high))
