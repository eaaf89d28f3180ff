"""Compare strategies over the same draws, with everything that a planner must see beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..calibration.ensemble import Ensemble
from ..calibration.observations import Observation
from ..model.calendar import DECISION_MONTH, FIRST_YEAR
from ..model.district import District, load_district
from ..model.district_facts import Target, target_of
from ..model.evidence_tables import load_evidence
from ..model.language.ir import Program
from ..model.parameters import load_parameters
from ..scenarios.compile import Plan
from ..scenarios.loader import BASELINE, EQUAL_BUDGET_IDS
from .batch import Batch, Progress, case_of, run_batch, without_levers
from .judged import RankedInputs, ranked, reported_share
from .limits import SPEED_LIMIT, bottleneck, evened, limiting_links, speed_limit
from .outcomes import OUTPUTS, AtDate, at_date, chance, interval, new_faltering_cut, paired_gain
from .plausibility import implausible_share, sector_difference
from .ranking import deciding_difference, rank
from .results import Comparison, EvidenceRange, StrategyResult, TargetAnswer

YEARS = (2028, 2029, 2031)
"""Years whose end is always reported, up to the last year asked for."""

LEVER_ROWS = {
    "hr": "L01",
    "facilities": "L02",
    "coordination": "L03",
    "all_three": "L04",
    "all_three_food": "L05",
}
"""Row of the evidence with our own judged range of the cut in new stunting by a strategy."""

Dates = tuple[tuple[float, int], ...]


def compare(
    program: Program,
    ensemble: Ensemble,
    plans: Sequence[Plan],
    observations: tuple[Observation, ...],
    until: int = 2031,
    progress: Progress = lambda done, total: None,
    district: District | None = None,
) -> Comparison:
    """Run the plans and read everything that is reported.

    Parameters
    ----------
    program
        The model.
    ensemble
        Equal-weight draws.
    plans
        Strategies, with no extra action among them.
    observations
        Surveys behind the ensemble.
    until
        Last year whose end is reported, 2028 to 2035; the target is answered in any case.
    progress
        Called with pieces done and pieces in all.
    district
        What is known of the district; Paser when absent.
    """
    place = district or load_district("paser")
    target = target_of(place)
    dates = _dates(until)
    batch = _run(program, ensemble, plans, max(until, target.year), progress)
    inputs = ranked({key: values[~batch.failed] for key, values in ensemble.constants.items()})
    results = [
        _strategy(batch, plan, inputs, dates, target)
        for plan in plans
        if plan.scenario.id != BASELINE
    ]
    known = [plan for plan in plans if plan.scenario.id in LEVER_ROWS]
    links = limiting_links(program, ensemble, batch, dates[-1][0], known)
    results = [replace(item, limiting_link=links.get(item.id)) for item in results]
    (last, year), base = dates[-1], []
    for month, end in dates:
        base.append(at_date(batch, BASELINE, BASELINE, month, end, target.share))
    gains = {r.id: paired_gain(batch, r.id, r.base, "survey prevalence", last) for r in results}
    equal = {name: gains[name] for name in EQUAL_BUDGET_IDS if name in gains}
    others = {name: gain for name, gain in gains.items() if name not in equal}
    return Comparison(
        plans=tuple(plans),
        base=tuple(base),
        strategies=tuple(results),
        equal_budget=rank(equal, year) if len(equal) > 1 else None,
        ranking=rank(others, year) if len(others) > 1 else None,
        speed_limit=tuple(speed_limit(batch, month, end) for month, end in dates),
        target=_target(batch, results, target),
        bottleneck=bottleneck(program, ensemble, batch, last),
        smallest=deciding_difference(gains),
        observations=observations,
        district=place,
        batch=batch,
    )


def _run(
    program: Program,
    ensemble: Ensemble,
    plans: Sequence[Plan],
    until: int,
    progress: Progress,
) -> Batch:
    times = np.arange(0.0, _end_of(until) + 1e-9, 3.0)
    cases = [case_of(plan) for plan in plans]
    cases += [without_levers(p.scenario, _base_name(p)) for p in plans if p.scenario.settings]
    ready = evened(program, [*cases, SPEED_LIMIT], ensemble.constants)
    return run_batch(program, ensemble.constants, ready, OUTPUTS, times, progress=progress)


def _end_of(year: int) -> float:
    """Return the month in which the next year begins."""
    return 12.0 * (year + 1 - FIRST_YEAR)


def _dates(until: int) -> Dates:
    years = sorted({*(year for year in YEARS if year <= until), until})
    return tuple((_end_of(year), year) for year in years)


def _base_name(plan: Plan) -> str:
    """Name what a plan is compared with: no extra action, under the plan's own settings.

    A setting is an assumption about the world. Against the plain baseline its effect would be
    counted as a gain of the plan.
    """
    return f"{BASELINE} | {plan.scenario.id}" if plan.scenario.settings else BASELINE


def _strategy(
    batch: Batch, plan: Plan, inputs: RankedInputs, dates: Dates, target: Target
) -> StrategyResult:
    name, base, last = plan.scenario.id, _base_name(plan), dates[-1][0]
    gain = paired_gain(batch, name, base, "survey prevalence", last)
    return StrategyResult(
        id=name,
        base=base,
        dates=tuple(_at(batch, name, base, date, target) for date in dates),
        cut=interval(new_faltering_cut(batch, name, base, last - 24.0, last)),
        evidence=_evidence_range(name),
        sectors=sector_difference(batch, name, base, last),
        judged=reported_share(gain, inputs, load_parameters()),
        implausible=implausible_share(batch, name, DECISION_MONTH),
        yearly_cost=plan.yearly_cost,
        planned_cost=plan.planned_cost,
        share_within_ceiling=plan.share_within_ceiling,
        limited_by=plan.scaled.limited_by if plan.scaled and not plan.scaled.reached else (),
    )


def _at(batch: Batch, name: str, base: str, date: tuple[float, int], target: Target) -> AtDate:
    return at_date(batch, name, base, *date, target.share)


def _evidence_range(name: str) -> EvidenceRange | None:
    if name not in LEVER_ROWS:
        return None
    row = load_evidence().effects[LEVER_ROWS[name]]
    numbers = [row.value, row.low, row.high]
    if any(number is None for number in numbers):
        return None
    central, low, high = (-float(number) for number in numbers if number is not None)
    return EvidenceRange(LEVER_ROWS[name], central, min(low, high), max(low, high))


def _target(batch: Batch, results: Sequence[StrategyResult], target: Target) -> TargetAnswer:
    month = _end_of(target.year)
    met = {
        name: chance(batch.at(name, "survey prevalence", month) <= target.share)
        for name in (BASELINE, *(result.id for result in results))
    }
    base = met.pop(BASELINE)
    return TargetAnswer(target, base, met, speed_limit(batch, month, target.year))
