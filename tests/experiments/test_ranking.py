"""Orders and their wording, on draws with known probabilities."""

import numpy as np
import pytest

from tumbuh.experiments.outcomes import POINTS, TIE
from tumbuh.experiments.ranking import (
    LEAST_DECIDING,
    RANKING_CHANCE,
    Lead,
    chance_of_best,
    chance_of_more,
    deciding_difference,
    rank,
    verdict,
)


def test_ties_count_half():
    first, second = np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 2.0])
    assert chance_of_more(first, second) == 0.5
    assert chance_of_more(first, first) == 0.5


def test_rounding_is_a_tie_and_a_small_effect_is_not():
    zero = np.zeros(4)
    assert chance_of_more(zero + 0.5 * POINTS * TIE, zero) == 0.5
    assert chance_of_more(zero + 2.0 * POINTS * TIE, zero) == 1.0


def test_chances_of_two_normals():
    """A difference of d standard deviations holds its direction with probability Phi(d)."""
    noise = np.random.default_rng(1).standard_normal(200_000)
    found = chance_of_more(noise + 0.8416, np.zeros(200_000))
    assert found == pytest.approx(RANKING_CHANCE, abs=0.003)


def test_three_equal_plans_share_the_chance_of_being_best():
    draws = np.random.default_rng(2).standard_normal((3, 60_000))
    found = chance_of_best(dict(zip("abc", draws, strict=True)))
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(chance == pytest.approx(1.0 / 3.0, abs=0.01) for chance in found.values())


def test_plans_that_do_nothing_share_the_draw():
    zero = np.zeros(10)
    assert chance_of_best({"a": zero, "b": zero, "c": zero - 1.0}) == {"a": 0.5, "b": 0.5, "c": 0.0}


def test_tiers_break_only_where_the_order_may_be_called_a_ranking():
    wins = np.arange(100)
    gains = {
        "third": np.zeros(100),
        "first": np.where(wins < 60, 4.0, 2.0),
        "second": np.full(100, 3.0),
    }
    found = rank(gains, 2031)
    assert [(step.first, step.second) for step in found.steps] == [
        ("first", "second"),
        ("second", "third"),
    ]
    assert [step.chance for step in found.steps] == [0.6, 1.0]
    assert found.tiers == (("first", "second"), ("third",))
    assert found.lead == Lead("first", "second", 1.0)
    assert found.verdict(0.5) == "open"


@pytest.mark.parametrize(
    ("chance", "difference", "expected"),
    [
        (0.79, 2.0, "open"),
        (0.7999, 0.1, "open"),
        (0.8, 0.42, "ranking"),
        (0.8, -0.42, "ranking"),
        (0.84, 0.13, "close"),
        (1.0, 0.41, "close"),
        (0.9, 0.416, "ranking"),  # both read 0.42
        (0.9, 0.0, "close"),
    ],
)
def test_a_ranking_needs_the_chance_and_the_difference(chance, difference, expected):
    assert verdict(chance, difference, 0.4201) == expected


def test_the_nearest_plan_decides_and_not_the_second_in_the_draws():
    """The plan that is never best may be the one that costs less and comes as near."""
    draws = np.arange(100)
    gains = {
        "first": np.full(100, 1.0),
        "near": np.full(100, 0.9),
        "gamble": np.where(draws < 15, 3.0, 0.0),
    }
    found = rank(gains, 2031)
    assert found.best["first"] == 0.85 and found.best["gamble"] == 0.15
    assert found.lead == Lead("first", "near", pytest.approx(0.1))
    assert (found.verdict(0.05), found.verdict(0.42)) == ("ranking", "close")


def test_the_deciding_difference_is_that_of_the_least_certain_pair():
    noise = np.random.default_rng(3).standard_normal((2, 100_000))
    gains = {"a": noise[0], "b": noise[0] + 0.1 * noise[1], "c": noise[0] + 3.0 * noise[1]}
    # Common noise cancels; b and c differ by 2.9 standard deviations, a and c by 3.
    assert deciding_difference(gains) == pytest.approx(0.8416 * 3.0, rel=0.01)
    assert deciding_difference({"a": noise[0], "b": noise[0]}) == LEAST_DECIDING
    assert deciding_difference({"a": noise[0]}) is None
