"""Value of information against closed forms: normal benefits, linear in normal unknowns.

With two strategies, one of them 0 and the other normal with mean m, what is expected of it once
something is known is normal with mean m and an SD s that is smaller the less is known. The value is
then s f(m/s) + m F(m/s) - max(m, 0), with the standard normal density f and distribution F.
"""

import numpy as np
import pytest
from scipy.stats import norm

from tumbuh.experiments.decisions.value_estimates import (
    Value,
    across,
    partial,
    perfect,
    sampled,
    today,
)
from tumbuh.experiments.decisions.value_known import BINS, first_look
from tumbuh.experiments.decisions.value_regression import PARTS, parts_of, predict

MEAN, FIRST, SECOND = 0.3, 1.0, 0.5
DRAWS = 2000


def closed(spread, mean=MEAN):
    return spread * norm.pdf(mean / spread) + mean * norm.cdf(mean / spread) - max(mean, 0.0)


@pytest.fixture(scope="module")
def linear():
    first, second, other = np.random.default_rng(7).normal(size=(3, DRAWS))
    benefit = np.column_stack([np.zeros(DRAWS), MEAN + FIRST * first + SECOND * second])
    return first[:, None], second[:, None], other[:, None], benefit


def near(found, expected, slack=0.01):
    """Three standard errors, and a little for the rule that is made from fewer draws."""
    return abs(found.value - expected) < 3.0 * found.error + slack


def test_perfect_information_of_a_normal_difference(linear):
    *_, benefit = linear
    found = perfect(benefit)
    assert near(found, closed(np.hypot(FIRST, SECOND)), 0.0)
    assert found.change == pytest.approx(norm.cdf(-MEAN / np.hypot(FIRST, SECOND)), abs=0.04)
    assert found.to == 0 and found.to_chance == found.change


def test_two_normal_strategies_of_equal_mean():
    """E max of two independent standard normals is 1 / sqrt(pi)."""
    found = perfect(np.random.default_rng(3).normal(size=(20_000, 2)))
    assert abs(found.value - 1.0 / np.sqrt(np.pi)) < 4.0 * found.error


def test_partial_information_of_each_part(linear):
    first, second, other, benefit = linear
    assert near(partial(first, benefit, 1), closed(FIRST))
    assert near(partial(second, benefit, 1), closed(SECOND))
    both = partial(np.hstack([first, second]), benefit, 1)
    assert both.value == pytest.approx(perfect(benefit).value, rel=0.01)
    nothing = partial(other, benefit, 1)
    assert nothing.value <= 2.0 * nothing.error + 1e-12
    assert not nothing.shown()


def test_partial_never_exceeds_perfect(linear):
    first, second, other, benefit = linear
    most = perfect(benefit).value
    assert all(partial(known, benefit, 1).value <= most for known in (first, second, other))


@pytest.mark.parametrize("noise", [0.3, 1.0, 3.0])
def test_sample_information_has_its_closed_form(linear, noise):
    first, *_, benefit = linear
    found = sampled(first, np.array([noise]), benefit, 1, "first")
    assert near(found, closed(FIRST / np.hypot(1.0, noise)))


def test_sample_information_rises_with_precision_up_to_the_perfect(linear):
    first, *_, benefit = linear
    values = [
        sampled(first, np.array([noise]), benefit, 1, "first").value for noise in (4.0, 1.0, 0.2)
    ]
    full = partial(first, benefit, 1)
    assert values[0] < values[1] < values[2] <= full.value + full.error
    exact = sampled(first, np.zeros(1), benefit, 1, "first")
    assert exact.value == pytest.approx(full.value, abs=full.error)


def test_what_counts_only_together_is_found():
    first, second = np.random.default_rng(5).normal(size=(2, DRAWS))
    benefit = np.column_stack([np.zeros(DRAWS), first * second])
    alone, most = partial(first[:, None], benefit, 1), perfect(benefit)
    both = partial(np.column_stack([first, second]), benefit, 1)
    assert not alone.shown(3)
    assert both.value > 0.95 * most.value


