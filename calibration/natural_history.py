"""Tier 0: joint draws of growth by age, from national surveys and from persistence.

Curves by age come from `profile_fit`; catch-up, spread and height error from their priors. Each
draw is weighted by what the surveys and the odds ratios of persistence say of it, and equal-weight
draws are kept. The curves are stored as a centre and a few modes.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem
from ..model.files import sha256, write_atomic
from ..model.parameters import ParameterTable, draw_prior, load_parameters
from ..model.randomness import stream
from .cohort import SCORES, exit_rate, odds_ratio, stage_weights, stationary
from .growth_tables import BELIEFS_PATH, PROFILE_PATH, GrowthTables, load_growth_tables
from .observations import DATA_FOLDER
from .profile_fit import ErrorPrior, central_scores, draw_curves, observe

Floats = NDArray[np.float64]
SEED = 20260101
DRAWS = 2000
PROPOSALS = 60_000
REMAINING, AGE_SCALE = "attenuation to sixty months", "catch up age scale"
CONSTANTS = ("HAZ spread", REMAINING, AGE_SCALE, "survey height error")
"""Constants drawn beside the age profile; surveys by age say nothing of the first and the last."""
SPREADS = ("survey spread", "step spread")
KEPT_VARIANCE = 0.995
"""Share of the variance of the curves that the stored modes carry."""
DATA_PATH = DATA_FOLDER / "natural_history.csv"
META_PATH = DATA_FOLDER / "natural_history.json"
COMMAND = "Run `python -m tumbuh.calibration.natural_history`"


@dataclass(frozen=True)
class NaturalHistory:
    """Equal-weight joint draws.

    Attributes
    ----------
    centre
        Mean of the curves, probits at birth and by stage, (knot,).
    modes
        Directions in which the curves differ, (mode, knot).
    values
        By name, (draw,): ``mode 1`` and on, `CONSTANTS` in their units, and `SPREADS`.
    effective
        Proposals that the weights are worth, and the largest weight.
    """

    centre: Floats
    modes: Floats
    values: dict[str, Floats]
    effective: dict[str, float]

    @property
    def scores(self) -> Floats:
        """Curves of all draws, (draw, knot)."""
        along = [self.values[f"mode {k + 1}"] for k in range(len(self.modes))]
        return self.centre + np.column_stack(along) @ self.modes

    def constants(self) -> dict[str, Floats]:
        """Return the draws by the names of the model's constants."""
        curves = dict(zip(SCORES, self.scores.T, strict=True))
        return curves | {name: self.values[name] for name in CONSTANTS}


def infer(
    tables: GrowthTables,
    table: ParameterTable,
    prior: ErrorPrior | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
    proposals: int = PROPOSALS,
) -> NaturalHistory:
    """Draw natural histories by importance resampling.

    Parameters
    ----------
    tables
        Surveys and beliefs.
    table
        Priors of `CONSTANTS`.
    prior
        Sizes of the errors.
    seed
        Seed of the whole run.
    draws, proposals
        Draws to keep, and to choose from.
    """
    prior = prior or ErrorPrior()
    curves = draw_curves(observe(tables, stage_weights(table), prior), prior, seed, proposals)
    values = draw_prior(table, seed, proposals, CONSTANTS)
    values |= {"survey spread": curves.survey, "step spread": curves.step}
    log_weight = curves.log_weight + _log_persistence(tables, table, curves.scores, values)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    rows = _resample(weight, seed, draws)
    centre, modes, along = _modes(curves.scores[rows])
    chosen = {f"mode {k + 1}": column for k, column in enumerate(along.T)}
    chosen |= {name: column[rows] for name, column in values.items()}
    rounded = {name: _rounded(column) for name, column in chosen.items()}
    effective = {
        "effective": round(float(1.0 / (weight**2).sum()), 1),
        "largest_weight": round(float(weight.max()), 6),
    }
    return NaturalHistory(_rounded(centre), _rounded(modes), rounded, effective)


def log_odds_ratios(
    tables: GrowthTables, table: ParameterTable, scores: Floats, values: dict[str, Floats]
) -> Floats:
    """Return the log odds ratio of each belief on persistence, (draw, belief)."""
    cohort = stationary(scores, values[REMAINING], values[AGE_SCALE], exit_rate(table))
    columns = [odds_ratio(cohort, row.age_low, row.age_high) for row in tables.persistence]
    return np.log(np.column_stack(columns)) if columns else np.empty((len(scores), 0))


def load_natural_history(draws: int = DRAWS) -> dict[str, Floats]:
    """Return the stored draws by the names of the model's constants.

    Parameters
    ----------
    draws
        How many, the first ones.

    Returns
    -------
    dict
        The 21 probits of the age profile and `CONSTANTS`, each (draw,); rows belong together.

    Raises
    ------
    DataError
        If fewer are stored, or a table that they were made from was changed since.
    """
    return {name: column[:draws] for name, column in read_stored(draws).constants().items()}


