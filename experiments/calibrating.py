"""Fit the levels anew, hold the fit against every check, and against the posterior that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..calibration import natural_history
from ..calibration.convergence import LARGEST, unsettled
from ..calibration.full_bayes import walk
from ..calibration.gates import Gate
from ..calibration.growth_tables import load_growth_tables
from ..calibration.leave_out import leave_out, leave_out_gates
from ..calibration.lever_alarm import Learnt, check, learnt, scored
from ..calibration.natural_history_checks import check as natural_history_gates
from ..calibration.observations import Observation
from ..calibration.panel import FIGURES, fitted, make_panel, ten_districts
from ..calibration.posterior import Posterior, columns_of
from ..calibration.posterior_checks import Replicated, posterior_gates, replicate
from ..calibration.profiles import Profile, district_profiles, level_gate, shared_profiles
from ..calibration.reproduction import stored_gate
from ..calibration.selfcheck import SelfCheck, self_check
from ..calibration.sensitivity import (
    Sensitivity,
    effective_draws,
    effective_gate,
    sensitivity,
    weight_gate,
)
from ..calibration.shipped import FROZEN, Shipped, about, shipped_fit
from ..model.parameters import load_parameters
from .batch import Progress
from .prior_checks import prior_gates, run_prior

Floats = NDArray[np.float64]

TIERS = ("0", "1", "2")
FIT = "fit"
"""The fit alone, with what every fit is held to; it comes with the tiers 1 and 2."""
LEAST_EVEN = 0.01
"""Probability of ranks as uneven as those found, corrected for the number of quantities."""
PRIOR_DRAWS = 500
"""Draws of the checks before any survey."""


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes
    ----------
    area
        District that profiles and checks of a single district are about.
    tiers
        Of `TIERS`, or `FIT`; the fit belongs to 1, and 2 needs it.
    observation
        Figure of Paser for 2021: ``district`` or ``official``.
    draws
        Draws and chains.
    seed
        Seed of the whole run.
    surveys
        What is fitted instead of the packaged surveys.
    checkpoint
        Folder where the chains are kept.
    replicates
        Made-up provinces of the check of the sampler on itself; none where 0.
    threads
        Calls at the same time; no number depends on it.
    """

    area: str
    tiers: tuple[str, ...]
    observation: str
    draws: int
    seed: int
    surveys: tuple[Observation, ...] | None = None
    checkpoint: Path | None = None
    replicates: int = 0
    threads: int = 1


@dataclass(frozen=True)
class Calibration:
    """What came out.

    Attributes
    ----------
    request
        What was asked for.
    gates
        By group: what was checked, with verdicts.
    shipped
        The fit, where it or tier 1 or 2 was asked for.
    again
        Surveys that the fit would give again.
    profiles
        Of the district, then of what all share.
    sensitivity
        To each part of the prior, and to the surveys.
    levers
        What the surveys would say of each lever, were they asked.
    ranks
        Of known truths among the draws of fits to surveys made from them.
    """

    request: Request
    gates: Mapping[str, tuple[Gate, ...]]
    shipped: Shipped | None = None
    again: Replicated | None = None
    profiles: tuple[Profile, ...] = ()
    sensitivity: Sensitivity | None = None
    levers: tuple[Learnt, ...] = ()
    ranks: SelfCheck | None = None

    @property
    def failed(self) -> tuple[Gate, ...]:
        """The checks that did not pass."""
        return tuple(gate for group in self.gates.values() for gate in group if not gate.passed)

    @property
    def posterior(self) -> Posterior:
        """The fit in the form that is stored."""
        assert self.shipped is not None
        panel, meta = self.shipped.fit.panel, self.about
        columns = columns_of(self.shipped.fit)
        return Posterior(panel.areas, panel.surveys, self.request.seed, FROZEN, columns, meta)

    @property
    def about(self) -> dict[str, Any]:
        """What the fit was made from."""
        assert self.shipped is not None
        return about(self.shipped, self.request.seed)