def test_chance_is_not_called_worth_knowing():
    """Of a hundred things without value the largest must not be called worth knowing."""
    rng = np.random.default_rng(11)
    benefit = np.column_stack([np.zeros(300), rng.normal(0.05, 1.0, 300)])
    found = [partial(rng.normal(size=(300, 1)), benefit, 1) for _ in range(100)]
    assert sum(one.shown(100) for one in found) <= 1
    # Without holding draws out nearly all of them promise something.
    assert np.mean([one.in_sample for one in found]) > np.mean([one.value for one in found])
    assert sum(one.shown() for one in found) >= sum(one.shown(100) for one in found)


def test_a_choice_that_never_changes_is_worth_nothing():
    rng = np.random.default_rng(2)
    known = rng.normal(size=(400, 1))
    benefit = np.column_stack([np.zeros(400), 100.0 + known[:, 0]])
    for found in (perfect(benefit), partial(known, benefit, 1)):
        assert (found.value, found.change, found.to) == (0.0, 0.0, None)


def test_what_cannot_vary_tells_nothing(linear):
    *_, benefit = linear
    found = partial(np.ones((DRAWS, 2)), benefit, 1)
    assert found.value <= 2.0 * found.error + 1e-12


def test_a_constant_for_all_strategies_changes_nothing(linear):
    first, *_, benefit = linear
    shift = np.random.default_rng(8).normal(size=(DRAWS, 1))
    assert partial(first, benefit + shift, 1).value == pytest.approx(
        partial(first, benefit, 1).value, abs=1e-9
    )


def test_no_draw_is_predicted_by_itself(linear):
    first, *_, benefit = linear
    parts = parts_of(DRAWS, 1)
    assert set(parts) == set(range(PARTS))
    before = predict(first[None], benefit, parts).held_out[0]
    changed = benefit.copy()
    changed[parts == 0, 1] += 50.0
    after = predict(first[None], changed, parts).held_out[0]
    assert np.array_equal(before[parts == 0], after[parts == 0])
    assert not np.allclose(before[parts != 0], after[parts != 0])


def test_structures_are_worth_knowing_only_where_they_turn_the_choice():
    rng = np.random.default_rng(4)
    draws = rng.normal(size=(500, 2))
    same = np.stack([draws + [0.0, 3.0], draws + [0.0, 4.0]])
    assert across(same).value == 0.0 and across(same).change == 0.0
    other = np.stack([draws + [0.0, 3.0], draws + [2.0, 0.0]])
    found = across(other)
    means = other.mean(axis=1)
    expected = means.max(axis=1).mean() - means.mean(axis=0).max()
    assert found.value == pytest.approx(expected) and found.change == 0.5


def test_the_first_look_finds_what_matters(linear):
    first, _, other, benefit = linear
    assert first_look(first[:, 0], benefit) > 3.0 * first_look(other[:, 0], benefit)
    assert first_look(first[:, 0], benefit) <= perfect(benefit).value
    spike = np.where(first[:, 0] < 0.0, 0.0, first[:, 0])
    assert first_look(spike, benefit) > 0.0
    assert first_look(np.ones(DRAWS), benefit) == pytest.approx(0.0, abs=1e-12)
    assert BINS < DRAWS


def test_ties_stay_with_todays_choice():
    benefit = np.array([[1.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    assert today(benefit) == 0
    assert perfect(benefit).change == 0.0


def test_the_more_is_looked_at_the_more_a_value_must_exceed_its_error():
    found = Value(2.0, 1.0, 2.0, 0.5, 1, 0.5)
    assert found.shown() and not found.shown(100)
    for looks in (1, 10, 100):
        limit = norm.isf(0.05 / looks)
        assert Value(limit + 0.01, 1.0, 0.0, 0.5, 1, 0.5).shown(looks)
        assert not Value(limit - 0.01, 1.0, 0.0, 0.5, 1, 0.5).shown(looks)
