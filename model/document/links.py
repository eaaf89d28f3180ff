"""Links between variables, with their signs.

A sign is that of a partial derivative at a run with central values, where a constant that is
zero is a little above it: a lever that rests at zero would hide the links behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..engine.integrate import simulate
from ..engine.trajectories import Floats
from ..language.definitions import Definitions, Scalar
from ..language.graph import switches
from ..language.ir import Program
from ..language.syntax import ParsedModel, Reference, key_of, walk
from .slopes import Differentiator, Path

_NUDGE = 1e-3
_TIMES = 13

# Cause, effect, line of the equation, and where in it the cause stands.
Place = tuple[str, str, int, Path]

POSITIVE, NEGATIVE, MIXED, IDLE = "+", "−", "±", "·"


@dataclass(frozen=True)
class Link:
    """A cause and its effect, by key, with the sign over all elements and times."""

    cause: str
    effect: str
    sign: str


class Links:
    """Computes the links of a model.

    Parameters
    ----------
    program
        A model with its equations.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        model = ParsedModel(program.label, program.ranges, program.equations)
        self._definitions = Definitions(model)
        self._slopes = Differentiator(self._definitions, self._run())
        self._fixed = {
            key_of(variable.element)
            for variable in program.variables.values()
            if variable.kind in ("constant", "lookup", "control")
        }
        self._by_place = self._occurrences()

    def _run(self) -> dict[Scalar, Floats]:
        """Return every value at some times of the run."""
        kept = {
            scalar: definition.name
            for scalar, definition in self._definitions.table.items()
            if self._program.variables[definition.name].node >= 0
        }
        run = simulate(
            self._program, self._nudged(), list(kept.values()), self._times(), snapshot=False
        )
        values = {scalar: run[name][0] for scalar, name in kept.items()}
        return {**values, ("time", ()): run.times}

    def _nudged(self) -> dict[str, float]:
        """Return the constants that are zero in the file, a little above it; switches are on."""
        program, named = self._program, set(switches(self._program))
        return {
            name: 1.0 if name in named else _NUDGE
            for name, value in zip(program.constants, program.defaults, strict=True)
            if value == 0.0 and program.variables[name].kind == "constant"
        }

    def _times(self) -> Floats:
        """Return times on steps, spread over the run."""
        control = dict(zip(self._program.constants, self._program.defaults, strict=True))
        start, end, step = (
            control[self._definitions.table[key, ()].name]
            for key in ("initial_time", "final_time", "time_step")
        )
        count = int(np.floor((end - start) / step + 1e-9))
        return start + np.unique(np.linspace(0, count, _TIMES).round()) * step

    def all(self) -> tuple[Link, ...]:
        """Return the links; a variable that stands twice in an equation counts by the sum."""
        grouped: dict[tuple[str, str], list[Floats]] = {}
        for scalar in self._definitions.table:
            if scalar[0] in self._fixed:
                continue
            sums: dict[Scalar, Floats] = {}
            for (_, cause), slope in self._slopes.slopes(scalar).items():
                sums[cause] = sums[cause] + slope if cause in sums else slope
            for cause, slope in sums.items():
                if cause[0] not in self._fixed:
                    grouped.setdefault((cause[0], scalar[0]), []).append(slope)
        return tuple(Link(*pair, sign_of(slopes)) for pair, slopes in grouped.items())

    def cut_by(self, switch: Scalar) -> tuple[Link, ...]:
        """Return the links that are there with a switch on, and gone everywhere with it off."""
        parts: dict[tuple[str, str], list[list[Floats]]] = {}
        for place, slopes in self._without(switch).items():
            on = self._by_place.get(place, [])
            if on and sign_of(slopes) == IDLE and sign_of(on) != IDLE:
                parts.setdefault(place[:2], []).append(on)
        # Two places of one variable in an equation count together, element by element.
        return tuple(
            Link(*pair, sign_of(np.sum(group, axis=0) for group in zip(*places, strict=False)))
            for pair, places in parts.items()
        )

    def _occurrences(self) -> dict[Place, list[Floats]]:
        """Return the slopes by (cause, effect, line, place), one array for each element."""
        found: dict[Place, list[Floats]] = {}
        for scalar, definition in self._definitions.table.items():
            if scalar[0] in self._fixed:
                continue
            line = definition.equation.line
            for (path, cause), slope in self._slopes.slopes(scalar).items():
                if cause[0] not in self._fixed:
                    found.setdefault((cause[0], scalar[0], line, path), []).append(slope)
        return found

    def _without(self, switch: Scalar) -> dict[Place, list[Floats]]:
        """Return the slopes of the equations that name a switch, with the switch off."""
        found: dict[Place, list[Floats]] = {}
        for scalar, definition in self._definitions.table.items():
            named = (
                isinstance(item, Reference) and item.name == switch[0]
                for item in walk(definition.equation.expression)
            )
            if scalar[0] in self._fixed or not any(named):
                continue
            line = definition.equation.line
            for (path, cause), slope in self._slopes.slopes(scalar, {switch: 0.0}).items():
                found.setdefault((cause[0], scalar[0], line, path), []).append(slope)
        return found


def sign_of(slopes: Iterable[Floats]) -> str:
    """Return the sign that all slopes share; those that are zero do not count."""
    values = np.concatenate([np.atleast_1d(slope) for slope in slopes])
    if np.isnan(values).any() and not (values > 0).any() and not (values < 0).any():
        return MIXED
    up, down = bool((values > 0.0).any()), bool((values < 0.0).any())
    if up and down:
        return MIXED
    return POSITIVE if up else NEGATIVE if down else IDLE
