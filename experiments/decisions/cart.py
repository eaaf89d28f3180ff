"""A classification tree beside the box: several boxes at once, which do not overlap.

Source: Breiman, Friedman, Olshen and Stone, "Classification and regression trees" (1984),
https://doi.org/10.1201/9781315139470, through scikit-learn; for scenario discovery: Lempert, Bryant
and Bankes, "Comparing algorithms for scenario discovery" (2008),
https://www.rand.org/pubs/working_papers/WR557.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold
from sklearn.tree import DecisionTreeClassifier

from ...model.randomness import stream
from .inputs import Inputs
from .prim import Box, Step, step_of, whole

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAVES = (2, 3, 4, 6, 8)
"""Numbers of leaves that are tried."""
FOLDS, LARGEST = 5, 4_000
"""Folds of the cross-validation, and the rows that it uses at most."""
SMALLEST = 0.02
"""Smallest share of the rows in a leaf."""


@dataclass(frozen=True)
class Tree:
    """A tree.

    Attributes
    ----------
    leaves
        Its leaves as boxes, the densest first.
    size
        Number of leaves, chosen by cross-validation.
    skill
        Share of the squared error of the plain frequency that the tree saves in rows that it has
        not seen (the Brier skill score); 0 or less is no use.
    """

    leaves: tuple[Step, ...]
    size: int
    skill: float


def grow(inputs: Inputs, outcome: Flags, groups: NDArray[np.intp], seed: int) -> Tree:
    """Return the smallest tree within one standard error of the best in cross-validation.

    Parameters
    ----------
    inputs, outcome
        The rows.
    groups
        (row,), draw of a row; rows of one draw stay in one fold.
    seed
        Chooses the draws of the cross-validation.
    """
    table, columns = _table(inputs)
    draws = int(groups.max()) + 1
    most = max(FOLDS, LARGEST * draws // len(groups))
    picked = np.zeros(draws, bool)
    picked[stream(seed, "discover/tree").permutation(draws)[:most]] = True
    rows = np.flatnonzero(picked[groups])
    skills = _skills(table[rows], outcome[rows], groups[rows])
    middle = skills.mean(axis=1)
    best = int(np.argmax(middle))
    error = skills[best].std(ddof=1) / np.sqrt(FOLDS)
    place = int(np.argmax(middle >= middle[best] - error))
    model = _model(LEAVES[place]).fit(table, outcome)
    leaves = [step_of(box, inputs, outcome) for box in _boxes(model, inputs, columns)]
    ordered = tuple(sorted(leaves, key=lambda step: -step.density))
    return Tree(ordered, len(ordered), float(middle[place]))


def _model(leaves: int) -> DecisionTreeClassifier:
    options: dict[str, Any] = {"min_samples_leaf": SMALLEST, "random_state": 0}
    return DecisionTreeClassifier(max_leaf_nodes=leaves, **options)


def _skills(table: Floats, outcome: Flags, groups: NDArray[np.intp]) -> Floats:
    """Return the Brier skill in the fold left out, (size, fold)."""
    folds = list(GroupKFold(FOLDS).split(table, outcome, groups))
    out = np.zeros((len(LEAVES), FOLDS))
    for fold, (seen, unseen) in enumerate(folds):
        plain = float(np.mean((outcome[unseen] - outcome[seen].mean()) ** 2))
        for place, leaves in enumerate(LEAVES):
            model = _model(leaves).fit(table[seen], outcome[seen])
            chance = model.predict_proba(table[unseen]) @ np.asarray(model.classes_, float)
            error = float(np.mean((outcome[unseen] - chance) ** 2))
            out[place, fold] = 1.0 - error / plain if plain > 0.0 else 0.0
    return out


def _table(inputs: Inputs) -> tuple[Floats, list[tuple[str, int]]]:
    """Return all inputs as numbers: a category is a column of 0 and 1 for each of its labels."""
    columns = [(name, -1) for name in inputs.names]
    parts = [inputs.numbers]
    for name, ids in inputs.labels.items():
        codes = inputs.categories[name]
        parts.append((codes[:, None] == np.arange(len(ids))).astype(float))
        columns += [(name, code) for code in range(len(ids))]
    return np.hstack(parts), columns


def _boxes(
    model: DecisionTreeClassifier, inputs: Inputs, columns: list[tuple[str, int]]
) -> list[Box]:
    """Return the leaves as boxes."""
    tree = model.tree_
    done: list[Box] = []
    waiting = [(0, whole(inputs))]
    while waiting:
        node, box = waiting.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left == right:
            done.append(box)
            continue
        column, limit = int(tree.feature[node]), float(tree.threshold[node])
        waiting += zip((left, right), _split(box, column, limit, columns[column]), strict=True)
    return done


def _split(box: Box, column: int, limit: float, what: tuple[str, int]) -> tuple[Box, Box]:
    name, code = what
    if code >= 0:
        without, only = box.allowed[name].copy(), np.zeros_like(box.allowed[name])
        without[code], only[code] = False, box.allowed[name][code]
        allowed = (box.allowed | {name: without}, box.allowed | {name: only})
        return replace(box, allowed=allowed[0]), replace(box, allowed=allowed[1])
    high, low = box.high.copy(), box.low.copy()
    high[column] = min(high[column], limit)
    low[column] = max(low[column], np.nextafter(limit, np.inf))
    return replace(box, high=high), replace(box, low=low)
