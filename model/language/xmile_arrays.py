"""Arrays of XMILE: what a reference without subscripts, a position or a ``*`` stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .syntax import Range, Reference, Table, key_of
from .xmile_expression import ExpressionError

REDUCERS = {"sum", "prod", "min", "max", "mean"}


@dataclass(frozen=True)
class Scope:
    """What the names of an equation mean.

    Attributes
    ----------
    ranges
        Dimensions by key.
    axes
        Keys of the dimensions of each variable, by the variable's key.
    curves
        Graphical functions by the variable's key, where one serves all elements.
    left
        What stands on the left for each dimension: its name, or an element.
    own
        Key of the variable on the left, for ``SELF``; empty where it is not told.
    """

    ranges: Mapping[str, Range]
    axes: Mapping[str, tuple[str, ...]]
    curves: Mapping[str, Table]
    left: Mapping[str, str] = field(default_factory=dict)
    own: str = ""

    def within(self, axes: Sequence[str], shown: Sequence[str], own: str = "") -> Scope:
        """Return the scope of an equation with this left side."""
        left = dict(zip(axes, shown, strict=True))
        return Scope(self.ranges, self.axes, self.curves, left, own)

    def resolve(self, reference: Reference, reduced: bool) -> Reference:
        """Return a reference with every subscript written out.

        Parameters
        ----------
        reference
            As parsed.
        reduced
            Whether it stands inside a function that runs over arrays.
        """
        axes = self.axes.get(reference.name, ())
        if not reference.subscripts:
            return self._implicit(reference, axes, reduced)
        if len(axes) != len(reference.subscripts):
            found = f"{len(reference.subscripts)} subscripts of '{shown(reference.name)}'"
            raise ExpressionError(found, f"Give {len(axes)}, one for each dimension")
        subscripts = tuple(
            self._subscript(reference.name, text, axis, reduced)
            for text, axis in zip(reference.subscripts, axes, strict=True)
        )
        return self._checked(Reference(reference.name, subscripts))

    def _implicit(self, reference: Reference, axes: Sequence[str], reduced: bool) -> Reference:
        if not axes:
            return reference
        if reduced:
            return self._checked(Reference(reference.name, tuple(f"{a}!" for a in axes)))
        if any(axis not in self.left for axis in axes):
            found = f"the array '{shown(reference.name)}' without subscripts"
            raise ExpressionError(found, "Name its elements, or use SUM, MEAN, MIN or MAX")
        return Reference(reference.name, tuple(self.left[axis] for axis in axes))

    def element_of(self, text: str, axis: str) -> str:
        """Return the element of a dimension that a name or a position stands for."""
        elements = self.ranges[axis].elements
        if key_of(text) in map(key_of, elements):
            return text
        if text.isdigit() and 1 <= int(text) <= len(elements):
            return elements[int(text) - 1]
        found = f"'{text}', which is no element of dimension '{self.ranges[axis].name}'"
        raise ExpressionError(found, f"Name one of {', '.join(elements[:6])}, or its position")

    def _subscript(self, name: str, text: str, axis: str, reduced: bool) -> str:
        if text == "*":
            if not reduced:
                found = f"'{shown(name)}[*]' outside a function of arrays"
                raise ExpressionError(found, "Use it inside SUM, MEAN, PROD, MIN, MAX or SIZE")
            return f"{axis}!"
        if key_of(text) == axis:
            return f"{axis}!" if reduced and axis not in self.left else self.left.get(axis, text)
        return self._part(text, axis, reduced) or self.element_of(text, axis)

    def _part(self, text: str, axis: str, reduced: bool) -> str:
        """Return what another dimension stands for, if all its elements are those of the axis."""
        key = key_of(text)
        if key not in self.ranges or key_of(text) in map(key_of, self.ranges[axis].elements):
            return ""
        if not set(map(key_of, self.ranges[key].elements)) <= set(
            map(key_of, self.ranges[axis].elements)
        ):
            return ""
        return self.left.get(key) or (f"{key}!" if reduced else "")

    def _checked(self, reference: Reference) -> Reference:
        marks = [text for text in reference.subscripts if text.endswith("!")]
        if len(set(marks)) != len(marks):
            found = f"'{shown(reference.name)}' run over twice along one dimension"
            raise ExpressionError(found, "Reduce one dimension at a time, by a helper variable")
        return reference


def shown(key: str) -> str:
    """Return a key as a reader would write the name."""
    return key.replace("_", " ")
