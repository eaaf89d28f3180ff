"""Inputs of a discovery: what differs between draws, in the units of the model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...model.parameters import load_parameters
from ..runs.question import Question
from ..runs.space import JOINT
from ..runs.worlds import World

Floats = NDArray[np.float64]

WORLD = "world"
"""Name of the input that tells the structure."""


@dataclass(frozen=True)
class Inputs:
    """Numbers and categories behind outcomes.

    Attributes
    ----------
    names, units
        Of the numbers.
    numbers
        (row, name), each in its unit.
    categories
        (row,) integer codes by name of a category.
    labels
        What the codes stand for, by name of a category.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    numbers: Floats = field(repr=False)
    categories: dict[str, NDArray[np.int64]] = field(repr=False, default_factory=dict)
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.numbers)

    def take(self, rows: NDArray[np.intp]) -> Inputs:
        """Return chosen rows, with repeats if asked."""
        codes = {name: values[rows] for name, values in self.categories.items()}
        return Inputs(self.names, self.units, self.numbers[rows], codes, self.labels)


def numbers_of(question: Question, world: World) -> tuple[tuple[str, ...], Floats]:
    """Return names and (draw, name) of everything that differs between the draws of a world.

    The rank of a stored draw stands beside what the surveys updated in it, as far as that is one
    number; profiles by age are left out. What a world fixes is left out too.

    Parameters
    ----------
    question
        Whose points are used.
    world
        Structure.
    """
    constants = question.constants(world)
    space = question.space(world)
    fitted = tuple(name for name in space.stored if "[" not in name)
    own = tuple(name for name in space.names if name != JOINT)
    rank = question.points()[:, space.names.index(JOINT)]
    columns = {JOINT: rank} | {name: constants[name] for name in (*fitted, *own)}
    return tuple(columns), np.column_stack(list(columns.values()))


def inputs_of(question: Question) -> Inputs:
    """Return the inputs of all worlds, one under the other.

    A number that is the same in every row is left out; the world is a category where there are
    several.
    """
    parts = [numbers_of(question, world) for world in question.worlds]
    names, table = parts[0][0], np.vstack([values for _, values in parts])
    kept = np.flatnonzero(np.ptp(table, axis=0) > 0.0)
    units = {row.name: row.unit for row in load_parameters().rows}
    names = tuple(names[place] for place in kept)
    ids = tuple(world.id for world in question.worlds)
    codes = np.repeat(np.arange(len(ids)), question.draws)
    many = len(ids) > 1
    return Inputs(
        names,
        tuple(units.get(name, "dmnl") for name in names),
        table[:, kept],
        {WORLD: codes} if many else {},
        {WORLD: ids} if many else {},
    )
