"""Partial derivatives of an equation, one for each place where a variable stands in it.

Forward differentiation on the tree, over several times at once. Conditions have no slope; a
smooth or delay follows its input; what a function that is not known here depends on has an
unknown slope (NaN).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..engine.trajectories import Floats
from ..language.definitions import Definitions, Scalar
from ..language.functions import TABLE_KINDS
from ..language.subscripts import Environment
from ..language.syntax import STOCKS, Call, Expression, Number, Reference, Table

# Where in the tree a reference stands: the positions of the arguments on the way down.
Path = tuple[int, ...]
Slopes = dict[tuple[Path, Scalar], Floats]

_DELAYED = ("smooth", "smooth_n", "delay", "delay_n", "delay_fixed", "active_initial")


@dataclass(frozen=True)
class Dual:
    """A value over time, and its slope for each reference in it."""

    value: Floats
    slopes: Slopes

    def scaled(self, factor: Floats) -> Slopes:
        """Return the slopes times a factor."""
        return {key: slope * factor for key, slope in self.slopes.items()}


class Differentiator:
    """Differentiates the equations of a model around a run.

    Parameters
    ----------
    definitions
        The scalars.
    values
        Value of each scalar that has one, (time,), and of ``("time", ())``.
    """

    def __init__(self, definitions: Definitions, values: Mapping[Scalar, Floats]) -> None:
        self._definitions, self._values = definitions, values
        self._override: Mapping[Scalar, float] = {}
        self._times = values["time", ()]

    def slopes(self, scalar: Scalar, override: Mapping[Scalar, float] | None = None) -> Slopes:
        """Return the slopes of the equation of a scalar; of a stock, those of its rate.

        Parameters
        ----------
        scalar
            The effect.
        override
            Values that replace those of the run.
        """
        self._override = override or {}
        definition = self._definitions.table[scalar]
        with np.errstate(all="ignore"):
            return self._dual(definition.equation.expression, definition.environment, ()).slopes

    def _constant(self, value: float) -> Dual:
        return Dual(np.full(len(self._times), value), {})

    def _dual(self, expression: Expression, env: Environment, path: Path) -> Dual:
        if isinstance(expression, Number):
            return self._constant(expression.value)
        if isinstance(expression, Reference):
            return self._reference(expression, env, path)
        if not isinstance(expression, Call):
            return self._constant(np.nan)
        name = expression.function
        if name in ("sum", "prod", "vmin", "vmax"):
            return self._vector(expression, env, path)
        if name in TABLE_KINDS or name == "with_lookup":
            return self._lookup(expression, env, path)
        if name == "initial":
            first = self._dual(expression.arguments[0], env, (*path, 0)).value[0]
            return self._constant(float(first))
        if name in STOCKS or name in _DELAYED:
            return self._dual(expression.arguments[0], env, (*path, 0))
        parts = [
            self._dual(argument, env, (*path, place))
            for place, argument in enumerate(expression.arguments)
        ]
        rule = _RULES.get(name)
        return rule(self, *parts) if rule else self._unknown(parts)

    def _reference(self, reference: Reference, env: Environment, path: Path) -> Dual:
        if reference.name == "time" and not reference.subscripts:
            return Dual(self._times, {})
        scalar = self._definitions.scalar(reference, env)
        if scalar is None or scalar not in self._values:
            return self._constant(np.nan)
        ones = np.ones(len(self._times))
        value = self._values[scalar]
        if scalar in self._override:
            value = np.full(len(self._times), self._override[scalar])
        return Dual(value, {(path, scalar): ones})

    def _vector(self, call: Call, env: Environment, path: Path) -> Dual:
        argument = call.arguments[0]
        chosen = self._definitions.subscripts.summed_environments(argument, env)
        combine = _RULES[{"sum": "+", "prod": "*", "vmin": "min", "vmax": "max"}[call.function]]
        result = self._dual(argument, chosen[0], (*path, 0))
        for item in chosen[1:]:
            result = combine(self, result, self._dual(argument, item, (*path, 0)))
        return result

    def _lookup(self, call: Call, env: Environment, path: Path) -> Dual:
        first, second = call.arguments
        table, argument = (second, first) if call.function == "with_lookup" else (first, second)
        inner = self._dual(argument, env, path)
        if isinstance(table, Reference):
            scalar = self._definitions.scalar(table, env)
            table = self._definitions.table[scalar].equation.expression if scalar else table
        if not isinstance(table, Table):
            return self._unknown([inner])
        width = 1e-6 * (table.x[-1] - table.x[0])
        low, high = (np.interp(inner.value + d, table.x, table.y) for d in (-width, width))
        value = np.asarray(np.interp(inner.value, table.x, table.y), float)
        return Dual(value, inner.scaled(np.asarray(high - low, float) / (2.0 * width)))

    def _unknown(self, parts: list[Dual]) -> Dual:
        nothing = np.full(len(self._times), np.nan)
        return Dual(nothing, {key: nothing for part in parts for key in part.slopes})

    # -- rules, one for each operation ------------------------------------------------------------

    def _add(self, left: Dual, right: Dual) -> Dual:
        return Dual(left.value + right.value, _merged(left.slopes, right.slopes))

    def _negate(self, inner: Dual) -> Dual:
        return Dual(-inner.value, inner.scaled(np.full(len(self._times), -1.0)))

    def _subtract(self, left: Dual, right: Dual) -> Dual:
        return self._add(left, self._negate(right))

    def _multiply(self, left: Dual, right: Dual) -> Dual:
        slopes = _merged(left.scaled(right.value), right.scaled(left.value))
        return Dual(left.value * right.value, slopes)

    def _divide(self, above: Dual, below: Dual, _otherwise: Dual | None = None) -> Dual:
        value = above.value / below.value
        slopes = _merged(above.scaled(1.0 / below.value), below.scaled(-value / below.value))
        return Dual(value, slopes)

    def _power(self, base: Dual, exponent: Dual) -> Dual:
        value = base.value**exponent.value
        by_base = exponent.value * base.value ** (exponent.value - 1.0)
        by_exponent = np.where(base.value > 0.0, value * np.log(base.value), 0.0)
        return Dual(value, _merged(base.scaled(by_base), exponent.scaled(by_exponent)))

    def _smaller(self, left: Dual, right: Dual) -> Dual:
        return _chosen(left.value <= right.value, left, right)

    def _larger(self, left: Dual, right: Dual) -> Dual:
        return _chosen(left.value >= right.value, left, right)

    def _choice(self, condition: Dual, yes: Dual, no: Dual) -> Dual:
        picked = _chosen(condition.value != 0.0, yes, no)
        # What a condition needs is a cause, without a slope.
        return Dual(picked.value, _merged(picked.slopes, condition.scaled(0.0 * self._times)))

    def _step(self, height: Dual, start: Dual) -> Dual:
        return self._multiply(height, Dual((self._times >= start.value).astype(float), {}))

    def _ramp(self, slope: Dual, start: Dual, end: Dual) -> Dual:
        length = np.maximum(0.0, np.minimum(self._times, end.value) - start.value)
        return self._multiply(slope, Dual(length, {}))

    def _pulse(self, start: Dual, *others: Dual) -> Dual:
        """Return 1 from the start on: a pulse is there, for the sign of what it multiplies."""
        del others
        return Dual((self._times >= start.value).astype(float), {})

    def _log(self, value: Dual, base: Dual) -> Dual:
        return self._divide(*(_through(np.log, lambda x: 1.0 / x)(self, d) for d in (value, base)))

    def _first(self, value: Dual, *_others: Dual) -> Dual:
        return value


def _merged(left: Slopes, right: Slopes) -> Slopes:
    result = dict(left)
    for key, slope in right.items():
        result[key] = result[key] + slope if key in result else slope
    return result


def _chosen(condition: np.ndarray, yes: Dual, no: Dual) -> Dual:
    mask = condition.astype(float)
    slopes = _merged(yes.scaled(mask), no.scaled(1.0 - mask))
    return Dual(np.where(condition, yes.value, no.value), slopes)


def _through(
    function: Callable[[Floats], Floats], derivative: Callable[[Floats], Floats]
) -> Callable[[Differentiator, Dual], Dual]:
    def rule(_self: Differentiator, inner: Dual) -> Dual:
        return Dual(function(inner.value), inner.scaled(derivative(inner.value)))

    return rule


def _truth(test: Callable[..., np.ndarray]) -> Callable[..., Dual]:
    def rule(self: Differentiator, *parts: Dual) -> Dual:
        value = test(*(part.value for part in parts)).astype(float)
        flat = 0.0 * self._times
        slopes: Slopes = {}
        for part in parts:
            slopes = _merged(slopes, part.scaled(flat))
        return Dual(value, slopes)

    return rule


_RULES: dict[str, Callable[..., Dual]] = {
    "+": Differentiator._add,
    "-": Differentiator._subtract,
    "neg": Differentiator._negate,
    "*": Differentiator._multiply,
    **dict.fromkeys(("/", "zidz", "xidz"), Differentiator._divide),
    **dict.fromkeys(("^", "power"), Differentiator._power),
    **dict.fromkeys(("min", "limited"), Differentiator._smaller),
    "max": Differentiator._larger,
    "if_then_else": Differentiator._choice,
    "step": Differentiator._step,
    "ramp": Differentiator._ramp,
    **dict.fromkeys(("pulse", "pulse_train"), Differentiator._pulse),
    "log": Differentiator._log,
    **dict.fromkeys(("integer", "quantum", "modulo"), Differentiator._first),
    "abs": _through(np.abs, np.sign),
    "exp": _through(np.exp, np.exp),
    "ln": _through(np.log, lambda x: 1.0 / x),
    "sqrt": _through(np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "sin": _through(np.sin, np.cos),
    "cos": _through(np.cos, lambda x: -np.sin(x)),
    "tan": _through(np.tan, lambda x: 1.0 / np.cos(x) ** 2),
    "arctan": _through(np.arctan, lambda x: 1.0 / (1.0 + x * x)),
    "tanh": _through(np.tanh, lambda x: 1.0 - np.tanh(x) ** 2),
    "<": _truth(np.less),
    "<=": _truth(np.less_equal),
    ">": _truth(np.greater),
    ">=": _truth(np.greater_equal),
    "=": _truth(np.equal),
    "<>": _truth(np.not_equal),
    "and": _truth(np.logical_and),
    "or": _truth(np.logical_or),
    "not": _truth(np.logical_not),
}