def calibrate(request: Request, progress: Progress = lambda done, total: None) -> Calibration:
    """Do the tiers that are asked for.

    Parameters
    ----------
    request
        What is asked for.
    progress
        Called with work done and work in all; the fit is most of it.
    """
    gates: dict[str, tuple[Gate, ...]] = {}
    if "0" in request.tiers:
        gates["growth"] = _growth()
    if not {FIT, "1", "2"} & set(request.tiers):
        return Calibration(request, gates)
    parts = 1 if request.tiers == (FIT,) else 2
    shipped = shipped_fit(
        request.observation,
        request.draws,
        request.seed,
        request.threads,
        lambda a, b: progress(a, parts * b),
        checkpoint=request.checkpoint,
        surveys=request.surveys,
    )
    found = Calibration(request, gates | _fitted(shipped, request), shipped)
    if "1" in request.tiers:
        found = _levels(found, lambda a, b: progress(2 * b + a, 4 * b))
    if "2" in request.tiers:
        found = _levers(found, lambda a, b: progress(3 * b + a, 4 * b))
    if request.replicates:
        found = _ranks(found, progress)
    progress(1, 1)
    return found


def _growth() -> tuple[Gate, ...]:
    tables, table = load_growth_tables(), load_parameters()
    return natural_history_gates(natural_history.infer(tables, table), tables, table)


def _fitted(shipped: Shipped, request: Request) -> dict[str, tuple[Gate, ...]]:
    """Return what every fit is held to, whatever is done with it."""
    fit = shipped.fit
    chains = (_settled(shipped), effective_gate(effective_draws(fit.trace)))
    gates: dict[str, tuple[Gate, ...]] = {"chains": chains}
    if request.surveys is None:
        gates["stored"] = (stored_gate(columns_of(fit), request.observation),)
    return gates


def _levels(found: Calibration, progress: Progress) -> Calibration:
    request, shipped = found.request, found.shipped
    assert shipped is not None
    fit, surfaces = shipped.fit, shipped.surfaces
    again = replicate(fit, surfaces, request.seed)
    powers = sensitivity(fit)
    home = request.area if _surveyed(shipped, request.area) else None
    own: tuple[Profile, ...] = ()
    if home:
        own = district_profiles(fit.panel, home, surfaces, fit.priors)
    runs = run_prior(min(PRIOR_DRAWS, request.draws), request.seed, threads=request.threads)
    left = leave_out(seed=request.seed, threads=request.threads, progress=progress)
    gates = {
        "prior": prior_gates(runs),
        "surveys": posterior_gates(again, home),
        "powers": (weight_gate(powers),),
        "profiles": tuple(level_gate(item, home) for item in own[-1:] if home),
        "left out": leave_out_gates(left),
    }
    return Calibration(
        request,
        {**found.gates, **gates},
        shipped,
        again,
        (*own, *shared_profiles(fit.panel, surfaces, fit.priors)),
        powers,
    )


def _surveyed(shipped: Shipped, area: str) -> bool:
    """Whether a district has a survey that was fitted."""
    return any(item.area == area for item in shipped.surveys)


def _settled(shipped: Shipped) -> Gate:
    bad = unsettled(shipped.fit.trace)
    worst = ", ".join(f"{name} {value:.3f}" for name, value in list(bad.items())[:3])
    told = f"above it: {worst}" if bad else "all below"
    return Gate("R-hat of what is watched", f"at most {LARGEST:g}", told, not bad)


def _levers(found: Calibration, progress: Progress) -> Calibration:
    request, shipped = found.request, found.shipped
    assert shipped is not None
    rows = walk(shipped.fit, shipped.surfaces, request.seed, request.threads, progress)
    levers = learnt(rows, scored(shipped.rest))
    gates = {**found.gates, "levers": check(levers)}
    return replace(found, gates=gates, levers=levers)


def _ranks(found: Calibration, progress: Progress) -> Calibration:
    """Fit surveys of made-up provinces, as many as those of the scored fit."""
    request, shipped = found.request, found.shipped
    assert shipped is not None
    panel = make_panel(fitted(FIGURES[request.observation]), ten_districts())
    rows = np.arange(min(request.replicates, request.draws))
    surfaces = shipped.surfaces.keep(range(len(panel.surveys))).take(rows)
    ranks = self_check(panel, shipped.fit.priors, surfaces, request.seed, progress=progress)
    smallest = ranks.smallest()
    expected = f"smallest p, by Holm, at least {LEAST_EVEN:g}"
    gate = Gate("ranks of known truths", expected, f"{smallest:.3f}", smallest >= LEAST_EVEN)
    return replace(found, gates={**found.gates, "ranks": (gate,)}, ranks=ranks)
