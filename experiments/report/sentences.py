"""The answer in three sentences, every number from the stored comparison."""

from __future__ import annotations

from ...scenarios.loader import EQUAL_BUDGET_IDS
from ..answer import best_said, equal_sum, lead_said
from ..outcomes import GAINS, NO_EFFECT
from ..results import StrategyResult
from .material import Material

THREE = "all_three"
"""What is set beside the largest gain, where that is another strategy."""


def three_sentences(about: Material) -> tuple[str, str, str]:
    """Return where the district stands, what gains most, and whether one plan is best."""
    return _base(about), _gain(about), _order(about)


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
    words = about.words
    known = {result.id: result for result in about.answer.strategies}
    plain = [r for r in known.values() if r.id not in EQUAL_BUDGET_IDS] or list(known.values())
    most = max(plain, key=lambda r: r.dates[-1].gain.median)
    values = _said(about, most) | {"year": about.year, "half": words.number(GAINS[0])}
    if most.dates[-1].gain.median < NO_EFFECT:
        return about.say("answer_nothing", **values)
    three = known.get(THREE)
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
