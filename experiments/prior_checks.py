"""What the model expects before any survey of a district: draws from the prior, held to bounds.

Every bound is a belief about any district, held before the surveys are looked at. A prior that
breaks one is changed for a reason, or the failure is reported; the bound stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..calibration.gates import Gate
from ..calibration.growth_tables import load_growth_tables
from ..calibration.hierarchy import Priors, draw_coordinates, load_priors, points_of
from ..calibration.natural_history import read_stored
from ..calibration.natural_history_checks import LEAST_RISING, rising_shares
from ..calibration.panel import fitted, make_panel, ten_districts
from ..calibration.rest import draw_rest
from ..calibration.surface import model_constants
from ..model.calendar import DECISION_MONTH, HORIZON_MONTH
from ..model.language.cache import load_program
from ..model.parameters import load_parameters
from ..model.randomness import stream
from ..scenarios.compile import prepare
from ..scenarios.loader import BASELINE, LIBRARY_IDS, load_scenarios
from .batch import Batch, case_of, run_batch
from .limits import SPEED_LIMIT, evened
from .outcomes import NO_EFFECT, POINTS

Floats = NDArray[np.float64]

SURVEY, TRUE, ROUTINE = "survey prevalence", "true prevalence", "routine prevalence"
ALL_THREE = "all_three"
TARGET, TARGET_MONTH = 0.142, 144.0
"""Share that the RPJMN 2025-2029 asks for, and the start of 2030."""
LEVELS, IN_LEVELS = (0.05, 0.60), 0.99
"""Shares; no survey of an Indonesian district lies outside, so a prior that often does is wrong."""
STILL, IN_STILL, STILL_MONTHS = 6.0, 0.90, 60.0
"""Points in five years: the province moved by 0.2 points a year, the nation by 1.5."""
HARMLESS, AFTER_MONTHS = 0.95, 36.0
"""Training takes time from services at first; after three years it must not harm, by more than what
every answer calls no effect."""
LARGEST_EFFECT = 12.0
"""Points, in all draws: ending all new stunting lowers prevalence by 11 to 13 points in two years,
so no programme can pass it in three; below 0 it would harm."""
IN_ROUTINE = 0.90
"""The routine figure of Paser was 0.59 to 0.64 of the survey, in the province 0.36 to 1.0."""
LARGEST_CHANCE = 0.5
"""A prior that finds the target likely would give the answer before the question."""
# Strategies that add something; a cut is meant to raise prevalence.
STRATEGIES = tuple(name for name in LIBRARY_IDS if name not in (BASELINE, "budget_cut"))


@dataclass(frozen=True)
class PriorRuns:
    """Runs of draws from the prior.

    Attributes
    ----------
    times
        (time,), months; each January, the first one is 2018.
    survey, true, routine
        By case: (draw, time), shares 0 to 1.
    failed
        Draws in which some case left the finite numbers.
    """

    times: Floats
    survey: dict[str, Floats]
    true: dict[str, Floats]
    routine: dict[str, Floats]
    failed: int


def run_prior(draws: int, seed: int, priors: Priors | None = None, threads: int = 0) -> PriorRuns:
    """Draw levels and all the rest from the prior, and run every strategy.

    Parameters
    ----------
    draws
        Number of draws, at most those of the stored natural history.
    seed
        Seed of the whole run.
    priors
        Numbers of the priors of levels; those of the packaged tables by default.
    threads
        Chunks computed at the same time; 0 for one on each processor.
    """
    program, panel = load_program(), make_panel(fitted(), ten_districts())
    at = draw_coordinates(stream(seed, "prior checks/levels"), draws, panel)
    own = points_of(at, priors or load_priors())[:, 0]
    constants = draw_rest(seed, draws) | model_constants(own)
    scenarios = load_scenarios([BASELINE, *STRATEGIES])
    known = [case_of(prepare(one)) for one in scenarios]
    cases = evened(program, [*known, SPEED_LIMIT], constants)
    times = np.arange(0.0, HORIZON_MONTH + 1.0, 12.0)
    outputs = [SURVEY, TRUE, ROUTINE]
    return _kept(run_batch(program, constants, cases, outputs, times, threads=threads))


def _kept(batch: Batch) -> PriorRuns:
    survey, true, routine = (
        {case: batch.path(case, name) for case in batch.values} for name in (SURVEY, TRUE, ROUTINE)
    )
    return PriorRuns(batch.times, survey, true, routine, int(batch.failed.sum()))


def prior_gates(runs: PriorRuns) -> tuple[Gate, ...]:
    """Return every gate of the prior.

    Parameters
    ----------
    runs
        Runs of draws from the prior.
    """
    return (
        Gate("runs of the prior", "0 draws that fail", f"{runs.failed}", runs.failed == 0),
        level_gate(runs),
        age_gate(),
        speed_gate(runs),
        still_gate(runs),
        *(harmless_gate(runs, name) for name in STRATEGIES),
        effect_gate(runs),
        routine_gate(runs),
        target_gate(runs),
    )


def level_gate(runs: PriorRuns) -> Gate:
    """Prevalence of children under five within all that districts ever showed."""
    seen = runs.survey[BASELINE][:, runs.times <= DECISION_MONTH]
    inside = np.all((seen >= LEVELS[0]) & (seen <= LEVELS[1]), axis=1)
    expected = f"within {LEVELS[0]:.0%} and {LEVELS[1]:.0%} every year to 2027"
    return _share("prior prevalence", expected, inside, IN_LEVELS)


def age_gate() -> Gate:
    """Stunting rises with age to 24 months, as in every population (figure of tier 0)."""
    rising = rising_shares(read_stored(), load_growth_tables(), load_parameters())["age bands"]
    expected = f"no fall to 24 months in at least {LEAST_RISING:.0%} of draws"
    return Gate("prior age profile", expected, f"{rising:.1%}", rising >= LEAST_RISING)


def speed_gate(runs: PriorRuns) -> Gate:
    """No fall in a year above what ending all new faltering gives; the limit says nothing of rises."""
    first = _column(runs, DECISION_MONTH)
    free = runs.survey[SPEED_LIMIT.name]
    limit = free[:, first] - free[:, first + 1]
    cases = [paths for name, paths in runs.survey.items() if name != SPEED_LIMIT.name]
    fall = np.max([(-np.diff(paths, axis=1)).max(axis=1) for paths in cases], axis=0)
    fine = fall <= limit + 1e-12
    expected = "never above the speed limit, in all draws"
    found = f"{fine.mean():.1%} of draws; largest {POINTS * fall.max():.1f} points, "
    found += f"median limit {POINTS * np.median(limit):.1f}"
    return Gate("yearly fall before surveys", expected, found, bool(fine.all()))


def still_gate(runs: PriorRuns) -> Gate:
    """Nothing extra is done: prevalence moves little in five years."""
    change = _at(runs.survey[BASELINE], runs, DECISION_MONTH + STILL_MONTHS)
    change = POINTS * np.abs(change - _at(runs.survey[BASELINE], runs, DECISION_MONTH))
    expected = f"less than {STILL:g} points in five years"
    return _share("no extra action", expected, change < STILL, IN_STILL)


def harmless_gate(runs: PriorRuns, strategy: str) -> Gate:
    """A strategy does not raise true prevalence once three years have passed."""
    late = runs.times >= DECISION_MONTH + AFTER_MONTHS
    rise = (runs.true[strategy] - runs.true[BASELINE])[:, late]
    fine = np.all(POINTS * rise < NO_EFFECT, axis=1)
    expected = f"true prevalence raised by less than {NO_EFFECT:g} points from 36 months on"
    gate = _share(f"no harm of {strategy}", expected, fine, HARMLESS)
    most = POINTS * max(0.0, float(rise.max()))
    return replace(gate, found=f"{gate.found}; largest rise {most:.4f} points")


def effect_gate(runs: PriorRuns) -> Gate:
    """What all three strategies gain by the end of 2029 is neither harm nor wonder."""
    gain = _at(runs.survey[BASELINE], runs, TARGET_MONTH)
    gain = POINTS * (gain - _at(runs.survey[ALL_THREE], runs, TARGET_MONTH))
    fine = (gain > -NO_EFFECT) & (gain <= LARGEST_EFFECT)
    gate = _share("effect of all three, end of 2029", "0 to 12 points", fine, 1.0)
    low, middle, high = np.quantile(gain, [0.05, 0.5, 0.95])
    return replace(gate, found=f"{gate.found}; median {middle:.2f}, 90 % {low:.2f} to {high:.2f}")


def routine_gate(runs: PriorRuns) -> Gate:
    """The routine figure lies below the survey, as in almost all districts and years."""
    low = _at(runs.routine[BASELINE], runs, DECISION_MONTH)
    below = low < _at(runs.survey[BASELINE], runs, DECISION_MONTH)
    return _share("routine figure", "below the survey at the decision date", below, IN_ROUTINE)


def target_gate(runs: PriorRuns) -> Gate:
    """The target is not likely before any survey was read."""
    chance = float((_at(runs.survey[ALL_THREE], runs, TARGET_MONTH) <= TARGET).mean())
    expected = f"probability of 14.2 % by 2029 with all three at most {LARGEST_CHANCE:g}"
    return Gate("target before surveys", expected, f"{chance:.3f}", chance <= LARGEST_CHANCE)


def _share(name: str, expected: str, fine: NDArray[np.bool_], least: float) -> Gate:
    found = float(fine.mean())
    return Gate(
        name, f"{expected}, in at least {least:.0%} of draws", f"{found:.1%}", found >= least
    )


def _at(paths: Floats, runs: PriorRuns, month: float) -> Floats:
    return paths[:, _column(runs, month)]


def _column(runs: PriorRuns, month: float) -> int:
    return int(np.flatnonzero(runs.times == month)[0])
