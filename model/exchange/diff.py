"""What changed between two model files: variables, equations, units, docs, values, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..engine.integrate import simulate
from ..engine.trajectories import Floats
from ..errors import ModelError, Problem
from ..language.ir import Program, flat_key
from ..language.syntax import Array, Call, Equation, Expression, Number, Reference, key_of

TOLERANCE = 1e-12
"""Relative difference below which two runs count as the same: rounding of the engine."""


@dataclass(frozen=True)
class Change:
    """One difference of the text.

    Attributes
    ----------
    kind
        ``added``, ``removed``, ``renamed``, ``equation``, ``value``, ``unit`` or ``doc``.
    name
        Variable, as named in the first file unless it was added.
    before, after
        Both texts; one is empty where there is only one.
    where
        ``file:line`` in the second file, or in the first where it was removed.
    """

    kind: str
    name: str
    before: str
    after: str
    where: str


@dataclass(frozen=True)
class Moved:
    """How far an outcome moved at central values.

    Attributes
    ----------
    name, unit
        Outcome.
    absolute, when
        Largest absolute difference, in `unit`, and its time in months.
    relative, when_relative
        Largest difference over the first file's value, a share, and its time in months.
    """

    name: str
    unit: str
    absolute: float
    when: float
    relative: float
    when_relative: float

    @property
    def changed(self) -> bool:
        """Whether the difference is more than rounding."""
        return not self.relative <= TOLERANCE


@dataclass(frozen=True)
class _Variable:
    """The equations of one variable, and its values by element if it is a constant."""

    name: str
    equations: tuple[Equation, ...]
    values: dict[tuple[str, ...], float]

    def field(self, read: Callable[[Equation], str]) -> str:
        return " | ".join(dict.fromkeys(read(equation) for equation in self.equations))

    @property
    def constant(self) -> bool:
        return bool(self.values)

    def signature(self, names: Mapping[str, str]) -> tuple[object, ...]:
        """Return what the equations say, names translated, white space and case forgotten."""
        return tuple(_meaning(equation, names) for equation in self.equations)


def text_changes(before: Program, after: Program) -> list[Change]:
    """Return the differences of two models' texts, in the order of the second file.

    Parameters
    ----------
    before, after
        Models with their equations.
    """
    old, new = _variables(before), _variables(after)
    renamed = _renamed(old, new)
    backward = {to: key for key, to in renamed.items()}
    changes = []
    for key, variable in new.items():
        source = backward.get(key, key)
        where = f"{after.label}:{variable.equations[0].line}"
        if source not in old:
            text = variable.field(lambda equation: equation.text)
            changes.append(Change("added", variable.name, "", text, where))
            continue
        if source != key:
            changes.append(
                Change("renamed", old[source].name, old[source].name, variable.name, where)
            )
        changes.extend(_compare(old[source], variable, renamed, where))
    gone = [key for key in old if key not in new and key not in renamed]
    for key in gone:
        where = f"{before.label}:{old[key].equations[0].line}"
        text = old[key].field(lambda equation: equation.text)
        changes.append(Change("removed", old[key].name, text, "", where))
    return changes


def _variables(program: Program) -> dict[str, _Variable]:
    grouped: dict[str, list[Equation]] = {}
    for equation in program.equations:
        grouped.setdefault(key_of(equation.name), []).append(equation)
    values: dict[str, dict[tuple[str, ...], float]] = {key: {} for key in grouped}
    for name, value in zip(program.constants, program.defaults, strict=True):
        variable = program.variables[name]
        values[key_of(variable.element)][tuple(map(key_of, variable.subscripts))] = value
    for key, items in grouped.items():
        if not all(isinstance(item.expression, Number | Array) for item in items):
            values[key] = {}
    return {
        key: _Variable(items[0].name, tuple(items), values[key]) for key, items in grouped.items()
    }


def _renamed(old: Mapping[str, _Variable], new: Mapping[str, _Variable]) -> dict[str, str]:
    """Return the new key of each variable whose equation stands under another name now."""
    found: dict[str, str] = {}
    while True:
        gone = [key for key in old if key not in new and key not in found]
        come = [key for key in new if key not in old and key not in found.values()]
        pairs = _unique_pairs(
            {key: _identity(old[key], {**found, key: "self"}) for key in gone},
            {key: _identity(new[key], {key: "self"}) for key in come},
        )
        if not pairs:
            return found
        found |= pairs


def _identity(variable: _Variable, names: Mapping[str, str]) -> tuple[object, ...]:
    """Return what makes a variable itself; a number alone does not, so its doc counts too."""
    doc = variable.field(lambda equation: equation.doc) if variable.constant else ""
    return (variable.signature(names), variable.field(lambda equation: equation.unit), doc)


def _unique_pairs(
    old: Mapping[str, tuple[object, ...]], new: Mapping[str, tuple[object, ...]]
) -> dict[str, str]:
    pairs = {}
    for key, identity in old.items():
        same_old = [other for other, value in old.items() if value == identity]
        same_new = [other for other, value in new.items() if value == identity]
        if len(same_old) == len(same_new) == 1:
            pairs[key] = same_new[0]
    return pairs


def _compare(
    old: _Variable, new: _Variable, renamed: Mapping[str, str], where: str
) -> Iterator[Change]:
    constant = old.constant and new.constant
    same = old.values == new.values if constant else old.signature(renamed) == new.signature({})
    if not same:
        kind = "value" if constant else "equation"
        before, after = (item.field(lambda equation: equation.text) for item in (old, new))
        yield Change(kind, old.name, before, after, where)
    fields: tuple[tuple[str, Callable[[Equation], str]], ...] = (
        ("unit", lambda equation: equation.unit),
        ("doc", lambda equation: equation.doc),
    )
    for kind, read in fields:
        before, after = old.field(read), new.field(read)
        if before != after:
            yield Change(kind, old.name, before, after, where)


def _meaning(equation: Equation, names: Mapping[str, str]) -> tuple[object, ...]:
    left = tuple(map(key_of, equation.subscripts))
    exceptions = tuple(tuple(map(key_of, group)) for group in equation.exceptions)
    return left, exceptions, _plain(equation.expression, names)


def _plain(expression: Expression, names: Mapping[str, str]) -> object:
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Reference):
        subscripts = tuple(map(key_of, expression.subscripts))
        return ("ref", names.get(expression.name, expression.name), subscripts)
    if isinstance(expression, Call):
        return (expression.function, *(_plain(item, names) for item in expression.arguments))
    return expression


# -- outcomes -----------------------------------------------------------------------------------------


def outcome_changes(before: Program, after: Program, outcomes: Sequence[str] = ()) -> list[Moved]:
    """Return how far each outcome moved between two models, both at central values.

    Parameters
    ----------
    before, after
        The models.
    outcomes
        Names in the first file; by default every stock that both have.

    Raises
    ------
    ModelError
        If a name is unknown, or there is no saved time in both.
    """
    renamed = _renamed(_variables(before), _variables(after))
    names = outcomes or [n for n, v in before.variables.items() if v.kind == "stock"]
    first = [variable.name for variable in before.find_all(names, "outcome")]
    pairs = [(name, _counterpart(before, after, name, renamed)) for name in first]
    missing = [name for name, other in pairs if other is None]
    if missing and outcomes:
        after.find_all(missing, "outcome")
    shared = [(name, other) for name, other in pairs if other is not None]
    one = simulate(before, {}, [name for name, _ in shared], snapshot=False)
    two = simulate(after, {}, [other for _, other in shared], snapshot=False)
    times, left, right = np.intersect1d(one.times, two.times, return_indices=True)
    if not len(times):
        found = "none in common"
        raise ModelError([Problem("SAVEPER", "saved times of both models", found, "Align them")])
    return [
        _moved(name, one.units[name], times, one[name][0][left], two[other][0][right])
        for name, other in shared
    ]


def _counterpart(
    before: Program, after: Program, name: str, renamed: Mapping[str, str]
) -> str | None:
    variable = before.variables[name]
    key = key_of(variable.element)
    inside = f"[{','.join(variable.subscripts)}]" if variable.subscripts else ""
    wanted = flat_key(renamed.get(key, key) + inside)
    return next((other for other in after.variables if flat_key(other) == wanted), None)


def _moved(name: str, unit: str, times: Floats, old: Floats, new: Floats) -> Moved:
    both_missing = np.isnan(old) & np.isnan(new)
    gap = np.where(both_missing, 0.0, np.abs(new - old))
    gap = np.where(np.isnan(gap), np.inf, gap)
    # At a zero of the first file the scale of its whole path counts.
    scale = np.maximum(np.abs(old), 1e-9 * np.nanmax(np.abs(old), initial=0.0))
    share = np.divide(gap, scale, out=np.where(gap > 0.0, np.inf, 0.0), where=scale > 0.0)
    at, at_share = int(np.argmax(gap)), int(np.argmax(share))
    return Moved(
        name, unit, float(gap[at]), float(times[at]), float(share[at_share]), float(times[at_share])
    )
