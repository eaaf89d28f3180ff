"""The answer on the first page, every number from the stored comparison."""

from __future__ import annotations

from ..answer import best_said, cheaper, equal_sum, lead_said
from ..outcomes import GAINS, NO_EFFECT
from ..results import StrategyResult
from .material import Material

THREE = "all_three"
"""What is set beside the largest gain, where that is another strategy."""


def three_sentences(about: Material) -> tuple[str, str, str]:
    """Return where the district stands, what gains most, and whether one plan is best."""
    return _base(about), _gain(about), _order(about)


def cheaper_sentences(about: Material) -> tuple[str, ...]:
    """Return that a plan gains as much for less money, where the comparison found one."""
    pair = cheaper(about.answer)
    if pair is None:
        return ()
    words, (less, most) = about.words, pair
    text = about.say(
        "answer_cheaper",
        name=about.name(less),
        most=about.name(most),
        less=words.number(less.dates[-1].gain.median, 2),
        more=words.number(most.dates[-1].gain.median, 2),
        deciding=words.number(about.answer.deciding, 2),
        cost=words.rupiah(less.yearly_cost),
        dearer=words.rupiah(most.yearly_cost),
    )
    return (text,)


def _base(about: Material) -> str:
    words, last, aim = about.words, about.answer.base[-1], about.answer.target
    return about.say(
        "answer_base",
        year=last.year,
        range=words.range(last.survey, unit=" %"),
        target=words.number(100.0 * aim.target.share),
        target_year=aim.target.year,
        chance=words.percent(aim.base),
        best=words.percent(max(aim.chances.values())),
        who=best_said(about.answer, words),
    )


def _gain(about: Material) -> str:
    words, most = about.words, about.most
    values = _said(about, most) | {"year": about.year, "half": words.number(GAINS[0])}
    if most.dates[-1].gain.median < NO_EFFECT:
        return about.say("answer_nothing", **values)
    three = next((r for r in about.answer.strategies if r.id == THREE), None)
    if three is None or three is most:
        return about.say("answer_gain", **values)
    other = _said(about, three)
    named = {
        "other": other["name"],
        "other_gain": other["gain"],
        "other_none": other["none"],
        "other_half": other["half_chance"],
    }
    return about.say("answer_gain_three", **values, **named)


def _said(about: Material, result: StrategyResult) -> dict[str, object]:
    words, last = about.words, result.dates[-1]
    return {
        "name": about.name(result),
        "gain": words.range(last.gain, 2),
        "none": words.percent(last.none),
        "half_chance": words.percent(last.chances[0]),
    }


def _order(about: Material) -> str:
    words, equal = about.words, about.answer.equal_budget
    if equal is None:
        return about.say("answer_unequal")
    values = lead_said(about.answer, words) | {"sum": words.rupiah(equal_sum(about.answer))}
    verdict = equal.verdict(about.answer.deciding)
    if verdict == "open":
        # Whoever comes second in the draws, which need not be who comes nearest in points.
        second = max(equal.best, key=lambda k: equal.best[k] if k != equal.lead.first else -1.0)
        values["second"] = words.title(about.answer.titles[second])
        values["second_chance"] = words.percent(equal.best[second])
    return about.say(f"answer_{verdict}", **values)
