"""The comparison in plain words: what is known, the answer, and how to read it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..calibration.likelihood import sampling_deviation
from ..calibration.observations import Observation
from ..model.evidence_tables import load_evidence
from ..scenarios.levers import catalogue
from ..scenarios.loader import BASELINE
from ..scenarios.text import rupiah
from .compare import BOTTLENECK_DRAWS, PAST_REFERENCE, Comparison, StrategyResult, target_prevalence
from .text import Words

POWER = 2.8
"""Standard errors of a difference that a survey detects in 80 percent of cases at 5 percent."""


def statement(answer: Comparison, words: Words, district: str, design_effect: float) -> list[str]:
    """Return what the surveys can and cannot say, every number computed.

    Parameters
    ----------
    answer
        The comparison.
    words
        Language.
    district
        Name of the district.
    design_effect
        Variance of a survey over that of a simple random sample.
    """
    points = [item for item in answer.observations if item.value is not None]
    first, second = points[-2:]
    errors = [_error(item, design_effect) for item in (first, second)]
    change, error = (_value(second) - _value(first)) * 100.0, 100.0 * math.hypot(*errors)
    listed = ", ".join(f"{words.number(100 * _value(i))} % ({i.survey})" for i in points)
    number = words.number
    return [
        words.get(
            "statement.level",
            district=district,
            surveys=listed,
            change=number(change),
            error=number(error),
            z=number(change / error, 2),
        ),
        words.get("statement.levers"),
        words.get(
            "statement.rule",
            deciding=number(max(answer.deciding, 0.05), 2),
            detect=number(100.0 * POWER * math.sqrt(2.0) * errors[-1], 0),
        ),
    ]


def headlines(answer: Comparison, words: Words) -> list[str]:
    """Return the answer, first things first."""
    titles = {plan.scenario.id: plan.scenario.title.get(words.language) for plan in answer.plans}
    number, last = words.number, answer.base[-1]
    meaning = words.get("answer.meaning")
    lines = [
        words.get(
            "answer.base",
            meaning=meaning,
            year=last.year,
            median=number(last.survey.median),
            low=number(last.survey.low90),
            high=number(last.survey.high90),
        )
    ]
    plain = [r for r in answer.strategies if not r.id.startswith("equal_")]
    if plain:
        lines.append(_most(max(plain, key=lambda r: r.dates[-1].gain.median), titles, words))
    lines += [_three(r, words) for r in plain if r.id == "all_three"]
    lines += _target(answer, titles, words)
    lines += _equal(answer, titles, words)
    lines += _bottleneck(answer, words)
    return lines


def caveats(answer: Comparison, words: Words) -> list[str]:
    """Return what to read with care; warnings first."""
    titles = {plan.scenario.id: plan.scenario.title.get(words.language) for plan in answer.plans}
    notes = [line for r in answer.strategies for line in _notes(r, titles[r.id], words)]
    mcc = load_evidence().effects["C01"]
    shown = words.number(mcc.value or 0.0)
    if mcc.low is not None and mcc.high is not None:
        shown += f" ({words.number(mcc.low)} … {words.number(mcc.high)})"
    notes.append(words.get("caveat.trials", mcc=shown))
    shares = [r.judged.judged for r in answer.strategies if r.judged.leading]
    if shares:
        low, high = words.percent(min(shares)), words.percent(max(shares))
        notes.append(words.get("caveat.judged", low=low, high=high))
    return notes


def _value(item: Observation) -> float:
    return float("nan") if item.value is None else item.value


def _error(item: Observation, design_effect: float) -> float:
    return sampling_deviation(_value(item), item.children, design_effect)


def _gain(result: StrategyResult, words: Words) -> dict[str, str]:
    gain, chances = result.dates[-1].gain, result.dates[-1].chances
    return {
        "gain": words.number(gain.median, 2),
        "low": words.number(gain.low90, 2),
        "high": words.number(gain.high90, 2),
        "half": words.percent(chances[0]),
        "one": words.percent(chances[1]),
    }


def _most(result: StrategyResult, titles: dict[str, str], words: Words) -> str:
    year = result.dates[-1].year
    return words.get("answer.most", name=titles[result.id], year=year, **_gain(result, words))


def _three(result: StrategyResult, words: Words) -> str:
    cost = rupiah(result.yearly_cost, words.language)
    return words.get("answer.three", cost=cost, **_gain(result, words))


def _target(answer: Comparison, titles: dict[str, str], words: Words) -> Iterator[str]:
    for position, date in enumerate(answer.base):
        if date.year != 2029:
            continue
        best = max(answer.strategies, key=lambda r: r.dates[position].on_target, default=None)
        if best is not None:
            yield words.get(
                "answer.target",
                target=words.number(100.0 * target_prevalence()),
                past=words.number(100.0 * PAST_REFERENCE),
                chance=words.percent(date.on_target),
                best=words.percent(best.dates[position].on_target),
                name=titles[best.id],
            )
        limit = answer.speed_limit[position]
        yield words.get(
            "answer.limit",
            coflow=words.range(limit.coflow),
            stocks=words.range(limit.stocks),
        )


def _equal(answer: Comparison, titles: dict[str, str], words: Words) -> Iterator[str]:
    if answer.equal_budget is None:
        return
    sums = {p.scenario.equal_budget for p in answer.plans if p.scenario.equal_budget is not None}
    money = ", ".join(rupiah(value, words.language) for value in sorted(sums))
    best = answer.equal_budget.best
    winner = answer.equal_budget.winner
    if winner is not None:
        chance = words.percent(best[winner])
        yield words.get("answer.best", sum=money, name=titles[winner], chance=chance)
        return
    order = sorted(best, key=lambda name: -best[name])
    listed = "; ".join(f"{titles[name]} {words.percent(best[name])}" for name in order)
    yield words.get("answer.open", sum=money, list=listed)


def _bottleneck(answer: Comparison, words: Words) -> Iterator[str]:
    named = list(answer.bottleneck.items())
    if len(named) < 3:
        return
    (first, gain), *rest = named
    following = ", ".join(
        f"{words.get(f'link.{name}')} ({words.number(value.median, 2)})" for name, value in rest[:2]
    )
    yield words.get(
        "answer.bottleneck",
        name=words.get(f"link.{first}"),
        gain=words.number(gain.median, 2),
        year=answer.base[-1].year,
        draws=min(BOTTLENECK_DRAWS, int(np.count_nonzero(~answer.batch.failed))),
        next=following,
    )


def _notes(result: StrategyResult, title: str, words: Words) -> Iterator[str]:
    number = words.number
    if result.implausible[0]:
        yield words.get("caveat.fast", name=title)
    if result.evidence is not None:
        span = result.evidence
        values = {
            "name": title,
            "cut": number(result.cut.median),
            "row": span.row,
            "central": number(span.central, 0),
            "low": number(span.low, 0),
            "high": number(span.high, 0),
        }
        if not span.holds(result.cut.median):
            yield words.get("caveat.outside", **values)
        elif result.cut.median < 0.5 * span.central:
            yield words.get("caveat.below", **values)
    if result.sectors.differ:
        yield words.get(
            "caveat.sectors",
            name=title,
            coflow=number(result.sectors.coflow.median, 2),
            stocks=number(result.sectors.stocks.median, 2),
        )
    if result.limited_by and result.id != BASELINE:
        levers = catalogue().levers
        names = ", ".join(levers[name].title.get(words.language) for name in result.limited_by)
        yield words.get("caveat.limited", name=title, levers=names)
