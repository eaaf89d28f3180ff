"""What limits an answer: how fast prevalence can fall at all, and the weakest link of delivery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..calibration.ensemble import Ensemble
from ..model.calendar import DECISION_MONTH
from ..model.language.ir import Program
from ..scenarios.compile import Plan
from ..scenarios.loader import BASELINE
from .batch import Batch, branch_from, case_of, run_batch, take
from .outcomes import POINTS, Interval, interval, paired_gain
from .results import SpeedLimit
from .stack import Case

SPEED_LIMIT = Case("speed limit", {"faltering removal": 1.0}, DECISION_MONTH)
"""All new faltering ends on the decision date."""

BOTTLENECK_DRAWS = 100
LINKS = (
    "availability",
    "reach",
    "trust",
    "worker competence",
    "cadre competence",
    "equipment",
    "contact",
    "fidelity",
)
FOOD = {"food coverage level": 1.0, "food coverage ramp": 0.0, "budget ceiling": 1e9}
SURVEY = "survey prevalence"


def speed_limit(batch: Batch, month: float, year: int) -> SpeedLimit:
    """Return prevalence if all new faltering had ended on the decision date."""
    coflow = POINTS * batch.at(SPEED_LIMIT.name, "HAZ survey prevalence", month)
    stocks = POINTS * batch.at(SPEED_LIMIT.name, "stock survey prevalence", month)
    return SpeedLimit(year, interval(coflow), interval(stocks))


def evened(
    program: Program, cases: Sequence[Case], drawn: Iterable[str], also: Iterable[str] = ()
) -> list[Case]:
    """Return the cases with the model's own value for what only some of them set.

    The switches of the links and the levers of food, and the names in ``also``, count as set. One
    compiled kernel then serves the comparison and the runs of this module. What is ``drawn`` keeps
    its draws where a case does not set it.
    """
    defaults = dict(zip(program.constants, program.defaults, strict=True))
    names = {*also, *(name for case in cases for name in case.constants)}
    names |= {*FOOD, *SPEED_LIMIT.constants, *map(_switch, LINKS)}
    free = sorted(names - set(drawn))
    central = {name: defaults[program.find(name).name] for name in free}
    return [Case(case.name, central | dict(case.constants), case.branch) for case in cases]


def bottleneck(
    program: Program, ensemble: Ensemble, batch: Batch, month: float
) -> dict[str, Interval]:
    """Relax each link of delivery alone, from the decision date, with no extra action.

    Returns
    -------
    dict
        Gain by link, percentage points, on the first draws; the largest mean first.
    """
    base = Case(BASELINE, {}, DECISION_MONTH)
    cases = [_relaxed(base, link) for link in LINKS]
    cases.append(Case("food", FOOD, DECISION_MONTH))
    runs = _branch(program, ensemble, batch, [base, *cases], month)
    gains = {c.name: paired_gain(runs, c.name, BASELINE, SURVEY, month) for c in cases}
    order = sorted(gains, key=lambda name: -float(np.mean(gains[name])))
    return {name: interval(gains[name]) for name in order}


def limiting_links(
    program: Program, ensemble: Ensemble, batch: Batch, month: float, plans: Sequence[Plan]
) -> Mapping[str, tuple[str, Interval]]:
    """Return for each plan the link that would add most if relaxed on top of it."""
    bases = [case_of(plan) for plan in plans if not plan.scenario.settings]
    relaxed = [_relaxed(base, link) for base in bases for link in LINKS]
    if not bases:
        return {}
    runs = _branch(program, ensemble, batch, [*bases, *relaxed], month)
    found: dict[str, tuple[str, Interval]] = {}
    for base in bases:
        more = {
            link: paired_gain(runs, _relaxed(base, link).name, base.name, SURVEY, month)
            for link in LINKS
        }
        best = max(more, key=lambda link: float(np.mean(more[link])))
        found[base.name] = (best, interval(more[best]))
    return found


def _relaxed(base: Case, link: str) -> Case:
    name = link if base.name == BASELINE else f"{base.name} | {link}"
    return Case(name, dict(base.constants) | {_switch(link): 1.0}, base.branch)


def _switch(link: str) -> str:
    return f"relax {link}"


def _branch(
    program: Program, ensemble: Ensemble, batch: Batch, cases: Sequence[Case], month: float
) -> Batch:
    """Run cases on the first draws, from the shared history where it ends early enough."""
    rows = np.arange(min(BOTTLENECK_DRAWS, ensemble.size))
    draws = take(ensemble.constants, rows)
    ready, outputs = evened(program, cases, draws, batch.constants), list(batch.units)
    start = batch.snapshot
    if start is not None and start.time <= min(case.branch for case in cases):
        return branch_from(program, draws, start.take(rows), ready, outputs, [month])
    return run_batch(program, draws, ready, outputs, [month])
