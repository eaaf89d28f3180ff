"""What could be wrong with the answer, in words that a planner uses."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...calibration.scores import LEAST_COVERED
from ..answer import TWO_SIDED, detectable, largest_change, statement, survey_list
from ..calibration_statement import SHARE, verdict
from ..care import fast_falls, held_back, limited, reported, trial_effects, unspent
from .blocks import Block, Heading, Items, Paragraph
from .material import Material


def doubt_blocks(about: Material) -> Iterator[Block]:
    """Return the section; warnings first."""
    answer, words = about.answer, about.words
    yield Heading(about.say("wrong"))
    yield Paragraph(about.say("wrong_text"))
    levers = statement(answer, words, about.stored.design_effect)[1]
    yield Items(
        (
            *fast_falls(answer, words),
            *held_back(answer, words),
            *unspent(answer, words),
            f"{_surveys(about)} {levers}",
            about.say("trials", **trial_effects(words)),
            *_tests(about),
            *limited(answer, words),
            reported(answer, words),
            _methods(about),
        )
    )


def _surveys(about: Material) -> str:
    effect = about.stored.design_effect
    points = [item for item in about.answer.observations if item.value is not None]
    if not points:
        return about.words.get("statement.none")
    key = "single"
    if points[1:]:
        key = "noise" if largest_change(points, effect) < TWO_SIDED else "moved"
    detect = about.words.number(detectable(points, effect), 0)
    surveys = survey_list(about.answer, about.words)
    return about.say("surveys_text", surveys=surveys, moved=about.say(key), detect=detect)


def _tests(about: Material) -> Iterator[str]:
    """Say how the model did on surveys that it had not seen; scores stand in the annex."""
    words, scoring, holdout = about.words, about.scoring, about.scoring.holdout
    settled = not scoring.unsettled
    if not settled:
        yield about.say("unsettled")
    inside = about.say(
        "test_inside",
        inside=holdout.model.covered(SHARE),
        points=len(holdout.points),
        share=words.percent(SHARE),
        least=math.ceil(LEAST_COVERED * len(holdout.points)),
    )
    yield f"{inside} {about.say(f'inside_{verdict(holdout.covers, settled)}')}"
    plain = about.say(
        "test_ahead" if holdout.gain(holdout.best)[0] >= 0.0 else "test_behind",
        name=words.get(f"score.{holdout.best.replace(' ', '_')}"),
        chance=words.percent(scoring.chance),
    )
    yield f"{plain} {about.say(f'plain_{verdict(holdout.keeps_up, settled)}')}"
    yield about.say("test_known")


def _methods(about: Material) -> str:
    words, results, most = about.words, about.answer.strategies, about.most
    return about.say(
        "methods",
        name=about.name(most),
        coflow=words.range(most.sectors.coflow, 2),
        stocks=words.range(most.sectors.stocks, 2),
        differ=sum(r.sectors.differ for r in results),
        count=len(results),
    )
