"""Nobody is named for the best chance of the target where there is a tie."""

import numpy as np
import pytest

from tumbuh.experiments.target_chance import SMALL, best_named, told_apart


@pytest.mark.parametrize(
    ("base", "chances", "draws", "expected"),
    [
        (0.01, {"a": 0.02, "b": 0.02, "c": 0.01}, 1000, ("any", "a")),  # too small, and a tie
        (0.0, {"a": SMALL - 0.001, "b": 0.0}, 100_000, ("any", "a")),  # certain, but too small
        (0.0, {"a": SMALL, "b": 0.0}, 100_000, ("one", "a")),
        (0.3, {"a": 0.3, "b": 0.3}, 1000, ("any", "a")),
        (0.3, {"a": 0.5, "b": 0.5, "c": 0.31}, 1000, ("some", "a")),
        (0.3, {"a": 0.4, "b": 0.6, "c": 0.31}, 1000, ("one", "b")),
        (0.3, {"a": 0.4, "b": 0.6, "c": 0.31}, 10, ("any", "b")),
        (0.6, {"a": 0.6}, 1000, ("any", "a")),
        (0.2, {"a": 0.6}, 1000, ("one", "a")),
    ],
)
def test_who_may_be_named(base, chances, draws, expected):
    assert best_named(base, chances, draws) == expected


def test_more_draws_tell_a_difference_apart_and_its_size_is_the_error_of_shares():
    """At the limit: 1.96 errors of a difference whose two draws never agree."""
    first, second = 0.30, 0.26
    error = np.sqrt(first + second - (first - second) ** 2)
    limit = (1.96 * error / (first - second)) ** 2
    assert told_apart(first, second, int(limit) + 1)
    assert not told_apart(first, second, int(limit))


@pytest.mark.parametrize("chance", [0.06, 0.5, 0.95])
def test_strategies_that_are_the_same_are_rarely_told_apart(chance):
    """Two independent samples of one share: no more than one in twenty, with some slack."""
    rng, draws = np.random.default_rng(5), 500
    pairs = rng.binomial(draws, chance, (4000, 2)) / draws
    wrong = np.mean([told_apart(a, b, draws) for a, b in pairs])
    assert wrong < 0.07
