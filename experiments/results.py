"""What a comparison holds: one result a strategy, and what is said of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..calibration.observations import Observation
from ..model.district import District
from ..model.district_facts import Target
from ..scenarios.compile import Plan
from ..scenarios.text import Text
from .batch import Batch
from .judged import JudgedShare
from .outcomes import AtDate, Interval, paired_gain
from .plausibility import SectorDifference
from .ranking import Ranking

Floats = NDArray[np.float64]


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
        Share of the variance of the last gain that rests on judged inputs, where it can be told.
    implausible
        Whether the median falls too fast to believe, and the share of draws that do.
    yearly_cost
        Steady cost at central prices of what its ceiling lets through, million rupiah a year.
    planned_cost
        Steady cost of the doses as written, million rupiah a year.
    share_within_ceiling
        Share of the doses that the ceiling lets through when the plan is dearest; 1 for all.
    limited_by
        Levers that stopped at their bound, for a plan that cannot spend its sum.
    limiting_link
        Link of the delivery chain that, relaxed on top of the strategy, would add most, and what
        it adds; absent where it was not looked for.
    """

    id: str
    base: str
    dates: tuple[AtDate, ...]
    cut: Interval
    evidence: EvidenceRange | None
    sectors: SectorDifference
    judged: JudgedShare | None
    implausible: tuple[bool, float]
    yearly_cost: float
    planned_cost: float
    share_within_ceiling: float
    limited_by: tuple[str, ...]
    limiting_link: tuple[str, Interval] | None = None


@dataclass(frozen=True)
class SpeedLimit:
    """Prevalence if all new faltering ended on the decision date, percent, by child sector."""

    year: int
    coflow: Interval
    stocks: Interval


@dataclass(frozen=True)
class TargetAnswer:
    """How the national target is met, whatever the last year reported.

    Attributes
    ----------
    target
        The target and its year.
    base
        Probability with no extra action.
    chances
        Probability by strategy.
    limit
        What ending all new faltering could do by then.
    """

    target: Target
    base: float
    chances: Mapping[str, float]
    limit: SpeedLimit


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
    target
        The target, answered.
    bottleneck
        Gain from relaxing one link alone, percentage points at the last date, by link.
    smallest
        Smallest difference between two strategies that should drive a decision, points; absent
        for a single one.
    observations, district
        Surveys behind the draws, and what is known of the district.
    batch
        The runs behind it.
    """

    plans: tuple[Plan, ...]
    base: tuple[AtDate, ...]
    strategies: tuple[StrategyResult, ...]
    equal_budget: Ranking | None
    ranking: Ranking | None
    speed_limit: tuple[SpeedLimit, ...]
    target: TargetAnswer
    bottleneck: Mapping[str, Interval]
    smallest: float | None
    observations: tuple[Observation, ...]
    district: District = field(repr=False)
    batch: Batch = field(repr=False)

    @property
    def deciding(self) -> float:
        """Smallest difference between two strategies that should drive a decision, points.

        Raises
        ------
        ValueError
            If there are no two strategies.
        """
        if self.smallest is None:
            raise ValueError("no two strategies were compared")
        return self.smallest

    @property
    def titles(self) -> dict[str, Text]:
        """Titles by scenario id."""
        return {plan.scenario.id: plan.scenario.title for plan in self.plans}

    def gain(self, result: StrategyResult) -> Floats:
        """Return the paired gain of a strategy at the last date, (draw,), points."""
        month = result.dates[-1].month
        return paired_gain(self.batch, result.id, result.base, "survey prevalence", month)
