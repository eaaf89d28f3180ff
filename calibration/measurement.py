"""The measurement sector of the model alone: what posyandu report of given children.

The equations and constants are those of the model file. What the rest of the model hands to the
sector becomes a constant, so that parts can be switched off without a change in what decision
makers perceive, and so in the children themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..model.engine.integrate import simulate
from ..model.language.cache import load_program
from ..model.language.ir import Node, Program

Floats = NDArray[np.float64]

INPUTS = ("survey prevalence", "attendance", "measurement quality")
"""What the sector takes from the rest of the model."""
OUTCOME = "routine prevalence"
PARTS: Mapping[str, tuple[str, float]] = {
    "bias": ("posyandu bias at zero skill", 0.0),
    "absent": ("absent relative prevalence", 1.0),
    "noise": ("posyandu noise at zero skill", 0.0),
}
"""By part of the gap between survey and routine: its constant, and the value without it."""
_SPREAD = "observed spread"
_YEAR = 12


@dataclass(frozen=True)
class Seen:
    """What posyandu have before them, by draw and by figure.

    Attributes
    ----------
    survey
        (draw, figure), prevalence that a perfect survey of all children would show, 0 to 1.
    attendance
        (draw, figure), share of children who are measured, 0 to 1.
    quality
        (draw, figure), share of measurements done well, 0 to 1.
    spread
        (draw,), SD of the heights that a survey sees, HAZ.
    parts
        (draw,) by part: bias and noise on the logit scale, prevalence of absent children relative
        to those who come.
    """

    survey: Floats
    attendance: Floats
    quality: Floats
    spread: Floats
    parts: Mapping[str, Floats]

    def columns(self, chosen: Sequence[int]) -> Seen:
        """Return some of the figures."""
        own = (self.survey, self.attendance, self.quality)
        survey, attendance, quality = (values[:, list(chosen)] for values in own)
        return replace(self, survey=survey, attendance=attendance, quality=quality)


def observe(constants: Mapping[str, Floats], months: Sequence[Sequence[float]]) -> Seen:
    """Run the model and return what posyandu have before them.

    Parameters
    ----------
    constants
        (draw,) by constant of the model: an ensemble.
    months
        By figure: its months, 0 is January 2018; a figure of several months is their mean.
    """
    times = np.unique(np.concatenate([np.asarray(own, float) for own in months]))
    mean = np.array([np.isin(times, own) / len(own) for own in months]).T
    program = load_program()
    run = simulate(program, constants, [*INPUTS, _SPREAD], times, snapshot=False)
    survey, attendance, quality = (run[name] @ mean for name in INPUTS)
    parts = {part: _drawn(program, constants, name) for part, (name, _) in PARTS.items()}
    return Seen(survey, attendance, quality, run[_SPREAD][:, 0], parts)


def _drawn(program: Program, constants: Mapping[str, Floats], name: str) -> Floats:
    """Return (draw,); the value of the model file where it is not drawn."""
    default = program.defaults[program.constants.index(name)]
    draws = len(next(iter(constants.values())))
    return np.broadcast_to(constants.get(name, np.array(default)), draws)


def months_of(year: int, month: int | None) -> tuple[float, ...]:
    """Return the months of a figure, 0 is January 2018: all of its year where it is not known.

    Parameters
    ----------
    year
        Calendar year.
    month
        1 to 12.
    """
    first = float(_YEAR * (year - 2018))
    return tuple(first + k for k in range(_YEAR)) if month is None else (first + month - 1.0,)


def reported(seen: Seen, without: Collection[str] = ()) -> Floats:
    """Return what posyandu report, (draw, figure), 0 to 1, before any error of the figure itself.

    Parameters
    ----------
    seen
        What they have before them.
    without
        Names of `PARTS` to switch off.
    """
    shape = seen.survey.shape
    inputs = (seen.survey, seen.attendance, seen.quality)
    given = {name: values.ravel() for name, values in zip(INPUTS, inputs, strict=True)}
    for part, (name, off) in PARTS.items():
        values = np.full(shape[0], off) if part in without else seen.parts[part]
        given[name] = np.repeat(values, shape[1])
    run = simulate(sector(), given, [OUTCOME], [0.0], snapshot=False)
    return run[OUTCOME][:, 0].reshape(shape)


@lru_cache
def sector() -> Program:
    """Return the model's program with the inputs of the sector as constants."""
    program = load_program()
    nodes, variables, names = list(program.nodes), dict(program.variables), [*program.constants]
    for variable in program.find_all(INPUTS):
        nodes[variable.node] = Node("constant", (), float(len(names)))
        names.append(variable.name)
        variables[variable.name] = replace(variable, kind="constant")
    return replace(
        program,
        nodes=tuple(nodes),
        constants=tuple(names),
        defaults=(*program.defaults, *(0.5 for _ in INPUTS)),
        variables=variables,
    )


def height_bias(seen: Seen) -> Floats:
    """Return (draw, figure), the bias of heights that hides as many children, HAZ.

    The bias of the model is a shift of the logit of prevalence. A shift of heights hides as many
    where heights are normal with the spread that a survey sees.
    """
    from scipy.special import ndtri

    before, after = reported(seen, {"bias", "noise"}), reported(seen, {"noise"})
    return (ndtri(before) - ndtri(after)) * seen.spread[:, None]
