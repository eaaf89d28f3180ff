"""Turn a scenario into constants of the model, at its own doses or at an equal budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..model.calendar import DECISION_MONTH, HORIZON_MONTH
from ..model.errors import Problem, ScenarioError
from ..model.parameters import load_parameters
from .costs import CostInputs, affordable_share, planning_inputs, steady_cost
from .levers import catalogue
from .scenario import Dose, Scenario

NO_END = HORIZON_MONTH + 1.0
"""Month written for a lever that does not end."""

_ABSENT = Dose(level=0.0, start=DECISION_MONTH, ramp=12.0)


@dataclass(frozen=True)
class Scaled:
    """A scenario whose levels were multiplied to reach a yearly sum.

    Attributes
    ----------
    scenario
        The scenario at its new levels.
    factor
        What the levels that are not at a bound were multiplied with.
    yearly_cost
        Steady cost, million rupiah a year.
    target
        The sum that was asked for, million rupiah a year.
    limited_by
        Levers that stopped at their upper bound.
    """

    scenario: Scenario
    factor: float
    yearly_cost: float
    target: float
    limited_by: tuple[str, ...]

    @property
    def reached(self) -> bool:
        """Whether the plan can spend the sum at all."""
        return self.yearly_cost >= self.target * (1.0 - 1e-9)


@dataclass(frozen=True)
class Plan:
    """A scenario ready to run.

    Attributes
    ----------
    scenario
        The scenario at the levels that run.
    constants
        Value by name of the model constant.
    planned_cost
        Steady cost of the levels as written, million rupiah a year.
    scaled
        How the levels were found, for members of an equal-budget set.
    """

    scenario: Scenario
    constants: Mapping[str, float]
    planned_cost: float
    scaled: Scaled | None = None

    @property
    def ceiling(self) -> float:
        """Ceiling that the model holds the plan under, million rupiah a year."""
        own = self.constants.get("budget ceiling")
        return load_parameters().get("budget ceiling").value if own is None else own

    @property
    def yearly_cost(self) -> float:
        """Steady cost of what the ceiling lets through, million rupiah a year."""
        return min(self.planned_cost, self.ceiling)

    @property
    def share_within_ceiling(self) -> float:
        """Share of the doses that the ceiling lets through when the plan is dearest."""
        return affordable_share(self.scenario.levers, planning_inputs(), self.ceiling)


def constants(scenario: Scenario) -> dict[str, float]:
    """Return the model constants of a scenario at the levels it states.

    Every lever gets its four constants; one that the scenario does not name gets level 0.

    Parameters
    ----------
    scenario
        A checked scenario.
    """
    out: dict[str, float] = {}
    for name, lever in catalogue().levers.items():
        dose = scenario.levers.get(name, _ABSENT)
        out[lever.constant("level")] = dose.level
        out[lever.constant("start")] = dose.start
        out[lever.constant("ramp")] = dose.ramp
        out[lever.constant("end")] = NO_END if dose.end is None else dose.end
    if scenario.budget is not None:
        out["budget ceiling"] = scenario.budget.ceiling
    out.update(scenario.settings)
    return out


def scale(
    scenario: Scenario, target: float, cost_of: Callable[[Mapping[str, float]], float]
) -> Scaled:
    """Multiply the levels by one factor so that the steady yearly cost is a given sum.

    A level that would pass its upper bound stays there and the others rise further. When all
    are at their bounds the plan costs less than the sum, and ``reached`` is false. Levers that
    cost nothing keep their levels.

    Parameters
    ----------
    scenario
        A scenario with at least one lever that costs something.
    target
        Million rupiah a year, above 0.
    cost_of
        Steady yearly cost, million rupiah, of a mapping from lever to level; linear.

    Raises
    ------
    ScenarioError
        If none of its levers costs anything.
    """
    levers = catalogue().levers
    levels = {name: dose.level for name, dose in scenario.levers.items()}
    free = {name: level for name, level in levels.items() if cost_of({name: level}) > 0.0}
    if not free:
        remedy = "Add a lever with a price, or delete equal_budget"
        raise ScenarioError([Problem(scenario.id, "a lever that costs money", "none", remedy)])
    capped: dict[str, float] = {}
    factor = 0.0
    while free:
        factor = (target - cost_of(capped)) / cost_of(free)
        beyond = [name for name, level in free.items() if level * factor > levers[name].maximum]
        if not beyond:
            break
        capped |= {name: levers[name].maximum for name in beyond}
        free = {name: level for name, level in free.items() if name not in beyond}
    levels |= capped | {name: level * factor for name, level in free.items()}
    doses = {name: replace(dose, level=levels[name]) for name, dose in scenario.levers.items()}
    limited_by = tuple(name for name in doses if name in capped)
    return Scaled(replace(scenario, levers=doses), factor, cost_of(levels), target, limited_by)


def prepare(scenario: Scenario, inputs: CostInputs | None = None) -> Plan:
    """Return the plan that runs: scaled first when it belongs to an equal-budget set.

    Parameters
    ----------
    scenario
        A checked scenario.
    inputs
        Prices and quantities; those of the catalogue by default.
    """
    prices = inputs or planning_inputs()

    def cost_of(levels: Mapping[str, float]) -> float:
        return steady_cost(levels, prices)

    if scenario.equal_budget is None:
        planned = cost_of({name: dose.level for name, dose in scenario.levers.items()})
        return Plan(scenario, constants(scenario), planned)
    scaled = scale(scenario, scenario.equal_budget, cost_of)
    return Plan(scaled.scenario, constants(scaled.scenario), scaled.yearly_cost, scaled)
