"""What is to be run: constants apart as numbers and arrays, steps, states and results wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, Problem
from ..language.ir import Program, Variable
from ..language.phases import needed
from .clock import Clock, control_index, make_clock
from .reductions import Reduction, check_reductions
from .shapes import Shapes, shapes_of
from .trajectories import Floats, Snapshot

Given = Mapping[str, float | NDArray[np.floating]]


@dataclass(frozen=True)
class Job:
    """A run of an ensemble.

    Attributes
    ----------
    program, shapes
        The program, and what differs between members and changes in time.
    scalars, arrays
        By constant: its value for all members, or (draw,).
    draws
        Number of members.
    clock, method
        Steps, and ``euler`` or ``rk4``.
    states, rings
        Those that are needed.
    variables
        Whose values are kept.
    reductions, reduced
        What is reduced, and the variable of each.
    start
        State to continue from.
    snapshot
        Whether the state at the end is wanted.
    keep_going
        Whether a member with a delay that is too short fails alone, instead of the run.
    """

    program: Program
    shapes: Shapes
    scalars: Mapping[int, float]
    arrays: Mapping[int, Floats]
    draws: int
    clock: Clock
    method: str
    states: tuple[int, ...]
    rings: tuple[int, ...]
    variables: tuple[Variable, ...]
    reductions: tuple[Reduction, ...]
    reduced: tuple[Variable, ...]
    start: Snapshot | None
    snapshot: bool
    keep_going: bool = False

    @property
    def outputs(self) -> tuple[int, ...]:
        """Nodes that are kept, each once."""
        return tuple(dict.fromkeys(variable.node for variable in self.variables))


def make_job(
    program: Program,
    constants: Given,
    outputs: Sequence[str],
    reductions: Sequence[Reduction],
    times: Sequence[float] | NDArray[np.floating] | None,
    method: str,
    start: Snapshot | None,
    until: float | None,
    time_step: float | None,
    snapshot: bool,
) -> Job:
    """Check what is asked for and return it; the arguments are those of `simulate`.

    Raises
    ------
    ModelError
        For unknown names, arrays of unequal length, or times between steps.
    """
    if method == "euler":
        program = program.one_clock
    variables = program.find_all(outputs, "variable")
    check_reductions(reductions)
    reduced = program.find_all([item.variable for item in reductions], "variable")
    scalars, arrays, draws = _constants(program, constants, start)
    clock = make_clock(program, times, start, until, time_step)
    scalars[control_index(program, "time_step")] = clock.time_step
    if start is not None:
        _refuse_other_step(program, start, clock)
    shapes = _shapes(program, set(arrays), start)
    states: Iterable[int] = range(len(program.states))
    rings: Iterable[int] = range(len(program.rings))
    if not snapshot:
        states, rings = needed(program, [item.node for item in (*variables, *reduced)])
    return Job(
        program,
        shapes,
        scalars,
        arrays,
        draws,
        clock,
        method,
        tuple(states),
        tuple(rings),
        tuple(variables),
        tuple(reductions),
        tuple(reduced),
        start,
        snapshot,
    )


def _shapes(program: Program, wide: set[int], start: Snapshot | None) -> Shapes:
    if start is None:
        return shapes_of(program, wide, None)
    states = [len(state) > 1 for state in start.states]
    return shapes_of(program, wide, states, [past.wide for past in start.rings])


def _refuse_other_step(program: Program, start: Snapshot, clock: Clock) -> None:
    """Raise where a ring would have to be continued with another length of its steps."""
    if program.rings and clock.time_step != start.time_step:
        where = f"{program.label}:{program.rings[0].line}"
        expected = f"the time step of the snapshot, {start.time_step:g}: it holds a DELAY FIXED"
        remedy = "Continue with the same time step, or run from the start"
        raise ModelError([Problem(where, expected, f"{clock.time_step:g}", remedy)])


def _constants(
    program: Program, given: Given, start: Snapshot | None
) -> tuple[dict[int, float], dict[int, Floats], int]:
    """Return the constants by index, apart as numbers and arrays, and the number of draws."""
    scalars = dict(enumerate(program.defaults))
    places = {name: index for index, name in enumerate(program.constants)}
    arrays: dict[int, Floats] = {}
    problems = [] if start is None else _wrong_snapshot(program, start)
    lengths = {} if start is None else {"the snapshot": start.draws}
    for variable, value in zip(program.find_all(given, "constant"), given.values(), strict=True):
        wrong = _wrong_constant(variable, value, places)
        problems += wrong
        if wrong:
            continue
        index, array = places[variable.name], np.asarray(value, float)
        if array.ndim:
            lengths[variable.name] = len(array)
        if array.size == 1:
            scalars[index] = array.item()
        else:
            arrays[index] = array
    problems += _wrong_lengths(lengths)
    if problems:
        raise ModelError(problems)
    return scalars, arrays, max((size for size in lengths.values() if size != 1), default=1)


def _wrong_snapshot(program: Program, start: Snapshot) -> list[Problem]:
    problems = []
    if start.digest != program.digest:
        remedy = "Continue with the model file that made it"
        problems.append(Problem("snapshot", "a state of this model", "another model's", remedy))
    if (len(start.states), len(start.rings)) != (len(program.states), len(program.rings)):
        expected, remedy = "every state of the model", "Make it with snapshot=True"
        problems.append(Problem("snapshot", expected, "one without states", remedy))
    return problems


def _wrong_constant(
    variable: Variable, value: float | NDArray[np.floating], places: Mapping[str, int]
) -> list[Problem]:
    """Return what is wrong with a constant that is set, if anything."""
    name = variable.name
    if variable.kind != "constant":
        found, remedy = (
            f"a variable of kind {variable.kind}",
            "Set a constant, or change the model file",
        )
        return [Problem(name, "a constant", found, remedy)]
    if name not in places:
        remedy = "Write '=' for '==', or free it of the order or run time that it sets"
        return [Problem(name, "a constant", "an unchangeable one", remedy)]
    if np.ndim(value) > 1:
        found, remedy = f"{np.ndim(value)} axes", "Give one number per draw"
        return [Problem(name, "a number or one axis", found, remedy)]
    return []


def _wrong_lengths(lengths: Mapping[str, int]) -> list[Problem]:
    sizes = {size for size in lengths.values() if size != 1}
    if len(sizes) < 2 and 0 not in sizes:
        return []
    found = ", ".join(f"{size} in {name}" for name, size in list(lengths.items())[:6])
    remedy = "Give every constant the same number of draws"
    return [Problem("constants", "one number of draws, at least 1", found, remedy)]
