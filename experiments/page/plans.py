"""Levers, library scenarios and parameters as plain rows: what a plan of the page may say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...calibration.ensemble import Ensemble
from ...model.calendar import date_of
from ...model.language.ir import Program
from ...model.parameters import load_parameters, plain_name
from ...scenarios.compile import Plan
from ...scenarios.costs import planning_inputs, unit_price
from ...scenarios.levers import Lever, catalogue
from ...scenarios.scenario import Dose
from ...scenarios.text import Text
from ..inputs import bounds_of


def lever_rows() -> list[dict[str, Any]]:
    """Return one row for each lever, in the order of the catalogue.

    ``maximum_share`` is the largest level that is accepted over the level called full;
    ``unit_cost`` is million rupiah a year for one unit of the level.
    """
    prices = planning_inputs()
    return [
        {
            "id": name,
            "strategy": lever.strategy,
            "unit": lever.unit,
            "full": lever.full,
            "maximum_share": lever.maximum / lever.full,
            "unit_cost": unit_price(lever, prices),
            "title": _text(lever.title),
            "dose_unit": _text(lever.dose_unit),
            "dose_after": _text(lever.dose_after),
            "full_means": _text(lever.full_means),
            "constants": _constants(lever),
        }
        for name, lever in catalogue().levers.items()
    ]


def scenario_rows(plans: Iterable[Plan]) -> list[dict[str, Any]]:
    """Return scenarios as plans of the page, with their steady cost in million rupiah a year."""
    return [_scenario(plan) for plan in plans]


def no_effect() -> dict[str, float]:
    """Return the value at which each link from a lever to growth does nothing.

    A link without such a value is left out: it lies behind or before one that has it.
    """
    links = dict.fromkeys(link for lever in catalogue().levers.values() for link in lever.links)
    found: dict[str, float] = {}
    for row in load_parameters().select(links):
        if row.prior.null_value is not None:
            found[row.name] = row.prior.null_value
        elif row.prior.family == "bernoulli":
            found[row.name] = 0.0
    return found


def parameter_bounds(
    program: Program, ensemble: Ensemble, names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return what a reader may set each parameter to.

    A setting has the bounds of scenarios, any other parameter those of its prior. Where a prior
    has no end, and where a delay rests on the parameter, the draws are the bounds: a delay may not
    be shorter than a step.

    Parameters
    ----------
    program
        The model.
    ensemble
        Draws of the page.
    names
        Parameters.
    """
    settings, delays = catalogue().settings, _of_delays(program)
    rows = {plain_name(row.name): row for row in load_parameters().rows}
    out: dict[str, dict[str, Any]] = {}
    for name in names:
        setting, row, drawn = (
            settings.get(name),
            rows[plain_name(name)],
            ensemble.constants.get(name),
        )
        low, high = (setting.lower, setting.upper) if setting else bounds_of(row)
        if drawn is not None and (name in delays or not math.isfinite(low)):
            low = float(drawn.min())
        if drawn is not None and (name in delays or not math.isfinite(high)):
            high = float(drawn.max())
        out[name] = {"low": low, "high": high, "unit": row.unit, "drawn": drawn is not None}
    return out


def _of_delays(program: Program) -> set[str]:
    """Return the constants that the delays with a shortest length rest on."""
    pending = [guard.node for guard in program.guards]
    seen: set[int] = set()
    while pending:
        index = pending.pop()
        if index not in seen:
            seen.add(index)
            pending.extend(program.nodes[index].args)
    nodes = (program.nodes[index] for index in seen)
    return {program.constants[int(node.value)] for node in nodes if node.op == "constant"}


def _scenario(plan: Plan) -> dict[str, Any]:
    scenario = plan.scenario
    budget = scenario.budget
    return {
        "id": scenario.id,
        "title": _text(scenario.title),
        "intent": _text(scenario.intent),
        "note": None if scenario.note is None else _text(scenario.note),
        "yearly_cost": plan.yearly_cost,
        "equal_budget": scenario.equal_budget,
        "plan": {
            "levers": {name: _dose(name, dose) for name, dose in scenario.levers.items()},
            "ceiling": None if budget is None else budget.ceiling,
            "overrides": dict(scenario.settings),
            "noEffect": False,
        },
    }


def _dose(name: str, dose: Dose) -> dict[str, Any]:
    return {
        "level": dose.level / catalogue().levers[name].full,
        "start": date_of(dose.start),
        "ramp": dose.ramp,
        "end": None if dose.end is None else date_of(dose.end),
    }


def _constants(lever: Lever) -> Mapping[str, str]:
    return {part: lever.constant(part) for part in ("level", "start", "ramp", "end")}


def _text(words: Text) -> dict[str, str]:
    return {"id": words.id, "en": words.en}
