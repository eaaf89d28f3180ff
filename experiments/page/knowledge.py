"""What is not known: the assumptions that carry an answer, and what measuring them is worth."""

from __future__ import annotations

from typing import Any

from ...calibration.posterior import Posterior
from ...model.distributions import quantile
from ...model.parameters import Parameter, load_parameters
from ...scenarios.levers import catalogue
from ...scenarios.names import names
from ..batch import Progress
from ..decisions.benefit import PRICE, Benefit, strategies_of
from ..decisions.value_answer import value_answer
from ..decisions.words import measurement_name
from ..results import Comparison
from ..runs.question import read_question
from .plain import said

ENDS = (0.05, 0.95)
"""Quantiles of a prior between which an assumption is moved."""
OUTER = ("secular HAZ gain per year", "initial fidelity")
"""Assumptions about the world outside the levers that are always shown."""
SEED = 20260101
LEVERS = 2
"""Tier of what surveys never update."""


def assumptions(answer: Comparison) -> list[dict[str, Any]]:
    """Return the assumptions that a reader may move, each with the ends of its prior.

    Those are the parameters about levers that lead in the variance of some strategy of the
    library, the links of food, and `OUTER`. Levels and natural history are a joint fit: to move one
    of them alone would contradict the surveys.

    Parameters
    ----------
    answer
        A comparison of the library.
    """
    table = load_parameters()
    named = [
        name
        for result in answer.strategies
        if result.judged is not None
        for name, _ in result.judged.leading
        if name not in names().groups and table.get(name).tier == LEVERS
    ]
    rows = [table.get(name) for name in dict.fromkeys([*OUTER, *named, *_food_links()])]
    return [_assumption(row) for row in rows if row.uncertain]


def _food_links() -> tuple[str, ...]:
    return catalogue().levers["food coverage"].links


def _assumption(row: Parameter) -> dict[str, Any]:
    low, high = (float(quantile(row.prior, share)) for share in ENDS)
    return {
        "name": row.name,
        "title": said(lambda words: words.name(row.name)),
        "unit": row.unit,
        "low": low,
        "central": row.value,
        "high": high,
        "none": row.prior.null_value,
        "spike": row.prior.spike or 0.0,
        "grade": row.grade,
        "judged": row.judged,
        "source": list(row.source),
    }


def leading(answer: Comparison) -> list[dict[str, Any]]:
    """Return by strategy what the regression on ranks explains, and its leading inputs."""
    return [
        {
            "id": result.id,
            "explained": result.judged.explained,
            "judged": result.judged.judged,
            "leading": [
                {"title": said(lambda words, name=name: words.name(name)), "share": share}
                for name, share in result.judged.leading
            ],
        }
        for result in answer.strategies
        if result.judged is not None
    ]


def measuring(
    draws: int,
    progress: Progress = lambda done, total: None,
    own: Posterior | None = None,
) -> dict[str, Any]:
    """Return what measuring is worth for the choice at equal budgets, as ``tumbuh value`` says it.

    Parameters
    ----------
    draws
        Of the question.
    progress
        Called with pieces done and pieces in all.
    own
        A fit of the reader's own behind the levels; the stored one when absent.
    """
    names = strategies_of("equal", None)
    question = read_question("paser", names, ("standard",), 2031, draws, SEED, "random", own)
    found = value_answer(question, Benefit("net", PRICE), progress)
    world = next(iter(found["worlds"].values()))
    rows = [
        {
            "title": said(lambda words, name=row["name"]: measurement_name(name, words)),
            **{key: row[key] for key in ("value", "error", "change", "to", "shown")},
            "rupiah": row["value"] * PRICE,
        }
        for row in world["measurements"]
    ]
    kept = {key: found[key] for key in ("draws", "year", "price", "titles")}
    return kept | {"choice": world["choice"], "chance": world["chance"], "rows": rows}
