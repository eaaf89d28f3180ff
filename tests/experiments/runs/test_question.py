"""Questions: the same points in every world, and all that is read is checked."""

import numpy as np
import pytest

from tumbuh.experiments.runs.evaluate import standard_outcomes
from tumbuh.experiments.runs.question import read_question
from tumbuh.experiments.runs.worlds import worlds_of
from tumbuh.model.errors import TumbuhError


def test_worlds_see_the_same_draws():
    question = read_question(scenarios="hr", worlds=None, draws=32)
    assert question.worlds[0].id == "standard" and len(question.worlds) == 5
    standard, official = (question.constants(w) for w in worlds_of(["standard", "official_2021"]))
    assert np.array_equal(standard["food effect"], official["food effect"])
    level = "district deficit multiplier"
    assert not np.array_equal(standard[level], official[level])


def test_more_draws_keep_the_first_ones():
    few, many = (read_question(scenarios="hr", draws=n).points() for n in (16, 64))
    assert np.array_equal(few, many[:16])


def test_every_world_is_answered():
    question = read_question(scenarios="hr", worlds=["no_synergy", "standard"], draws=16)
    found = question.evaluate(standard_outcomes(question.year))
    assert list(found) == ["standard", "no_synergy"]
    assert found["standard"].scenarios == ("no_extra_action", "hr")
    assert question.about()["worlds"] == ["standard", "no_synergy"]


@pytest.mark.parametrize(
    "wrong", [{"scenarios": "hrr"}, {"district": "nowhere"}, {"worlds": ["flat"]}]
)
def test_what_is_not_there_is_refused(wrong):
    with pytest.raises(TumbuhError):
        read_question(draws=16, **wrong)
