"""What the answer means for a decision: children, rupiah, time, the obstacle, the next survey."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.calendar import DECISION_MONTH
from ..answer import detectable
from .blocks import Block, Heading, Items, Table
from .judgements import judged_counts
from .material import Material

BESIDE = ("food", "all_three")
"""Strategies that are told of beside the one that gains most, where they were run."""


def decision_blocks(about: Material) -> Iterator[Block]:
    """Return what stands on the first page below the answer and is not said in it."""
    yield Heading(about.say("decide"))
    yield _children(about)
    yield Items(tuple(_lines(about)))


def _lines(about: Material) -> Iterator[str]:
    yield _limit(about)
    yield from _obstacle(about)
    yield from _next_survey(about)
    counted = judged_counts()
    yield about.say("decide_judged", rows=counted["rows"], judged=counted["judged"])


def _children(about: Material) -> Table:
    words, known = about.words, {result.id: result for result in about.answer.strategies}
    shown = [about.most, *(known[name] for name in BESIDE if name in known)]
    rows = [
        [
            about.name(result),
            words.range(result.dates[-1].averted, 0),
            words.rupiah(result.yearly_cost),
            words.rupiah(result.dates[-1].spending.median),
        ]
        for result in {result.id: result for result in shown}.values()
    ]
    heads = [words.get("column.strategy"), about.say("column_children"), about.say("column_rupiah")]
    heads.append(about.say("column_spent", year=about.year))
    return Table(about.say("decide_children", year=about.year), heads, rows)


def _limit(about: Material) -> str:
    words, aim = about.words, about.answer.target
    return about.say(
        "decide_limit",
        start=words.month(DECISION_MONTH),
        year=aim.limit.year,
        target=words.number(100.0 * aim.target.share),
        coflow=words.range(aim.limit.coflow, unit=" %"),
        stocks=words.range(aim.limit.stocks, unit=" %"),
    )


def _obstacle(about: Material) -> Iterator[str]:
    named = list(about.answer.bottleneck.items())[:2]
    if len(named) < 2:
        return
    words, ((first, gain), (second, other)) = about.words, named
    yield about.say(
        "decide_obstacle",
        name=words.get(f"link.{first}"),
        gain=words.range(gain, 2),
        year=about.year,
        next=words.get(f"link.{second}"),
        next_gain=words.number(other.median, 2),
    )


def _next_survey(about: Material) -> Iterator[str]:
    """Say that a survey cannot show the gain, where it cannot."""
    points = [item for item in about.answer.observations if item.value is not None]
    if not points:
        return
    detect, gain = detectable(points, about.stored.design_effect), about.most.dates[-1].gain
    if gain.median < detect:
        gained, seen = about.words.number(gain.median, 2), about.words.number(detect, 0)
        yield about.say("decide_survey", gain=gained, detect=seen)
