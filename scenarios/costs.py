"""What a plan costs, from prices alone, without running the model.

The model computes the same numbers as its variable ``planned spending``; a test holds the two
together. A cut of the routine budget is not credited as a saving.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..model.calendar import FIRST_YEAR, LAST_YEAR
from ..model.parameters import ParameterTable, load_parameters
from .levers import Lever, catalogue
from .scenario import Dose

QUANTITY_OUTPUTS = (
    "Points In Service",
    "Working[kit]",
    "Working[ultrasound]",
    "children 6 to 23 months",
)
"""Outputs of the model that `model_inputs` needs."""


@dataclass(frozen=True)
class CostInputs:
    """Prices, and the numbers of the district that they are multiplied with.

    Attributes
    ----------
    prices
        Million rupiah by name of the model constant, such as ``"kit unit cost"``.
    posyandu
        Number of posyandu.
    devices
        Number of kits and ultrasound machines that are maintained.
    children_6_23
        Number of children aged 6 to 23 months.
    """

    prices: Mapping[str, float]
    posyandu: float
    devices: float
    children_6_23: float

    def quantity(self, lever: Lever) -> float:
        """Return what the level is multiplied with to give the units paid for in a year."""
        if lever.cost is None:
            return 0.0
        times = 1.0 if lever.cost.quantity is None else float(getattr(self, lever.cost.quantity))
        return times * lever.cost.per_year


def planning_inputs(table: ParameterTable | None = None) -> CostInputs:
    """Return the default prices of the parameter table and the quantities of the catalogue.

    Parameters
    ----------
    table
        The parameter table; the packaged one by default.
    """
    book = catalogue()
    costs = [lever.cost for lever in book.levers.values() if lever.cost]
    rows = (table or load_parameters()).select(cost.constant for cost in costs)
    return CostInputs(
        prices=MappingProxyType({row.name: row.value for row in rows}),
        posyandu=book.planning["posyandu"].value,
        devices=book.planning["devices"].value,
        children_6_23=book.planning["children_6_23"].value,
    )


def model_inputs(values: Mapping[str, float], prices: Mapping[str, float]) -> CostInputs:
    """Return inputs with the quantities that a run of the model has at some moment.

    Parameters
    ----------
    values
        Value by name of each of `QUANTITY_OUTPUTS`.
    prices
        Million rupiah by name of the price constant.
    """
    kits, ultrasound = values["Working[kit]"], values["Working[ultrasound]"]
    return CostInputs(
        prices=prices,
        posyandu=values["Points In Service"],
        devices=kits + ultrasound,
        children_6_23=values["children 6 to 23 months"],
    )


def level_at(dose: Dose, month: float) -> float:
    """Return the planned level at a moment.

    Parameters
    ----------
    dose
        Level, start, ramp and end.
    month
        Months since January 2018.
    """
    if month < dose.start or (dose.end is not None and month >= dose.end):
        return 0.0
    return dose.level * (min(1.0, (month - dose.start) / dose.ramp) if dose.ramp > 0.0 else 1.0)


def unit_price(lever: Lever, inputs: CostInputs) -> float:
    """Return million rupiah a year for one unit of the lever's level."""
    if lever.cost is None:
        return 0.0
    return inputs.prices[lever.cost.constant] * inputs.quantity(lever)


def steady_cost(levels: Mapping[str, float], inputs: CostInputs) -> float:
    """Return the yearly cost once every ramp is over.

    Parameters
    ----------
    levels
        Level by lever name.
    inputs
        Prices and quantities.

    Returns
    -------
    float
        Million rupiah a year.
    """
    levers = catalogue().levers
    return sum(level * unit_price(levers[name], inputs) for name, level in levels.items())


def spending_rate(doses: Mapping[str, Dose], inputs: CostInputs, month: float) -> float:
    """Return planned extra spending at a moment, million rupiah a month."""
    return steady_cost({name: level_at(dose, month) for name, dose in doses.items()}, inputs) / 12.0


def cost_by_year(doses: Mapping[str, Dose], inputs: CostInputs) -> dict[int, float]:
    """Return planned extra spending in each calendar year of the horizon.

    Parameters
    ----------
    doses
        Dose by lever name.
    inputs
        Prices and quantities.

    Returns
    -------
    dict
        Million rupiah by year, 2018 to 2035.
    """
    levers = catalogue().levers
    totals = dict.fromkeys(range(FIRST_YEAR, LAST_YEAR + 1), 0.0)
    for name, dose in doses.items():
        price = dose.level * unit_price(levers[name], inputs) / 12.0
        for year in totals:
            first = 12.0 * (year - FIRST_YEAR)
            totals[year] += price * (_full_months(dose, first + 12.0) - _full_months(dose, first))
    return totals


def spent_by_year(
    doses: Mapping[str, Dose], inputs: CostInputs, ceiling: float
) -> dict[int, float]:
    """Return what a ceiling lets through of the planned spending, by calendar year.

    Parameters
    ----------
    doses
        Dose by lever name.
    inputs
        Prices and quantities.
    ceiling
        Million rupiah a year; as in the model it binds at every moment.

    Returns
    -------
    dict
        Million rupiah by year, 2018 to 2035.
    """
    if affordable_share(doses, inputs, ceiling) == 1.0:
        return cost_by_year(doses, inputs)
    totals = dict.fromkeys(range(FIRST_YEAR, LAST_YEAR + 1), 0.0)
    for index, rate in enumerate(_monthly(doses, inputs)):
        totals[FIRST_YEAR + index // 12] += min(rate, ceiling / 12.0)
    return totals


def affordable_share(doses: Mapping[str, Dose], inputs: CostInputs, ceiling: float) -> float:
    """Return the share of a plan that a yearly ceiling lets through when it is dearest."""
    most = 12.0 * max(_monthly(doses, inputs))
    # What a rounding adds, as in a plan scaled to the ceiling itself, is no cut.
    return 1.0 if most <= ceiling * (1.0 + 1e-9) else ceiling / most


def _monthly(doses: Mapping[str, Dose], inputs: CostInputs) -> list[float]:
    """Return planned spending in the middle of each month of the horizon, million rupiah."""
    months = 12 * (LAST_YEAR + 1 - FIRST_YEAR)
    return [spending_rate(doses, inputs, month + 0.5) for month in range(months)]


def _full_months(dose: Dose, month: float) -> float:
    """Return the months at full level that were delivered up to a moment."""
    stop = month if dose.end is None else min(month, dose.end)
    elapsed = max(0.0, stop - dose.start)
    if elapsed >= dose.ramp:
        return elapsed - dose.ramp / 2.0
    return elapsed**2 / (2.0 * dose.ramp)
