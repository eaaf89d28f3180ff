"""Subscript ranges of a model file: elements of nested ranges, and mappings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .convert import with_marked_bases
from .refusals import Refusal
from .source import Entry
from .syntax import Range, key_of

_ARROW = re.compile(r'(?<!<)->(?=(?:[^"]*"[^"]*")*[^"]*$)')
_NAME = r'\s*(?:"[^"]*"|[^,()":]+)\s*'
_TARGET = rf"(?:\s*\({_NAME}:{_NAME}(?:,{_NAME})*\)\s*|{_NAME})"


@dataclass(frozen=True)
class RawRange:
    """A range as the parser leaves it: names of elements or ranges, or the name of its original."""

    name: str
    definition: list[str] | str
    entry: Entry


class RangeReader:
    """Finds the elements of ranges, in whatever order they are defined.

    Parameters
    ----------
    raw
        Every range of the model.
    """

    def __init__(self, raw: list[RawRange]) -> None:
        self._raw = {key_of(item.name): item for item in raw}

    def read(self, item: RawRange) -> Range:
        """Return a range with its elements and mappings.

        Raises
        ------
        Refusal
            If it holds itself, copies an unknown range, or its mapping does not fit.
        """
        elements = self._elements(item, ())
        keys = [key_of(element) for element in elements]
        if len(set(keys)) < len(keys):
            raise Refusal("a range with an element twice", "Name each element once")
        if isinstance(item.definition, str):
            return Range(item.name, elements, (key_of(item.definition),), item.entry.line)
        whole, listed = [], []
        for target, items in _mappings(item.entry.equation):
            if target not in self._raw:
                raise Refusal(f"a mapping to the unknown range '{target}'", "Define that range")
            if items:
                listed.append((target, self._listed(target, items, len(elements))))
            else:
                whole.append(target)
        return Range(item.name, elements, tuple(whole), item.entry.line, tuple(listed))

    def _elements(self, item: RawRange, above: tuple[str, ...]) -> tuple[str, ...]:
        key = key_of(item.name)
        if key in above:
            raise Refusal(f"the range '{item.name}', which holds itself", "List its elements")
        if isinstance(item.definition, str):
            original = self._raw.get(key_of(item.definition))
            if original is None:
                found = f"a copy of the unknown range '{item.definition}'"
                raise Refusal(found, "Define that range")
            return self._elements(original, (*above, key))
        elements: list[str] = []
        for name in item.definition:
            nested = self._raw.get(key_of(name))
            clean = name.strip().strip('"')
            elements.extend(self._elements(nested, (*above, key)) if nested else (clean,))
        return tuple(elements)

    def _listed(self, target: str, items: list[str], count: int) -> tuple[tuple[str, ...], ...]:
        """Return the elements of the target range that stand for each element of this one."""
        if len(items) != count:
            found = f"a mapping of {count} elements to a list of {len(items)}"
            raise Refusal(found, "List one element or subrange per element of the range")
        known = {key_of(name) for name in self._elements(self._raw[target], ())}
        result = []
        for item in items:
            nested = self._raw.get(key_of(item))
            names = self._elements(nested, ()) if nested else (item,)
            keys = tuple(key_of(name) for name in names)
            if not known.issuperset(keys):
                raise Refusal(f"a mapping to '{item}', which is not in '{target}'", "Correct it")
            result.append(keys)
        return tuple(result)


def without_mapping(equation: str) -> str:
    """Return an entry for PySD's parser, which takes listed elements for elements of the range.

    What it would do to signed numbers before a power is kept from it too.

    Examples
    --------
    >>> without_mapping("r: a, b -> (q: y, x)")
    'r: a, b'
    """
    return with_marked_bases(_ARROW.split(equation, maxsplit=1)[0].strip())


def _mappings(equation: str) -> list[tuple[str, list[str]]]:
    """Return the targets after the arrow, each with its listed elements if it has any.

    Examples
    --------
    >>> _mappings("r: a, b -> (q: y, x), s")
    [('q', ['y', 'x']), ('s', [])]
    """
    _, *text = _ARROW.split(equation, maxsplit=1)
    if not text:
        return []
    if not re.fullmatch(rf"{_TARGET}(,{_TARGET})*", text[0]):
        raise Refusal(f"the mapping '{text[0].strip()}'", "Write '-> range' or '-> (range: a, b)'")
    found = []
    for target in re.findall(_TARGET, text[0]):
        name, _, items = target.strip().strip("()").partition(":")
        listed = [item.strip() for item in re.findall(_NAME, items) if item.strip()]
        found.append((key_of(name), listed))
    return found
