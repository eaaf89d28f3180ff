"""A design as text that needs no other file, and back: what a worker process is handed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np

from ...model.distributions import Prior
from ...model.errors import InputError, Problem
from ...scenarios.text import Text
from ..runs.evaluate import Outcome
from .design import Coordinate, Design, LeverRuns, Strategy

MARK = "tumbuh_design"
FORM = 1
"""Number of the form of the text; another form is refused."""

_WORDS = ("title", "question")


def plain(design: Design) -> dict[str, Any]:
    """Return a design as plain values, in which every number is written exactly."""
    tree = asdict(replace(design, table={}))
    tree["table"] = {name: column.tolist() for name, column in design.table.items()}
    return {MARK: FORM} | tree


def as_text(design: Design) -> str:
    """Return a design as JSON; equal designs give equal text."""
    return json.dumps(plain(design), ensure_ascii=False)


def is_complete(text: str) -> bool:
    """Tell whether text was written by `as_text`, and not by a person."""
    return text.startswith("{") and f'"{MARK}": ' in text


def digest(design: Design) -> str:
    """Return the SHA-256 of all that the numbers follow from: all but title and question."""
    tree = {name: value for name, value in plain(design).items() if name not in _WORDS}
    return hashlib.sha256(json.dumps(tree).encode()).hexdigest()


def from_text(text: str) -> Design:
    """Return the design of a text that `as_text` wrote.

    Raises
    ------
    InputError
        If the text is cut off or of another form.
    """
    try:
        tree = json.loads(text)
        if tree.get(MARK) != FORM:
            raise ValueError(f"form {tree.get(MARK)!r}")
        return _design(tree)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        found = str(error)[:80] or type(error).__name__
        remedy = "Make it again from the YAML file of the design"
        expected = f"the text of a design in form {FORM}"
        raise InputError([Problem("design", expected, found, remedy)]) from error


def _design(tree: Mapping[str, Any]) -> Design:
    """Build a design from plain values."""
    own = {item.name: tree[item.name] for item in fields(Design)}
    own["title"] = Text(**tree["title"])
    own["question"] = None if tree["question"] is None else Text(**tree["question"])
    own["strategies"] = tuple(Strategy(**item) for item in tree["strategies"])
    own["levers"] = _levers(tree["levers"])
    own["coordinates"] = tuple(_coordinate(item) for item in tree["coordinates"])
    own["worlds"] = tuple(tree["worlds"])
    own["outcomes"] = tuple(Outcome(**item) for item in tree["outcomes"])
    own["table"] = {name: np.array(column, float) for name, column in tree["table"].items()}
    return Design(**own)


def _levers(tree: Mapping[str, Any] | None) -> LeverRuns | None:
    if tree is None:
        return None
    grid = {name: tuple(values) for name, values in tree["grid"].items()}
    return LeverRuns(tree["constants"], grid, tree["branch"])


def _coordinate(tree: Mapping[str, Any]) -> Coordinate:
    prior = None if tree["prior"] is None else Prior(**tree["prior"])
    return Coordinate(**{**tree, "prior": prior, "values": tuple(tree["values"])})
