"""Candidate measurements: the quantity each would see in the model, and the error it would have.

The errors of prevalence surveys come from the priors of survey errors (survey_model.csv, with
source and grade); those of all other measurements are judged.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..calibration.contraction import Measurement
from ..calibration.hierarchy import load_priors
from ..model.calendar import FIRST_YEAR
from ..scenarios.levers import catalogue
from ..scenarios.loader import BASELINE
from .batch import Batch
from .outcomes import POINTS

Floats = NDArray[np.float64]

TRIAL_YEAR = 2028
MONTH, TRIAL_END = 105.0, 12.0 * (TRIAL_YEAR + 1 - FIRST_YEAR)
"""October 2026, and the end of a trial, two years after a start in January 2027."""
PACKAGES = ("maternal", "counselling", "illness", "protection")
COVERAGE = tuple(f"effective coverage[{name}]" for name in PACKAGES)
SKILL = ("skill[worker]", "skill[cadre]")
READINESS = ("readiness[kit]", "readiness[ultrasound]")
OUTPUTS = (
    *("survey prevalence", "routine prevalence", "convergence"),
    *COVERAGE,
    *SKILL,
    *READINESS,
)
"""Variables that questions and measurements need."""

TRIAL_CHILDREN = 5_000
"""Children measured in each arm of a trial."""
FAMILIES, CLUSTERING, MISREPORT = 1_000, 2.0, 0.05
"""Judged: families of a coverage survey, its design effect, and SD of what families misreport."""
SKILL_ERROR, READINESS_ERROR, AUDIT_ERROR = 0.05, 0.03, 2.0
"""Judged: SD of a skills test and of a count of working devices, shares; of an audit, points."""
HALVED = float(1.0 / np.sqrt(3.0))
"""Noise, in SD of a normal quantity, that halves its SD."""
SHARES = ("coverage", "concordance", "skills", "readiness")
"""Measurements of shares, 0 to 1; those of prevalence are in percentage points."""
ELICITED = ("hr", "facilities", "coordination")


def candidates(
    run: Batch,
    constants: Mapping[str, Floats],
    columns: Mapping[str, Floats],
    sound: NDArray[np.bool_],
) -> dict[str, Measurement]:
    """Return what could be measured next.

    Parameters
    ----------
    run
        The model with what is known today, at `MONTH` and at `TRIAL_END`; with `OUTPUTS`.
    constants
        (draw,) by parameter, sound draws only.
    columns
        (draw,) by unknown of the survey model, sound draws only.
    sound
        Which draws of the run count.
    """

    def seen(name: str, case: str = BASELINE, month: float = MONTH) -> Floats:
        return run.values[case][name][sound][:, run.column(month)]

    prevalence, design = seen("survey prevalence"), float(np.median(columns["design effect"]))
    out = {
        f"survey_{size}": _one(POINTS * prevalence, _survey_error(prevalence, size, columns))
        for size in (2_000, 10_000)
    }
    out["coverage"] = _shares([seen(name) for name in COVERAGE])
    out["concordance"] = _shares([seen("convergence")])
    out["skills"] = _measured([seen(name) for name in SKILL], SKILL_ERROR)
    out["readiness"] = _measured([seen(name) for name in READINESS], READINESS_ERROR)
    audited = POINTS * (seen("routine prevalence") - prevalence)
    out["routine_audit"] = _one(audited, AUDIT_ERROR)
    for name in ELICITED:
        values = np.column_stack([constants[one] for one in effects(name, constants)])
        out[f"elicit_{name}"] = Measurement(values, HALVED * values.std(axis=0))
    for name in ELICITED:
        late = seen("survey prevalence", BASELINE, TRIAL_END)
        fall = POINTS * (late - seen("survey prevalence", name, TRIAL_END))
        out[f"trial_{name}"] = _one(fall, np.sqrt(2.0) * _sampling(late, TRIAL_CHILDREN, design))
    return out


def effects(strategy: str, constants: Mapping[str, Floats]) -> tuple[str, ...]:
    """Return the uncertain parameters that carry the effect of a strategy.

    Parameters
    ----------
    strategy
        ``hr``, ``facilities`` or ``coordination``.
    constants
        (draw,) by parameter.
    """
    levers = [one for one in catalogue().levers.values() if one.strategy == strategy]
    names = dict.fromkeys(name for one in levers for name in one.links)
    return tuple(name for name in names if name in constants and np.ptp(constants[name]) > 0.0)


def _survey_error(share: Floats, children: float, columns: Mapping[str, Floats]) -> float:
    """Return the SD of a survey of one district, points: sampling, bias, and discrepancy."""
    priors, slope = load_priors(), float(np.mean(share * (1.0 - share)))
    # Student's t with 4 degrees of freedom has twice the variance of its squared scale.
    district = np.sqrt(2.0) * float(np.median(columns["discrepancy"]))
    logit = np.sqrt(priors.instrument**2 + priors.year**2 + district**2)
    design = float(np.median(columns["design effect"]))
    return float(np.hypot(_sampling(share, children, design), POINTS * slope * logit))


def _sampling(share: Floats, children: float, design: float) -> float:
    """Return the SD of a surveyed share by sampling alone, points."""
    return float(POINTS * np.sqrt(np.mean(share * (1.0 - share)) * design / children))


def _shares(values: list[Floats]) -> Measurement:
    """Return shares of families as a survey of them finds them."""
    middle = np.array([np.mean(one) for one in values])
    sampling = np.sqrt(middle * (1.0 - middle) * CLUSTERING / FAMILIES)
    return Measurement(np.column_stack(values), np.hypot(sampling, MISREPORT))


def _measured(values: list[Floats], error: float) -> Measurement:
    return Measurement(np.column_stack(values), np.full(len(values), error))


def _one(values: Floats, error: float) -> Measurement:
    return _measured([values], error)
