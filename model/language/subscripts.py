"""Subscripts: which scalars a subscripted name stands for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from .functions import VECTOR_FUNCTIONS
from .syntax import Call, Expression, Range, Reference, key_of, walk

# What each range on the left side (or summed over) stands for now: its element and position.
Environment = dict[str, tuple[str, int]]


class SubscriptError(Exception):
    """A subscript that cannot be resolved; the flattener adds where."""


class Subscripts:
    """The ranges of a model and their mappings.

    Parameters
    ----------
    ranges
        In file order.
    """

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._ranges = {key_of(item.name): item for item in ranges}
        self.display: dict[str, str] = {}
        for item in ranges:
            for element in item.elements:
                self.display.setdefault(key_of(element), element)

    def elements(self, subscript: str) -> tuple[str, ...]:
        """Return the keys of the elements that one subscript stands for."""
        key = key_of(subscript)
        if key in self._ranges:
            return tuple(key_of(element) for element in self._ranges[key].elements)
        if key in self.display:
            return (key,)
        raise SubscriptError(f"the unknown subscript '{subscript}'")

    def combinations(
        self, subscripts: Sequence[str]
    ) -> Iterator[tuple[tuple[str, ...], Environment]]:
        """Yield every combination of elements, last subscript fastest, with its environment."""
        lists = [self.elements(subscript) for subscript in subscripts]
        keys = [key_of(subscript) for subscript in subscripts]
        for picked in itertools.product(*(enumerate(items) for items in lists)):
            environment = {
                key: (element, position)
                for key, (position, element) in zip(keys, picked, strict=True)
                if key in self._ranges
            }
            yield tuple(element for _, element in picked), environment

    def resolve(self, subscripts: Sequence[str], environment: Environment) -> tuple[str, ...]:
        """Return the elements that the subscripts of a reference stand for."""
        return tuple(self._resolve(subscript, environment) for subscript in subscripts)

    def _resolve(self, subscript: str, environment: Environment) -> str:
        summed = _summed(subscript)
        key = summed or key_of(subscript)
        if key in environment:
            return environment[key][0]
        if summed:
            raise SubscriptError(f"'{subscript}' outside SUM, PROD, VMIN or VMAX")
        if key not in self._ranges:
            return self.elements(subscript)[0]
        mapped: set[str] = set()
        for other, (element, position) in environment.items():
            mapped |= self._mapped(key, other, element, position)
        if len(mapped) > 1:
            raise SubscriptError(f"the range '{subscript}', which maps to several elements here")
        if not mapped:
            raise SubscriptError(
                f"the range '{subscript}', which is not on the left side and maps to no range there"
            )
        return mapped.pop()

    def _mapped(self, wanted: str, other: str, element: str, position: int) -> set[str]:
        """Return the elements of one range that correspond to an element of another."""
        first, second = self._ranges.get(wanted), self._ranges.get(other)
        if first is None or second is None:
            return set()
        own, found = self.elements(wanted), set[str]()
        if other in first.maps_to or wanted in second.maps_to:
            if len(first.elements) != len(second.elements):
                text = f"the mapping of '{wanted}' to '{other}', of unequal length"
                raise SubscriptError(text)
            found.add(own[position])
        for target, items in first.listed:
            if target == other:
                pairs = zip(own, items, strict=True)
                found.update(name for name, item in pairs if element in item)
        for target, items in second.listed:
            if target == wanted:
                found.update(items[position])
        return found

    def count(self, subscript: str) -> int | None:
        """Return the number of elements of a range, or nothing if there is no such range."""
        found = self._ranges.get(key_of(subscript))
        return None if found is None else len(found.elements)

    def is_subscript(self, key: str) -> bool:
        """Whether a key names a range or an element."""
        return key in self._ranges or key in self.display

    def places(self, subscript: str, environment: Environment) -> set[int]:
        """Return the places, from 1, of the element of a subscript in the ranges that hold it."""
        element = self._resolve(subscript, environment)
        lists = [self.elements(name) for name in self._ranges]
        return {items.index(element) + 1 for items in lists if element in items}

    def summed_environments(
        self, argument: Expression, environment: Environment
    ) -> list[Environment]:
        """Return one environment per element of the ranges that a vector function runs over."""
        marks: list[str] = []
        for item in _without_inner_sums(argument):
            if isinstance(item, Reference):
                marks.extend(
                    mark
                    for text in item.subscripts
                    if (mark := _summed(text)) and mark not in marks
                )
        if not marks:
            raise SubscriptError("no subscript with '!' to run over")
        result = []
        for picked in itertools.product(*(enumerate(self.elements(mark[:-1])) for mark in marks)):
            chosen = {
                mark: (element, place) for mark, (place, element) in zip(marks, picked, strict=True)
            }
            result.append({**environment, **chosen})
        return result


def _summed(subscript: str) -> str:
    """Return ``stage!`` for ``Stage !``, and nothing for a plain subscript."""
    text = subscript.strip()
    return key_of(text[:-1]) + "!" if text.endswith("!") else ""


def _without_inner_sums(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and what is inside, but not what an inner vector function runs over."""
    if isinstance(expression, Call):
        if expression.function in VECTOR_FUNCTIONS:
            return
        for argument in expression.arguments:
            yield from _without_inner_sums(argument)
    else:
        yield from walk(expression)
