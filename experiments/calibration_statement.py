"""What planners may and may not read from the calibration, in plain words, every number computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from ..calibration.areas import Area
from ..calibration.likelihood import sampling_deviation
from ..calibration.observations import Observation
from ..calibration.scores import LEAST_COVERED, TOLERANCE, Holdout
from .data_tables import area_name
from .outcomes import POINTS
from .ranking import RANKING_CHANCE
from .text import Words

SURE = 0.95
"""Probability from which two surveys are said to show a rise or a fall; judged."""
LITTLE = 0.1
"""Contraction of the effects of actions below which surveys are said to tell nothing; judged."""
SHARE = 0.90
"""The interval of the hold-out that is spoken of."""


@dataclass(frozen=True)
class Evidence:
    """Everything that the statement says a number of.

    Attributes
    ----------
    area
        The district.
    surveys
        Those of the district that were fitted, in the order of time.
    fitted, districts
        Number of surveys and of districts that were fitted together.
    frozen
        Day on which the surveys were taken as they stood, ISO 8601; nothing for a fit of the
        reader's own.
    design_effect
        Variance of a survey over that of a simple random sample of as many children.
    level, change, levers
        Contraction, one minus variance after over variance before: of the prevalence, of its change
        between the surveys, and of the effects of the actions.
    smallest
        Difference between strategies below which none should drive a decision, percentage points.
    holdout
        Scores of the surveys that were not fitted.
    chance
        Of a score as low against the best plain forecast, if the model were exactly right.
    ranking
        Probability from which an order may be called a ranking.
    """

    area: Area
    surveys: tuple[Observation, ...]
    fitted: int
    districts: int
    frozen: str | None
    design_effect: float
    level: float
    change: float
    levers: float
    smallest: float
    holdout: Holdout
    chance: float
    ranking: float = RANKING_CHANCE


@dataclass(frozen=True)
class Change:
    """From one survey to the next.

    Attributes
    ----------
    first, second
        Names of the surveys.
    size, error
        Change and its standard error of sampling, share.
    rose
        Probability that the true prevalence rose, by the two surveys alone: normal, and with no
        opinion before.
    """

    first: str
    second: str
    size: float
    error: float
    rose: float


def statement(evidence: Evidence, words: Words) -> list[str]:
    """Return the statement, a sentence or a few in each part.

    Parameters
    ----------
    evidence
        What the numbers are taken from.
    words
        Language.
    """
    learnt = {
        name: words.percent(max(0.0, getattr(evidence, name)))
        for name in ("level", "change", "levers")
    }
    place = area_name(evidence.area, words)
    levers = "levers_none" if evidence.levers < LITTLE else "levers_some"
    smallest = words.number(evidence.smallest, 2)
    ranking = words.percent(evidence.ranking)
    return [
        _level(evidence, words),
        _change(evidence, words),
        words.get("planners.learnt", **learnt),
        words.get(f"planners.{levers}", district=place),
        words.get("planners.rule", smallest=smallest, ranking=ranking),
        *holdout_sentences(evidence.holdout, evidence.chance, words),
    ]


def as_markdown(evidence: Evidence, words: Words) -> str:
    """Return the statement with its heading, to be kept beside the figures.

    Parameters
    ----------
    evidence
        What the numbers are taken from.
    words
        Language.
    """
    heading = words.get("planners.heading", district=area_name(evidence.area, words))
    return "\n\n".join([f"# {heading}", *statement(evidence, words)]) + "\n"


def change_of(surveys: Sequence[Observation], design_effect: float) -> Change | None:
    """Return the change between the first two surveys with a published share, if there are two.

    Parameters
    ----------
    surveys
        Of one district, in the order of time.
    design_effect
        Variance of a survey over that of a simple random sample of as many children.
    """
    points = [(row, row.value) for row in surveys if row.value is not None]
    if len(points) < 2:
        return None
    (first, before), (second, after) = points[:2]
    error = math.hypot(
        sampling_deviation(before, first.children, design_effect),
        sampling_deviation(after, second.children, design_effect),
    )
    size = after - before
    return Change(first.survey, second.survey, size, error, NormalDist().cdf(size / error))


def _level(evidence: Evidence, words: Words) -> str:
    points = [(row.value, row.children) for row in evidence.surveys if row.value is not None]
    place = area_name(evidence.area, words)
    together = {
        "district": place,
        "number": evidence.fitted,
        "districts": evidence.districts,
        "stand": _stand(evidence, words),
    }
    if not points:
        return words.get("planners.level_none", **together)
    children = sum(count for _, count in points)
    mean = sum(value * count for value, count in points) / children
    return words.get(
        "planners.level",
        level=words.number(POINTS * mean),
        count=len(points),
        surveys="; ".join(_published(row, words) for row in evidence.surveys),
        **together,
    )


def _stand(evidence: Evidence, words: Words) -> str:
    """Say as of when the surveys stood."""
    if evidence.frozen is None:
        return words.get("planners.stand_own")
    return words.get("planners.stand", frozen=words.day(evidence.frozen))


def _published(row: Observation, words: Words) -> str:
    """Write a survey with its share, or with the range that is known."""
    if row.value is not None:
        return f"{row.survey} {words.number(POINTS * row.value)} %"
    assert row.low is not None and row.high is not None
    return f"{row.survey} {words.span(POINTS * row.low, POINTS * row.high)} %"


def _change(evidence: Evidence, words: Words) -> str:
    found = change_of(evidence.surveys, evidence.design_effect)
    if found is None:
        return words.get("planners.change_none")
    key = "up" if found.rose >= SURE else "down" if found.rose <= 1.0 - SURE else "open"
    return words.get(
        f"planners.change_{key}",
        first=found.first,
        second=found.second,
        change=("+" if found.size > 0.0 else "") + words.number(POINTS * found.size),
        error=words.number(POINTS * found.error),
        chance=words.percent(found.rose),
    )


def holdout_sentences(
    holdout: Holdout, chance: float, words: Words, settled: bool = True
) -> list[str]:
    """Say how the hold-out went, gate by gate.

    Parameters
    ----------
    holdout
        The test.
    chance
        Chance to be as far behind though exactly right.
    words
        Language.
    settled
        Whether enough chains were run: of a fit that had not settled no gate is said to pass.
    """
    size = len(holdout.points)
    covered = words.get(
        "planners.covered",
        inside=holdout.model.covered(SHARE),
        points=size,
        share=words.percent(SHARE),
        least=math.ceil(LEAST_COVERED * size),
    )
    gain, error = holdout.gain(holdout.best)
    score = words.get(
        "planners.score_ahead" if gain >= 0.0 else "planners.score_behind",
        name=words.get(f"score.{holdout.best.replace(' ', '_')}"),
        amount=words.number(abs(gain)),
        error=words.number(error),
        chance=words.percent(chance),
        tolerance=words.number(TOLERANCE, 0),
    )
    covers, keeps_up = (
        words.get(f"planners.{gate}_{how}")
        for gate, how in (
            ("covered", verdict(holdout.covers, settled)),
            ("score", verdict(holdout.keeps_up, settled)),
        )
    )
    return [f"{covered} {covers}", f"{score} {keeps_up}", words.get("planners.blind")]


def verdict(passed: bool, settled: bool) -> str:
    """Return how a gate went: a fit that had not settled passes none."""
    if not passed:
        return "failed"
    return "passed" if settled else "unsettled"
