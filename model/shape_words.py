"""What is wrong with the shape of an input, in the words of the file and not of the schema."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .report import did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]

PLAIN = {
    "string_type": "text",
    "string_too_short": "text",
    "string_pattern_mismatch": "text of the form {pattern}",
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "dict_type": "named entries",
    "model_type": "named entries",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "literal_error": "one of {expected}",
}
"""What was expected, by the kind of the mistake."""


@dataclass(frozen=True)
class Shape:
    """One mistake.

    Attributes
    ----------
    nearest
        Entry of the file that it is told at.
    words
        What was expected, what was found, what to do.
    """

    nearest: Place
    words: tuple[str, str, str]


def shape_problem(place: Place, detail: ErrorDetails, known: Sequence[str]) -> list[Shape]:
    """Return the mistakes that one detail of a failed validation tells of.

    Parameters
    ----------
    place
        Keys of the entry from the top down.
    detail
        As pydantic gives it; rules of the schema travel in its context.
    known
        Names of the fields that may stand where the entry is.
    """
    kind, context = detail["type"], detail.get("ctx", {})
    if context.get("rules"):
        return [Shape(place, rule) for rule in context["rules"]]
    if kind == "missing":
        return [_missing(place, detail["input"], known)]
    if kind == "extra_forbidden":
        remedy = did_you_mean(place[-1], known, f"Delete {place[-1]!r}")
        expected = f"a known field: one of {', '.join(known)}"
        return [Shape(place, (expected, repr(place[-1]), remedy))]
    plain = PLAIN.get(kind)
    if kind == "literal_error":
        context = {"expected": context["expected"].replace(" or ", ", ").replace("'", "")}
    expected = detail["msg"].lower() if plain is None else plain.format(**context)
    return [Shape(place, (expected, _short(detail["input"]), "Correct the entry"))]


def _missing(place: Place, around: object, known: Sequence[str]) -> Shape:
    """Tell of a field that is not there, at the entry that was meant for it where there is one."""
    name = str(place[-1])
    others = [str(key) for key in around if key not in known] if isinstance(around, dict) else []
    near = difflib.get_close_matches(name, others, 1)
    expected = f"a field {name!r}"
    if near:
        return Shape((*place[:-1], near[0]), (expected, "none", f"Rename {near[0]!r} to {name!r}"))
    return Shape(place, (expected, "none", f"Add `{name}:`"))


def _short(value: object) -> str:
    if isinstance(value, dict):
        return "named entries"
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else repr(value)[:60]
