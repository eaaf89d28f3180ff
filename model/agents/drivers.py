"""What the stock-and-flow model tells the agents: supply, quality, shocks and levers over time.

The agents do not model staff, kits or money again. One run of the stocks with the same parameters
and the same scenario gives the district's supply at every step; the agents say which families it
reaches. Where the agents have a state of their own (determinants, receipt of services, growth),
the driver is what comes before it in the equations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..engine.integrate import simulate
from ..errors import InputError, Problem
from ..language.ir import Program

Floats = NDArray[np.float64]

PACKAGES = ("maternal", "counselling", "illness", "protection")
DETERMINANTS = ("clarity", "information", "support", "resources")
STAGES = tuple(f"s{number}" for number in range(1, 21))

_SCALARS = (
    *("inflow[s1]", "removal", "pandemic", "secular pace", "trial gain", "relaxation"),
    *("forum delivered", "lists delivered", "perceived progress", "perceived coverage change"),
    *("food reach", "free meals", "Points In Service", "measurement quality", "attendance"),
    *("Staff[cadre]", "attrition[cadre]", "staff target[cadre]", "spending"),
)
_BY_PACKAGE = ("supplied contact", "relative quality", "reference coverage", "contact coverage")
_BY_STAGE = (
    *("baseline change", "shock", "secular gain", "growth velocity", "catch up rate"),
    *("feeding window", "initial mean HAZ", "initial children"),
)
_ANSWERS = (
    *("HAZ survey prevalence", "HAZ true prevalence", "children total", "convergence"),
    *("coordination index", "coordination progress", "fidelity", "reference convergence"),
    *("initial birth HAZ", "programme pace"),
)


@dataclass(frozen=True)
class Drivers:
    """One run of the stock-and-flow model, at every step.

    Attributes
    ----------
    times
        (step,), months since January 2018.
    values
        (step,) by variable, in the unit of the model file.
    constants
        Values by constant that the run was made with; the file's for all others.
    """

    program: Program = field(repr=False)
    times: Floats
    values: Mapping[str, Floats] = field(repr=False)
    constants: Mapping[str, float] = field(repr=False)

    def constant(self, name: str) -> float:
        """Return a constant of the model, in its unit."""
        program = self.program
        return self.constants.get(name, program.defaults[program.constants.index(name)])

    @property
    def step(self) -> float:
        """Time step of the stocks, months."""
        return float(self.times[1] - self.times[0])

    def at(self, name: str, month: float) -> float:
        """Return a variable at a month on the grid of steps."""
        return float(self.values[name][self._index(month)])

    def row(self, element: str, subscripts: tuple[str, ...], month: float) -> Floats:
        """Return (subscript,) of a subscripted variable at a month."""
        index = self._index(month)
        return np.array([self.values[f"{element}[{name}]"][index] for name in subscripts])

    def _index(self, month: float) -> int:
        return round((month - float(self.times[0])) / self.step)


def drive(
    program: Program, constants: Mapping[str, float | Floats], until: float
) -> tuple[Drivers, ...]:
    """Run the stock-and-flow model and keep what the agents need.

    Parameters
    ----------
    program
        The model.
    constants
        By name: draws of the parameters, (draw,) each, and the levers of a scenario, in the unit
        of each.
    until
        Last month of the run, months since January 2018.

    Returns
    -------
    tuple
        One for each draw.

    Raises
    ------
    InputError
        If children move in or out: agents have no migration. Or if a run of the stocks has no
        numbers, for example because there is nobody, or not one cadre or posyandu, to begin with.
    """
    if np.any(np.asarray(constants.get("migration rate", 0.0)) != 0.0):
        remedy = "Leave the migration rate at 0, or use the stock-and-flow model alone"
        problem = Problem("migration rate", "0 where agents are used", "another value", remedy)
        raise InputError([problem])
    step = program.defaults[program.constants.index("TIME STEP")]
    times = step * np.arange(round(until / step) + 1, dtype=np.float64)
    names = [*_SCALARS, *_ANSWERS]
    names += [f"{name}[{package}]" for name in _BY_PACKAGE for package in PACKAGES]
    names += [f"{name}[{stage}]" for name in _BY_STAGE for stage in STAGES]
    given = {name: np.atleast_1d(value) for name, value in constants.items()}
    # The interpreter gives the same bits on every machine, and so do the agents then.
    found = simulate(program, given, names, times, snapshot=False, engine="numpy")
    if found.failures:
        remedy = "Begin with children, staff, cadres and posyandu above 0"
        problem = Problem("stocks", "numbers in every run", f"{found.failures} without", remedy)
        raise InputError([problem])
    return tuple(
        Drivers(
            program,
            times,
            {name: found[name][draw] for name in names},
            {name: float(values[draw % len(values)]) for name, values in given.items()},
        )
        for draw in range(found.draws)
    )
