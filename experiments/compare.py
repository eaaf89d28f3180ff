"""Compare strategies over the same draws, with everything that a planner must see beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..calibration.ensemble import Ensemble
from ..calibration.observations import Observation
from ..model.calendar import DECISION_MONTH
from ..model.evidence_tables import load_evidence
from ..model.language.ir import Program
from ..model.parameters import load_parameters
from ..scenarios.compile import Plan
from ..scenarios.loader import BASELINE, EQUAL_BUDGET_IDS
from .batch import Batch, Case, Progress, branch_from, case_of, run_batch, take, without_levers
from .judged import JudgedShare, judged_share
from .outcomes import (
    OUTPUTS,
    POINTS,
    AtDate,
    Interval,
    at_date,
    interval,
    new_faltering_cut,
    paired_gain,
)
from .plausibility import SectorDifference, implausible_share, sector_difference
from .ranking import Ranking, deciding_difference, rank

Floats = NDArray[np.float64]

PAST_REFERENCE = 0.188
"""Where the national path should have been in 2025; past, shown for reference."""
DATES = ((132.0, 2028), (144.0, 2029), (168.0, 2031))
"""End of the year, as the month in which the next year begins, and the year."""
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
LEVER_ROWS = {
    "hr": "L01",
    "facilities": "L02",
    "coordination": "L03",
    "all_three": "L04",
    "all_three_food": "L05",
}
"""Evidence row with the range of the cut in new stunting that a strategy may bring."""


@dataclass(frozen=True)
class EvidenceRange:
    """The cut in new stunting that the evidence allows for a strategy, percent."""

    row: str
    central: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Tell whether a cut lies inside the range."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class StrategyResult:
    """One strategy against no extra action.

    Attributes
    ----------
    id
        Scenario id.
    base
        Case that it is compared with: no extra action under the same settings.
    dates
        Outcomes at the dates asked for.
    cut
        Implied cut in new stunting under two in the last two years, percent.
    evidence
        Range of the evidence for such a strategy, if there is a row.
    sectors
        The gain under the two child sectors at the last date.
    judged
        Share of the variance of the last gain that rests on judged inputs.
    implausible
        Whether the median falls too fast to believe, and the share of draws that do.
    yearly_cost
        Steady cost at central prices, million rupiah a year.
    limited_by
        Levers that stopped at their bound, for a plan that cannot spend its sum.
    """

    id: str
    base: str
    dates: tuple[AtDate, ...]
    cut: Interval
    evidence: EvidenceRange | None
    sectors: SectorDifference
    judged: JudgedShare
    implausible: tuple[bool, float]
    yearly_cost: float
    limited_by: tuple[str, ...]


@dataclass(frozen=True)
class SpeedLimit:
    """Prevalence if all new faltering ended on the decision date, percent, by child sector."""

    year: int
    coflow: Interval
    stocks: Interval


@dataclass(frozen=True)
class Comparison:
    """The whole answer.

    Attributes
    ----------
    plans
        What was run.
    base
        Outcomes of no extra action at the dates.
    strategies
        Results in the order asked for.
    equal_budget
        Ranking within the equal-budget set, if at least two of it were run.
    ranking
        Ranking of all others at the last date; only its wording rule is used.
    speed_limit
        At the dates.
    bottleneck
        Gain from relaxing one link alone, percentage points at the last date, by link.
    deciding
        Smallest difference between two strategies that should drive a decision, points.
    batch
        The runs behind it.
    """

    plans: tuple[Plan, ...]
    base: tuple[AtDate, ...]
    strategies: tuple[StrategyResult, ...]
    equal_budget: Ranking | None
    ranking: Ranking | None
    speed_limit: tuple[SpeedLimit, ...]
    bottleneck: Mapping[str, Interval]
    deciding: float
    observations: tuple[Observation, ...]
    batch: Batch = field(repr=False)


def compare(
    program: Program,
    ensemble: Ensemble,
    plans: Sequence[Plan],
    observations: tuple[Observation, ...],
    until: int = 2031,
    progress: Progress = lambda done, total: None,
) -> Comparison:
    """Run the plans and read everything that is reported.

    Parameters
    ----------
    program
        The model.
    ensemble
        Equal-weight draws.
    plans
        Strategies; no extra action is added when it is missing.
    observations
        Surveys behind the ensemble.
    until
        Last year whose end is reported, 2028 to 2035.
    progress
        Called with pieces done and pieces in all.
    """
    dates = _dates(until)
    times = np.arange(0.0, dates[-1][0] + 1e-9, 3.0)
    bases = {plan.scenario.id: _base_name(plan) for plan in plans}
    cases = [case_of(plan) for plan in plans]
    cases += [without_levers(p.scenario, _base_name(p)) for p in plans if p.scenario.settings]
    limit = Case("speed limit", {"faltering removal": 1.0}, DECISION_MONTH)
    cases = evened(program, [*cases, limit])
    batch = run_batch(program, ensemble.constants, cases, OUTPUTS, times, progress=progress)
    base = tuple(at_date(batch, BASELINE, BASELINE, m, y, target_prevalence()) for m, y in dates)
    results = tuple(
        _strategy(batch, plan, bases[plan.scenario.id], ensemble, dates)
        for plan in plans
        if plan.scenario.id != BASELINE
    )
    last, year = dates[-1]
    gains = {
        result.id: paired_gain(batch, result.id, bases[result.id], "survey prevalence", last)
        for result in results
    }
    equal = {name: gains[name] for name in EQUAL_BUDGET_IDS if name in gains}
    others = {name: gain for name, gain in gains.items() if name not in equal}
    return Comparison(
        plans=tuple(plans),
        base=base,
        strategies=results,
        equal_budget=rank(equal, year) if len(equal) > 1 else None,
        ranking=rank(others, year) if len(others) > 1 else None,
        speed_limit=tuple(_speed_limit(batch, month, end) for month, end in dates),
        bottleneck=_bottleneck(program, ensemble, batch, last),
        deciding=deciding_difference(others),
        observations=observations,
        batch=batch,
    )


def target_prevalence() -> float:
    """Return the national target for 2029, 0 to 1, from the parameter table."""
    return load_parameters().get("target prevalence").value


def evened(program: Program, cases: Sequence[Case]) -> list[Case]:
    """Return the cases with the model's own value for what only some of them set."""
    defaults = dict(zip(program.constants, program.defaults, strict=True))
    names = {name for case in cases for name in case.constants}
    central = {name: defaults[program.find(name).name] for name in sorted(names)}
    return [Case(case.name, central | dict(case.constants), case.branch) for case in cases]


