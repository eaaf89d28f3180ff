"""The weighted ensemble: priors of the levers, and levels that fit the surveys given those levers.

The surveys set the level of prevalence, not the levers. So the levers are drawn from their priors
first and are never touched again; for each such draw a handful of candidates for natural history,
level and nuisances is run through the history, and one is chosen with probability proportional to
the likelihood of the surveys. That is a cut: information flows from levers to levels only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.engine.integrate import simulate
from ..model.errors import DataError, Problem
from ..model.evidence_tables import EVIDENCE_FOLDER
from ..model.files import sha256, write_atomic
from ..model.language.cache import load_program
from ..model.language.ir import Program
from ..model.parameters import ParameterTable, draw_prior, load_parameters
from ..model.randomness import stream
from .likelihood import draw_survey_error, log_probability, survey_mean, survey_prior
from .observations import DATA_FOLDER, Observation, digest, load_observations

Floats = NDArray[np.float64]
SEED = 20260101
DRAWS = 2000
CANDIDATES = 30
BATCH = 100
"""Lever draws whose candidates are run together; keeps memory flat."""


@dataclass(frozen=True)
class Ensemble:
    """Equal-weight draws of every uncertain parameter.

    Attributes
    ----------
    constants
        By parameter: (draw,), in the parameter's unit.
    seed
        Seed that made it.
    provenance
        Hashes of what it was made from, and how well the candidates covered the surveys.
    """

    constants: dict[str, Floats]
    seed: int
    provenance: dict[str, Any]

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(next(iter(self.constants.values())))


def _quiet(done: int, total: int) -> None:
    """Report nothing."""


def load_ensemble(name: str = "paser", draws: int = 1000, seed: int | None = None) -> Ensemble:
    """Return draws of a stored ensemble.

    Parameters
    ----------
    name
        Name of a stored ensemble, see `stored_name`.
    draws
        How many draws.
    seed
        Chooses which of those stored, without repeats; the first ones when absent. It does not
        sample anew: all draws together are the same set whatever the seed.

    Raises
    ------
    DataError
        If there is no ensemble, it holds fewer draws, a table that it was made from has mistakes,
        or one was changed since.
    """
    meta_path = DATA_FOLDER / f"{name}_ensemble.json"
    if not meta_path.exists():
        known = ", ".join(sorted(STORED))
        problem = Problem("ensemble", f"one of {known}", repr(name), "Use one of these")
        raise DataError([problem])
    meta = json.loads(meta_path.read_text(encoding="utf-8"))
    # A mistake in a table is told as itself, before anything is said of a changed file.
    table = load_parameters()
    surveys = _behind(meta["observations"], load_observations())
    _check(meta, surveys, draws, meta_path.name)
    names, levels = _read_levels(DATA_FOLDER / f"{name}_ensemble.csv", meta["draws"])
    rows = _rows(meta["draws"], draws, seed)
    levers = [row.name for row in table.uncertain(2)]
    constants = {
        key: values[rows]
        for key, values in draw_prior(table, meta["seed"], int(rows.max()) + 1, levers).items()
    }
    constants |= {key: levels[rows, k] for k, key in enumerate(names)}
    return Ensemble(constants, meta["seed"], meta | {"subset_seed": seed})


def stored_name(district: str, observation: str) -> str:
    """Return the name of the ensemble of a district under one of its figures for 2021.

    Parameters
    ----------
    district
        Id of the district.
    observation
        ``district`` for its own figure, ``official`` for that of the national list.

    Raises
    ------
    DataError
        If none is stored.
    """
    name = district if observation == "district" else f"{district}-{observation}"
    if name in STORED:
        return name
    have = ", ".join(sorted({stored.removesuffix("-official") for stored in STORED}))
    found = f"none for {district!r}; stored are those of {have}"
    remedy = "Use a district that has one, or see CONTRIBUTING.md on how to make one"
    raise DataError([Problem("--district", "an ensemble of this district", found, remedy)])


def _rows(stored: int, draws: int, seed: int | None) -> NDArray[np.intp]:
    """Return the rows that make up a subset, in the order of the file."""
    if seed is None:
        return np.arange(draws)
    return np.sort(stream(seed, "ensemble/subset").permutation(stored)[:draws])


def build_ensemble(
    program: Program,
    table: ParameterTable,
    observations: tuple[Observation, ...],
    seed: int = SEED,
    draws: int = DRAWS,
    candidates: int = CANDIDATES,
    progress: Callable[[int, int], None] = _quiet,
) -> tuple[dict[str, Floats], dict[str, float]]:
    """Choose one candidate for each draw of the levers.

    Parameters
    ----------
    program, table
        Model and priors.
    observations
        Surveys to match; those with the role ``fit`` or whatever the caller chose.
    seed
        Seed of the whole run.
    draws
        Draws of the levers.
    candidates
        Candidates for each of them.
    progress
        Called with draws done and draws in all.

    Returns
    -------
    tuple
        The chosen natural history, levels and nuisances by name, each (draw,); and figures that
        tell how well the candidates covered the surveys.
    """
    fitted = [row.name for tier in (0, 1) for row in table.uncertain(tier)]
    levels = draw_prior(table, seed, draws * candidates, fitted)
    levers = draw_prior(table, seed, draws, [row.name for row in table.uncertain(2)])
    score = np.empty(draws * candidates)
    errors = [draw_survey_error(item, seed, draws * candidates) for item in observations]
    months = _months(observations)
    for first in range(0, draws, BATCH):
        last = min(draws, first + BATCH)
        rows = slice(first * candidates, last * candidates)
        constants = {name: values[rows] for name, values in levels.items()}
        constants |= {k: np.repeat(v[first:last], candidates) for k, v in levers.items()}
        run = simulate(program, constants, ["survey prevalence"], times=months, snapshot=False)
        prevalence = run["survey prevalence"]
        score[rows] = 0.0
        for item, error in zip(observations, errors, strict=True):
            column = error.month[rows] - int(months[0])
            at_survey = prevalence[np.arange(len(column)), column]
            mean = survey_mean(at_survey, error.shift[rows])
            assert item.value is not None
            score[rows] += log_probability(
                item.value, mean, error.children[rows], error.design_effect[rows]
            )
        progress(last, draws)
    chosen, figures = _choose(score.reshape(draws, candidates), seed)
    picked = np.arange(draws) * candidates + chosen
    return {name: values[picked] for name, values in levels.items()}, figures


def write_ensemble(
    name: str, surveys: tuple[str, ...], progress: Callable[[int, int], None] = _quiet
) -> dict[str, Any]:
    """Rebuild a stored ensemble from the surveys with the given ids; return its provenance."""
    program, table = load_program(), load_parameters()
    observations = _behind(surveys, load_observations())
    levels, figures = build_ensemble(program, table, observations, progress=progress)
    meta: dict[str, Any] = {
        "district": name,
        "seed": SEED,
        "draws": DRAWS,
        "candidates": CANDIDATES,
        "observations": [item.id for item in observations],
        "model": program.digest,
        "design_effect": 1.0 + survey_prior().design_effect_median,
        **_hashes(observations),
        **figures,
    }
    lines = [",".join(levels)]
    lines += [
        ",".join(repr(float(x)) for x in row) for row in np.column_stack(list(levels.values()))
    ]
    write_atomic(DATA_FOLDER / f"{name}_ensemble.csv", "\n".join(lines) + "\n")
    write_atomic(
        DATA_FOLDER / f"{name}_ensemble.json", json.dumps(meta, indent=1, sort_keys=True) + "\n"
    )
    return meta


def _months(observations: tuple[Observation, ...]) -> Floats:
    low = min(item.month_low for item in observations)
    high = max(item.month_high for item in observations)
    return np.arange(low, high + 1.0)


def _choose(score: Floats, seed: int) -> tuple[NDArray[np.intp], dict[str, float]]:
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    ladder = np.cumsum(weight, axis=1)
    uniform = stream(seed, "ensemble/choice").random(len(score))[:, None] * ladder[:, -1:]
    chosen = np.minimum((ladder < uniform).sum(axis=1), score.shape[1] - 1)
    effective = 1.0 / (weight**2).sum(axis=1)
    figures = {
        "mean_effective_candidates": round(float(effective.mean()), 3),
        "least_effective_candidates": round(float(effective.min()), 3),
    }
    return chosen, figures


def _behind(ids: Sequence[str], known: Iterable[Observation]) -> tuple[Observation, ...]:
    """Return the surveys behind an ensemble; one that the table lost is left out."""
    named = {item.id: item for item in known}
    return tuple(named[name] for name in ids if name in named)


def _hashes(surveys: tuple[Observation, ...]) -> dict[str, str]:
    """Return digests of what an ensemble is made from; other districts may change at will."""
    return {
        "parameters": sha256(EVIDENCE_FOLDER / "parameters.csv"),
        "surveys": digest(surveys),
        "survey_errors": hashlib.sha256(repr(survey_prior()).encode()).hexdigest(),
    }


def _check(meta: dict[str, Any], surveys: tuple[Observation, ...], draws: int, name: str) -> None:
    problems = [
        Problem(f"{name} {key}", "the file it was made from", "another", "Run `make ensemble`")
        for key, found in _hashes(surveys).items()
        if meta.get(key) != found
    ]
    if not 1 <= draws <= meta["draws"]:
        found = str(draws)
        problems.append(Problem("--draws", f"1 to {meta['draws']}", found, "Ask for fewer draws"))
    if problems:
        raise DataError(problems)


def _read_levels(path: Path, draws: int) -> tuple[list[str], Floats]:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    values = np.array([[float(cell) for cell in row.split(",")] for row in rows])
    if len(values) != draws:
        problem = Problem(path.name, f"{draws} rows", f"{len(values)}", "Run `make ensemble`")
        raise DataError([problem])
    return header.split(","), values


STORED = {
    "paser": ("paser-2021", "paser-2022"),
    "paser-official": ("paser-2021-official", "paser-2022"),
}
"""Surveys behind each stored ensemble: the figures of the district, and the official ones."""

if __name__ == "__main__":
    for ensemble, behind in STORED.items():
        print(json.dumps(write_ensemble(ensemble, behind), indent=1))
