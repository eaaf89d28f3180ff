"""What the surveys tell, what they leave open, and what would be worth measuring next.

The same draws of the levers run twice, once with levels from their priors and once with levels as
the surveys left them; so what differs is what the surveys tell. What to measure next is asked of
the second set, which is what is known today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calibration.contraction import (
    Estimate,
    contraction,
    expected,
    fitted_parameters,
    prior_of,
    spread,
)
from ..calibration.ensemble import ensemble_of, load_ensemble
from ..calibration.posterior import Posterior, load_posterior
from ..model.calendar import FIRST_YEAR
from ..model.language.cache import load_program
from ..scenarios.compile import prepare
from ..scenarios.loader import BASELINE, load_scenarios
from .batch import Batch, Progress, case_of, run_batch
from .measurements import MONTH, OUTPUTS, TRIAL_END, candidates
from .outcomes import POINTS, TIE

Floats = NDArray[np.float64]

SEED = 20260101
PRIOR_DRAWS = 20_000
SURVEYS = (46.0, 55.0)
"""Middle of the field work of SSGI 2021 and SSGI 2022, months; 0 is January 2018."""
YEARS = (2021, 2022)
LAST = 2029
END = 12.0 * (LAST + 1 - FIRST_YEAR)
"""Last year, and the month in which it has ended."""
STRATEGIES = ("hr", "facilities", "coordination")
TOGETHER = "all_three"
EQUAL = tuple(f"equal_{name}" for name in STRATEGIES)
"""The same sum for each: without that one may not ask which is best."""
PAIRS = ((0, 1), (0, 2), (1, 2))
LEVEL = ("prevalence_2021", "change", "prevalence_2029")
EFFECTS = tuple(f"effect_{name}" for name in (*STRATEGIES, TOGETHER))
CHOICE = (*(f"{STRATEGIES[a]}_less_{STRATEGIES[b]}" for a, b in PAIRS), "best")
"""Questions about the level, about effects, and about which strategy is better."""
TOLD, SLIGHT = 0.5, 0.1
"""Contractions from which a quantity counts as told, and above which it counts as narrowed."""


@dataclass(frozen=True)
class Learnt:
    """How far a quantity was narrowed.

    Attributes
    ----------
    before, after
        SD under the prior and after the surveys, in the unit of the quantity.
    contraction
        One minus the variance after over that before.
    """

    before: float
    after: float
    contraction: Estimate


@dataclass(frozen=True)
class Identified:
    """What is known, and what could be.

    Attributes
    ----------
    area, draws
        District, and draws that ran.
    parameters, questions
        By name.
    measurements
        By measurement, then by question: expected contraction; the one that tells most of the
        choice between strategies first.
    noise
        By measurement, SD of the error of each quantity, in its unit.
    """

    area: str
    draws: int
    parameters: Mapping[str, Learnt]
    questions: Mapping[str, Learnt]
    measurements: Mapping[str, Mapping[str, Estimate]]
    noise: Mapping[str, tuple[float, ...]]

    @property
    def level_told(self) -> bool:
        """Whether the surveys tell the level: prevalence contracts by more than half."""
        return self.questions[LEVEL[0]].contraction.low > TOLD

    @property
    def choice_told(self) -> tuple[str, ...]:
        """Questions of choice that the surveys narrow by more than chance and a tenth."""
        found = ((name, self.questions[name].contraction) for name in CHOICE)
        return tuple(name for name, one in found if one.low > 0.0 and one.value > SLIGHT)


def identify(
    area: str = "paser",
    draws: int = 500,
    seed: int = SEED,
    observation: str = "district",
    progress: Progress = lambda done, total: None,
    posterior: Posterior | None = None,
) -> Identified:
    """Run the same draws before and after the surveys, and compare.

    Parameters
    ----------
    area
        Code of the district.
    draws
        Draws to run, at most those stored.
    seed
        Of the prior draws and of the resampling.
    observation
        Figure of Paser for 2021: ``district`` or ``official``.
    progress
        Called with pieces done and pieces in all.
    posterior
        The fit; the stored one of that figure when absent.

    Raises
    ------
    DataError
        As `load_ensemble`.
    """
    if posterior is None:
        now = load_ensemble(area, draws, None, observation).constants
        posterior = load_posterior(observation, [area])
    else:
        now = ensemble_of(posterior, area, draws).constants
    prior = prior_of(posterior, PRIOR_DRAWS, seed)
    before, after = (fitted_parameters(one, area) for one in (prior, posterior))
    parameters = {name: _learnt(before[name], after[name], seed, False) for name in after}
    first = {name: values[:draws] for name, values in prior.levels(area).items()}
    runs = [
        _run(constants, lambda done, total, k=k: progress(done + k * total, 2 * total))
        for k, constants in enumerate((now | first, now))
    ]
    sound = ~(runs[0].failed | runs[1].failed)
    old, new = (_questions(run, sound) for run in runs)
    given = candidates(
        runs[1],
        {name: values[sound] for name, values in now.items()},
        {name: values[:draws][sound] for name, values in posterior.columns.items()},
        sound,
    )
    found = expected(new, given, seed)
    order = sorted(found, key=lambda name: -choice(found[name]))
    return Identified(
        area,
        int(sound.sum()),
        parameters,
        {name: _learnt(old[name], new[name], seed, True) for name in new},
        {name: found[name] for name in order},
        {name: tuple(float(error) for error in given[name].noise) for name in order},
    )


def choice(found: Mapping[str, Estimate]) -> float:
    """Return the mean contraction of the questions of choice between strategies."""
    return float(np.mean([found[one].value for one in CHOICE]))


def _learnt(before: Floats, after: Floats, seed: int, paired: bool) -> Learnt:
    return Learnt(spread(before), spread(after), contraction(before, after, seed, paired))


def _run(constants: Mapping[str, Floats], progress: Progress) -> Batch:
    plans = [prepare(one) for one in load_scenarios([BASELINE, *STRATEGIES, TOGETHER, *EQUAL])]
    times = sorted({*SURVEYS, MONTH, TRIAL_END, END})
    cases = [case_of(plan) for plan in plans]
    return run_batch(load_program(), constants, cases, OUTPUTS, times, progress=progress)


def _questions(run: Batch, sound: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return (draw,) by question, percentage points, and (draw, strategy) for which is best."""
    path = POINTS * run.values[BASELINE]["survey prevalence"][sound]
    early, late, end = (path[:, run.column(month)] for month in (*SURVEYS, END))
    out = {"prevalence_2021": early, "change": late - early, "prevalence_2029": end}
    for name in (*STRATEGIES, TOGETHER):
        out[f"effect_{name}"] = gain(run, name, END, sound)
    equal = np.column_stack([gain(run, name, END, sound) for name in EQUAL])
    for name, (a, b) in zip(CHOICE, PAIRS, strict=False):
        out[name] = equal[:, a] - equal[:, b]
    # Where nothing works no strategy is best, and ties count for all that share the first place.
    first = (equal >= equal.max(axis=1, keepdims=True) - POINTS * TIE) & (equal > 0.0)
    out["best"] = first / np.maximum(first.sum(axis=1, keepdims=True), 1)
    return out


def gain(run: Batch, name: str, month: float, sound: NDArray[np.bool_]) -> Floats:
    """Return the fall of prevalence by a strategy, (draw,), percentage points."""
    column = run.column(month)
    base, case = (run.values[one]["survey prevalence"][:, column] for one in (BASELINE, name))
    fall = (base - case)[sound]
    return POINTS * np.where(np.abs(fall) < TIE, 0.0, fall)