def _dates(until: int) -> tuple[tuple[float, int], ...]:
    dates = tuple((month, year) for month, year in DATES if year <= until)
    end = 12.0 * (until + 1 - 2018)
    return dates if dates and dates[-1][1] == until else (*dates, (end, until))


def _base_name(plan: Plan) -> str:
    """Name what a plan is compared with: no extra action, under the plan's own settings.

    A setting is an assumption about the world. Against the plain baseline its effect would be
    counted as a gain of the plan.
    """
    return f"{BASELINE} | {plan.scenario.id}" if plan.scenario.settings else BASELINE


def _strategy(
    batch: Batch,
    plan: Plan,
    base: str,
    ensemble: Ensemble,
    dates: tuple[tuple[float, int], ...],
) -> StrategyResult:
    name, last = plan.scenario.id, dates[-1][0]
    gain = paired_gain(batch, name, base, "survey prevalence", last)
    kept = {key: values[~batch.failed] for key, values in ensemble.constants.items()}
    return StrategyResult(
        id=name,
        base=base,
        dates=tuple(at_date(batch, name, base, m, y, target_prevalence()) for m, y in dates),
        cut=interval(new_faltering_cut(batch, name, base, last - 24.0)),
        evidence=_evidence_range(name),
        sectors=sector_difference(batch, name, base, last),
        judged=judged_share(gain, kept, load_parameters()),
        implausible=implausible_share(batch, name, DECISION_MONTH),
        yearly_cost=plan.yearly_cost,
        limited_by=plan.scaled.limited_by if plan.scaled and not plan.scaled.reached else (),
    )


def _evidence_range(name: str) -> EvidenceRange | None:
    if name not in LEVER_ROWS:
        return None
    row = load_evidence().effects[LEVER_ROWS[name]]
    numbers = [row.value, row.low, row.high]
    if any(number is None for number in numbers):
        return None
    central, low, high = (-float(number) for number in numbers if number is not None)
    return EvidenceRange(LEVER_ROWS[name], central, min(low, high), max(low, high))


def _speed_limit(batch: Batch, month: float, year: int) -> SpeedLimit:
    coflow = POINTS * batch.at("speed limit", "HAZ survey prevalence", month)
    stocks = POINTS * batch.at("speed limit", "stock survey prevalence", month)
    return SpeedLimit(year, interval(coflow), interval(stocks))


def _bottleneck(
    program: Program, ensemble: Ensemble, batch: Batch, month: float
) -> dict[str, Interval]:
    """Relax each link alone, on the first draws, from the decision date."""
    rows = np.arange(min(BOTTLENECK_DRAWS, ensemble.size))
    draws = take(ensemble.constants, rows)
    cases = [Case(BASELINE, {}, DECISION_MONTH)]
    cases += [Case(link, {f"relax {link}": 1.0}, DECISION_MONTH) for link in LINKS]
    food = {"food coverage level": 1.0, "food coverage ramp": 0.0, "budget ceiling": 1e9}
    cases.append(Case("food", food, DECISION_MONTH))
    cases = evened(program, cases)
    outputs = ["survey prevalence"]
    start = batch.snapshot
    if start is not None and start.time <= DECISION_MONTH:
        runs = branch_from(program, draws, start.take(rows), cases, outputs, [month])
    else:
        runs = run_batch(program, draws, cases, outputs, [month])
    names = [case.name for case in cases[1:]]
    gains = {n: paired_gain(runs, n, BASELINE, outputs[0], month) for n in names}
    order = sorted(gains, key=lambda name: -float(np.median(gains[name])))
    return {name: interval(gains[name]) for name in order}
