"""How far districts of a province differ, from SSGI 2021 and 2022 in ten other provinces.

``python -m tumbuh.calibration.province_spread`` prints what two priors of
``calibration/data/survey_model.csv`` rest on. All is within provinces and in the logit of the
share. A district's survey is the province's mean, what lasts, a deviation of district and year,
and sampling; what lasts is what two surveys share.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model.language.cache import load_program
from .hierarchy import Priors, load_priors
from .other_provinces import load_other_provinces
from .province_changes import (
    Estimate,
    integrated_log_likelihood,
    most_likely,
    normal_log_likelihood,
    student_log_likelihood,
)
from .province_pairs import Pairs, covariance, design, make_pairs, resampled, seen_panel
from .rest import draw_rest
from .surface import build

Floats = NDArray[np.float64]

SEED = 20260101
SURFACE_DRAWS = 100


@dataclass(frozen=True)
class Slopes:
    """What one unit of each difference between districts does to the logit of prevalence.

    Attributes
    ----------
    multiplier, birth_shift, secular
        Of the log of the deficit multiplier, of HAZ at birth, of HAZ a year.
    """

    multiplier: float
    birth_shift: float
    secular: float


@dataclass(frozen=True)
class Spread:
    """What the surveys of other provinces say; logit unless said.

    Attributes
    ----------
    districts, provinces
        How many.
    persistent, change
        SD between districts that lasts, and SD of changes.
    sampling
        Root mean square sampling error of each survey.
    student, normal
        Scale of the deviation of a district and year as Student's t with 4 degrees of freedom, and
        SD of a normal one.
    integrated
        As ``student``, with the shifts of the provinces integrated out instead of removed.
    gain
        Log likelihood of Student's t less that of the normal, each at its best, nats.
    birth_shift, secular
        SD that the priors of birth shift and secular gain add between districts.
    multiplier
        SD of the log of the deficit multiplier that is left for the rest of ``persistent``.
    slopes
        Of the surface.
    """

    districts: int
    provinces: int
    persistent: Estimate
    change: Estimate
    sampling: tuple[float, float]
    student: Estimate
    normal: Estimate
    integrated: Estimate
    gain: float
    birth_shift: float
    secular: float
    multiplier: Estimate
    slopes: Slopes


def surface_slopes(seed: int = SEED, draws: int = SURFACE_DRAWS) -> Slopes:
    """Return the slopes of a small surface at the field work of both surveys.

    Parameters
    ----------
    seed
        Of levers and natural history.
    draws
        Draws of them.
    """
    surfaces = build(load_program(), draw_rest(seed, draws), seen_panel().windows)
    multiplier, birth, secular, _ = surfaces.slopes().tolist()
    return Slopes(multiplier, birth, secular)


def multiplier_spread(persistent: Floats, slopes: Slopes, priors: Priors) -> Floats:
    """Return the SD of log multipliers that lasting differences leave; 0 where none is left.

    Parameters
    ----------
    persistent
        SD between districts that lasts, logit.
    slopes
        Of the surface.
    priors
        Whose birth shift and secular gain are taken off.
    """
    known = sum(part**2 for part in known_parts(slopes, priors))
    return np.sqrt(np.maximum(persistent**2 - known, 0.0)) / abs(slopes.multiplier)


def known_parts(slopes: Slopes, priors: Priors) -> tuple[float, float]:
    """Return the SD between districts by birth shift and by secular gain, logit."""
    return (
        abs(slopes.birth_shift) * priors.birth_shift,
        abs(slopes.secular) * priors.secular_spread,
    )


def measure(pairs: Pairs, slopes: Slopes, priors: Priors, seed: int = SEED) -> Spread:
    """Return everything that the surveys of other provinces say.

    Parameters
    ----------
    pairs
        Both surveys of each district.
    slopes
        Of the surface.
    priors
        Whose birth shift and secular gain are taken off.
    seed
        Of the resampling.
    """
    cov, again = covariance(pairs), resampled(pairs, seed)
    persistent, many = _lasting(cov), _lasting(again)
    left, left_many = (multiplier_spread(x, slopes, priors) for x in (persistent, many))
    student, log_student = most_likely(pairs.changes(), student_log_likelihood)
    normal, log_normal = most_likely(pairs.changes(), normal_log_likelihood)
    birth, secular = known_parts(slopes, priors)
    first, second = np.sqrt(pairs.variance.mean(axis=0)).tolist()
    return Spread(
        districts=len(pairs.province),
        provinces=len(np.unique(pairs.province)),
        persistent=_estimate(persistent, many),
        change=_estimate(_changing(cov), _changing(again)),
        sampling=(first, second),
        student=student,
        normal=normal,
        integrated=most_likely(pairs.changes(), integrated_log_likelihood)[0],
        gain=log_student - log_normal,
        birth_shift=birth,
        secular=secular,
        multiplier=_estimate(left, left_many),
        slopes=slopes,
    )


def _lasting(cov: Floats) -> Floats:
    """Return the root of the covariance of both surveys; 0 where it is negative."""
    return np.sqrt(np.maximum(cov[..., 0, 1], 0.0))


def _changing(cov: Floats) -> Floats:
    return np.sqrt(cov[..., 0, 0] + cov[..., 1, 1] - 2.0 * cov[..., 0, 1])


def _estimate(value: Floats, again: Floats) -> Estimate:
    low, high = np.quantile(again, [0.025, 0.975]).tolist()
    return Estimate(float(value), low, high)


def measured() -> Spread:
    """Return what the packaged tables say."""
    pairs = make_pairs(load_other_provinces(), *design())
    return measure(pairs, surface_slopes(), load_priors())


def rows(found: Spread) -> list[tuple[str, str]]:
    """Return what was measured and what it is, as printed and as told in docs/calibration.md."""
    return [
        ("districts; provinces", f"{found.districts}; {found.provinces}"),
        ("SD of changes", str(found.change)),
        ("sampling error, 2021; 2022", f"{found.sampling[0]:.3f}; {found.sampling[1]:.3f}"),
        ("SD that lasts", str(found.persistent)),
        ("of it birth shift; secular gain", f"{found.birth_shift:.3f}; {found.secular:.3f}"),
        ("logit for a unit of the log multiplier", f"{found.slopes.multiplier:.3f}"),
        ("spread of log multipliers", str(found.multiplier)),
        ("SD of the log of it", f"{found.multiplier.log_spread:.2f}"),
        ("scale of the discrepancy, Student's t", str(found.student)),
        ("SD of the log of it", f"{found.student.log_spread:.2f}"),
        ("the scale with shifts of provinces integrated out", str(found.integrated)),
        ("SD of the discrepancy if normal", str(found.normal)),
        ("log likelihood that Student's t gains on it, nats", f"{found.gain:.1f}"),
    ]


def main() -> int:
    """Print what two priors rest on."""
    children, effect = design()
    print("within provinces, logit unless said, 95 % intervals;")
    print(f"{children[0]:.0f} and {children[1]:.0f} children a district, design effect {effect:g}")
    for name, text in rows(measured()):
        print(f"{name}: {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
