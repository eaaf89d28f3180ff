"""The comparison in plain words: what is known, and the answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ..calibration.likelihood import sampling_deviation
from ..calibration.observations import Observation
from ..model.calendar import DECISION_MONTH
from ..scenarios.loader import EQUAL_BUDGET_IDS
from .limits import BOTTLENECK_DRAWS
from .place import elsewhere, place_of
from .ranking import RANKING_CHANCE, SHOWN
from .results import Comparison, StrategyResult
from .target_chance import TWO_SIDED, best_named
from .text import Words

POWER = 2.8
"""Standard errors of a difference that a survey detects in 80 percent of cases at 5 percent."""


def statement(answer: Comparison, words: Words, design_effect: float) -> list[str]:
    """Return what the surveys can and cannot say, every number computed.

    Parameters
    ----------
    answer
        The comparison.
    words
        Language.
    design_effect
        Variance of a survey over that of a simple random sample.
    """
    points = [item for item in answer.observations if item.value is not None]
    number = words.number
    if not points:
        level = words.get("statement.none")
    else:
        level = words.get(
            "statement.level",
            surveys=survey_list(answer, words),
            changes=_changes(points, design_effect, words),
            detect=number(detectable(points, design_effect), 0),
        )
    told = elsewhere(place_of(answer.district), words)
    return [*told, level, words.get("statement.levers"), *rule(answer, words)]


def rule(answer: Comparison, words: Words) -> list[str]:
    """Say which differences should not drive a decision, where two strategies were compared."""
    if answer.smallest is None:
        return []
    deciding, ranking = words.number(answer.smallest, SHOWN), words.percent(RANKING_CHANCE)
    return [words.get("statement.rule", deciding=deciding, ranking=ranking)]


def detectable(points: Sequence[Observation], design_effect: float) -> float:
    """Return the change that a next survey like the last one would detect, percentage points."""
    return 100.0 * POWER * math.sqrt(2.0) * _error(points[-1], design_effect)


def largest_change(points: Sequence[Observation], design_effect: float) -> float:
    """Return the largest change from one survey to the next, standard errors; 0 for a single one."""
    return max((abs(z) for _, _, z in _steps(points, design_effect)), default=0.0)


def survey_list(answer: Comparison, words: Words) -> str:
    """Return every survey of the district with its figure."""
    return "; ".join(_survey(item, words) for item in answer.observations)


def _survey(item: Observation, words: Words) -> str:
    """Return a survey with its figure, or with the interval that is known to hold it."""
    if item.value is not None:
        return f"{item.survey} {words.number(100.0 * item.value)} %"
    assert item.low is not None and item.high is not None
    return f"{item.survey} {words.span(100.0 * item.low, 100.0 * item.high)} %"


def _changes(points: Sequence[Observation], design_effect: float, words: Words) -> str:
    """Say what changed from one survey to the next, and whether sampling error explains it."""
    if len(points) == 1:
        return words.get("statement.single")
    parts = []
    for (first, second), (change, error, z) in zip(
        pairwise(points), _steps(points, design_effect), strict=True
    ):
        values = {"change": words.number(change), "error": words.number(error)}
        years = {"first": first.year, "second": second.year}
        parts.append(words.get("statement.change", z=words.number(z, 2), **values, **years))
    noise = largest_change(points, design_effect) < TWO_SIDED
    return words.get("statement.noise" if noise else "statement.moved", changes="; ".join(parts))


def _steps(
    points: Sequence[Observation], design_effect: float
) -> Iterator[tuple[float, float, float]]:
    """Return change, its standard error, points, and their ratio, from one survey to the next."""
    for first, second in pairwise(points):
        error = 100.0 * math.hypot(*(_error(item, design_effect) for item in (first, second)))
        change = 100.0 * (_value(second) - _value(first))
        yield change, error, change / error


def headlines(answer: Comparison, words: Words) -> list[str]:
    """Return the answer, first things first."""
    last = answer.base[-1]
    meaning, span = words.get("answer.meaning"), words.range(last.survey, unit=" %")
    lines = [words.get("answer.base", meaning=meaning, year=last.year, range=span)]
    plain = [r for r in answer.strategies if r.id not in EQUAL_BUDGET_IDS]
    if plain:
        most = max(plain, key=lambda r: r.dates[-1].gain.median)
        lines.append(words.get("answer.most", **_gain(answer, most, words)))
    return [*lines, *_target(answer, words), *_bottleneck(answer, words)]


def equal_heading(answer: Comparison, words: Words) -> str:
    """Return the heading of the equal-budget set, with its sum."""
    return words.get("equal.heading", sum=words.rupiah(equal_sum(answer)))


def equal_sum(answer: Comparison) -> float:
    """Return the yearly ceiling of the equal-budget set, million rupiah."""
    return max((p.scenario.equal_budget or 0.0 for p in answer.plans), default=0.0)


def equal_lines(answer: Comparison, words: Words) -> list[str]:
    """Say whether one plan of the equal-budget set is best, and whether less money does as much."""
    if answer.equal_budget is None:
        return []
    lines = [
        words.get(
            f"equal.{answer.equal_budget.verdict(answer.deciding)}", **lead_said(answer, words)
        )
    ]
    pair = cheaper(answer)
    if pair is None:
        return lines
    less, most = pair
    values = {
        "name": words.title(answer.titles[less.id]),
        "most": words.title(answer.titles[most.id]),
        "deciding": words.number(answer.deciding, 2),
        "less": words.number(less.dates[-1].gain.median, 2),
        "more": words.number(most.dates[-1].gain.median, 2),
        "cost": words.rupiah(less.yearly_cost),
        "dearer": words.rupiah(most.yearly_cost),
    }
    return [*lines, words.get("equal.cheaper", **values)]


def lead_said(answer: Comparison, words: Words) -> dict[str, object]:
    """Return the blanks of a sentence about the lead within the equal-budget set."""
    assert answer.equal_budget is not None
    lead, best = answer.equal_budget.lead, answer.equal_budget.best
    return {
        "name": words.title(answer.titles[lead.first]),
        "second": words.title(answer.titles[lead.second]),
        "chance": words.percent(best[lead.first]),
        "difference": words.number(lead.difference, SHOWN),
        "deciding": words.number(answer.deciding, SHOWN),
        "ranking": words.percent(RANKING_CHANCE),
    }


def cheaper(answer: Comparison) -> tuple[StrategyResult, StrategyResult] | None:
    """Return a member of the equal-budget set that gains as much for less, and the dearer one.

    As much means a median within the deciding difference of the largest, and above half of it;
    less means at least a twentieth less a year.
    """
    if answer.equal_budget is None:
        return None
    members = [r for r in answer.strategies if r.id in answer.equal_budget.best]
    most = max(members, key=lambda r: r.dates[-1].gain.median)
    top = most.dates[-1].gain.median
    enough = max(top - answer.deciding, 0.5 * top)
    able = [
        r
        for r in members
        if r.dates[-1].gain.median >= enough and r.yearly_cost < 0.95 * most.yearly_cost
    ]
    return (min(able, key=lambda r: r.yearly_cost), most) if able and top > 0.0 else None


def _value(item: Observation) -> float:
    return float("nan") if item.value is None else item.value


def _error(item: Observation, design_effect: float) -> float:
    return sampling_deviation(_value(item), item.children, design_effect)


def _gain(answer: Comparison, result: StrategyResult, words: Words) -> dict[str, object]:
    last = result.dates[-1]
    return {
        "name": words.title(answer.titles[result.id]),
        "year": last.year,
        "gain": words.range(last.gain, 2),
        "mean": words.number(last.gain.mean, 2),
    }


def _target(answer: Comparison, words: Words) -> Iterator[str]:
    found, number = answer.target, words.number
    if found.chances:
        best = max(found.chances, key=lambda name: found.chances[name])
        yield words.get(
            "answer.target",
            target=number(100.0 * found.target.share),
            year=found.target.year,
            chance=words.percent(found.base),
            best=words.percent(found.chances[best]),
            who=best_said(answer, words),
            why=_why(found.base, found.chances[best], words),
            past=number(100.0 * found.target.past_share),
            past_year=found.target.past_year,
        )
    yield words.get(
        "answer.limit",
        start=words.month(DECISION_MONTH),
        year=found.target.year,
        coflow=words.range(found.limit.coflow, unit=" %"),
        stocks=words.range(found.limit.stocks, unit=" %"),
    )


def best_said(answer: Comparison, words: Words) -> str:
    """Name the strategy with the best chance of the target, or say that none stands out."""
    found, draws = answer.target, int(np.count_nonzero(~answer.batch.failed))
    named, best = best_named(found.base, found.chances, draws)
    return words.get(f"answer.target_{named}", name=words.title(answer.titles[best]))


def _why(base: float, best: float, words: Words) -> str:
    """Say where the chance of meeting the target comes from."""
    if best <= base:
        return words.get("answer.nowhere")
    if base >= 0.5 * best:
        return words.get("answer.trend")
    return words.get("answer.strategy", points=words.number(100.0 * (best - base), 0))


def _bottleneck(answer: Comparison, words: Words) -> Iterator[str]:
    named = list(answer.bottleneck.items())
    if len(named) < 3:
        return
    (first, gain), *rest = named
    following = ", ".join(
        f"{words.get(f'link.{name}')} ({words.number(value.mean, 2)})" for name, value in rest[:2]
    )
    yield words.get(
        "answer.bottleneck",
        name=words.get(f"link.{first}"),
        gain=words.range(gain, 2),
        mean=words.number(gain.mean, 2),
        year=answer.base[-1].year,
        draws=min(BOTTLENECK_DRAWS, int(np.count_nonzero(~answer.batch.failed))),
        next=following,
    )