def read_stored(draws: int = DRAWS) -> NaturalHistory:
    """Return the stored natural history, checked to hold at least ``draws``."""
    load_growth_tables()
    meta = json.loads(META_PATH.read_text(encoding="utf-8"))
    now = _hashes(load_parameters()) | {"draws_sha256": sha256(DATA_PATH)}
    problems = [
        Problem(f"{META_PATH.name} {key}", "the content it was made from", "another", COMMAND)
        for key, digest in now.items()
        if meta.get(key) != digest
    ]
    if not 1 <= draws <= meta["draws"]:
        wanted = f"1 to {meta['draws']} draws"
        problems.append(Problem("draws", wanted, str(draws), "Ask for a number within these"))
    if problems:
        raise DataError(problems)
    header, *lines = DATA_PATH.read_text(encoding="utf-8").splitlines()
    columns = np.array([line.split(",") for line in lines], dtype=float).T
    values = dict(zip(header.split(","), columns, strict=True))
    centre, modes = np.array(meta["centre"]), np.array(meta["modes"])
    return NaturalHistory(centre, modes, values, meta["effective"])


def store(found: NaturalHistory, table: ParameterTable, report: dict[str, Any]) -> None:
    """Write the draws and what they were made from."""
    lines = [",".join(found.values)]
    rows = np.column_stack(list(found.values.values()))
    lines += [",".join(f"{cell:.7g}" for cell in row) for row in rows]
    text = "\n".join(lines) + "\n"
    meta = {
        "seed": SEED,
        "draws": len(rows),
        "proposals": PROPOSALS,
        "draws_sha256": hashlib.sha256(text.encode()).hexdigest(),
        **_hashes(table),
        "centre": found.centre.tolist(),
        "modes": found.modes.tolist(),
        "effective": found.effective,
        **report,
    }
    write_atomic(DATA_PATH, text)
    write_atomic(META_PATH, json.dumps(meta, indent=1, sort_keys=True) + "\n")


def _log_persistence(
    tables: GrowthTables, table: ParameterTable, scores: Floats, values: dict[str, Floats]
) -> Floats:
    """Return the log probability of the odds ratios, up to a constant, (draw,)."""
    found = log_odds_ratios(tables, table, scores, values)
    believed = np.log([row.value for row in tables.persistence])
    spread = np.array([row.spread for row in tables.persistence])
    return -0.5 * (((found - believed) / spread) ** 2).sum(axis=1)


def _resample(weight: Floats, seed: int, draws: int) -> NDArray[np.intp]:
    """Return rows by systematic resampling, in random order so that any first part is fair."""
    generator = stream(seed, "natural history/resample")
    points = (np.arange(draws) + generator.random()) / draws
    rows = np.minimum(np.searchsorted(np.cumsum(weight), points), len(weight) - 1)
    return generator.permutation(rows)


def _modes(scores: Floats) -> tuple[Floats, Floats, Floats]:
    """Return centre, modes scaled to one standard deviation, and the place of each draw."""
    centre = scores.mean(axis=0)
    _, size, direction = np.linalg.svd(scores - centre, full_matrices=False)
    kept = int(np.searchsorted(np.cumsum(size**2) / (size**2).sum(), KEPT_VARIANCE)) + 1
    # The sign of a direction is free: the last age is put above zero, so that builds agree.
    sign = np.where(direction[:kept, -1] < 0.0, -1.0, 1.0)[:, np.newaxis]
    scaled = sign * direction[:kept] * size[:kept, np.newaxis] / np.sqrt(len(scores))
    along = (scores - centre) @ (sign * direction[:kept]).T
    return centre, scaled, along / (size[:kept] / np.sqrt(len(scores)))


def _rounded(values: Floats) -> Floats:
    """Return values as they are stored, seven digits."""
    return np.array([float(f"{x:.7g}") for x in values.ravel()]).reshape(values.shape)


def _hashes(table: ParameterTable) -> dict[str, str]:
    """Return hashes of all inputs: both tables, and the rows of the parameter table used."""
    names = (*CONSTANTS, "stage residence", "child death rate")
    rows = repr([(row.name, row.prior) for row in table.select(names)])
    return {
        "age_profile": sha256(PROFILE_PATH),
        "growth_beliefs": sha256(BELIEFS_PATH),
        "priors": hashlib.sha256(rows.encode()).hexdigest(),
        "errors": hashlib.sha256(repr(ErrorPrior()).encode()).hexdigest(),
    }


def main() -> int:
    """Rebuild, check and write; return 1 without writing where a check fails."""
    from .natural_history_checks import check, summary

    tables, table = load_growth_tables(), load_parameters()
    found = infer(tables, table)
    central = central_scores(tables, stage_weights(table), ErrorPrior())
    gates = check(found, tables, table)
    report = summary(found, central, gates, tables, table)
    print(json.dumps(report, indent=1))
    failed = [gate for gate in gates if not gate.passed]
    for gate in failed:
        print(f"failed: {gate}", file=sys.stderr)
    if not failed:
        store(found, table, report)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
