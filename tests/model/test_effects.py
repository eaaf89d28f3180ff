"""The conversion module against pairs that one publication reports in both units."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tumbuh.model.catch_up import (
    STAGES,
    catch_up_rates,
    catch_up_weights,
    departures,
    exposure_yield,
    share_left,
)
from tumbuh.model.effects import (
    CONVERTIBLE,
    RATIOS,
    convert,
    haz_difference,
    haz_per_month,
    prevalence_change,
)
from tumbuh.model.errors import EvidenceError
from tumbuh.model.evidence_rows import KINDS
from tumbuh.model.evidence_tables import load_evidence

EFFECTS = load_evidence().effects

# Control arms of the supplement trials: stunting common, well measured heights.
TRIAL_PREVALENCE = np.array([0.35, 0.40, 0.45])[:, np.newaxis]
TRIAL_SD = np.array([1.0, 1.1, 1.2])

prevalences = st.floats(0.02, 0.95)
spreads = st.floats(0.8, 1.8)
shifts = st.floats(-0.8, 0.8)


class TestPublishedPairs:
    """Pairs A01/A01b and A49/A49b; the pair A14/A14b is a known failure."""

    @pytest.mark.parametrize(("height", "ratio"), [("A01b", "A01"), ("A49", "A49b")])
    def test_height_difference_gives_the_published_ratio(self, height, ratio):
        change = prevalence_change(EFFECTS[height].value, TRIAL_PREVALENCE, TRIAL_SD)
        assert np.all(change.ratio > EFFECTS[ratio].low)
        assert np.all(change.ratio < EFFECTS[ratio].high)

    @pytest.mark.parametrize(("height", "ratio"), [("A01b", "A01"), ("A49", "A49b")])
    def test_ratio_gives_the_published_height_difference(self, height, ratio):
        prevalence, sd = TRIAL_PREVALENCE[:2], TRIAL_SD[1]
        found = convert(EFFECTS[ratio], prevalence, sd).value
        assert np.all(found > EFFECTS[height].low)
        assert np.all(found < EFFECTS[height].high)

    def test_the_pair_also_holds_at_the_prevalence_of_paser(self):
        ratio = prevalence_change(EFFECTS["A01b"].value, 0.249, np.array([1.2, 1.25, 1.3])).ratio
        assert np.all((ratio > EFFECTS["A01"].low) & (ratio < EFFECTS["A01"].high))

    def test_the_crude_pair_of_shine_is_more_than_a_shift_can_give(self):
        shift = prevalence_change(EFFECTS["A14"].value, 0.35, TRIAL_SD)
        assert np.all(shift.points > EFFECTS["A14b"].value)


class TestNormalShiftArithmetic:
    """Row A46: what 0.10 HAZ is worth at 24.9 %."""

    def test_slope_at_the_cut_off_is_the_central_value(self):
        tiny = 1e-6
        slope = prevalence_change(tiny, 0.249, 1.35).points / tiny * 0.10
        assert float(slope) == pytest.approx(EFFECTS["A46"].value, abs=0.005)

    def test_spread_of_the_slope_is_the_interval(self):
        sd = np.random.default_rng(1).triangular(1.2, 1.35, 1.5, 200_000)
        tiny = 1e-6
        slope = prevalence_change(tiny, 0.249, sd).points / tiny * 0.10
        low, high = np.percentile(slope, [5, 95])
        assert low == pytest.approx(EFFECTS["A46"].low, abs=0.01)
        assert high == pytest.approx(EFFECTS["A46"].high, abs=0.01)

    def test_a_whole_step_is_worth_less_upwards_and_more_downwards(self):
        up, down = (float(prevalence_change(d, 0.249, 1.35).points) for d in (0.10, -0.10))
        assert up == pytest.approx(-2.29, abs=0.005)
        assert down == pytest.approx(2.41, abs=0.005)

    def test_the_row_itself_converts_to_a_tenth(self):
        found = convert(EFFECTS["A46"], 0.249, 1.35)
        assert float(found.value) == pytest.approx(0.10, abs=0.003)


class TestInverses:
    @given(shifts, prevalences, spreads)
    def test_every_unit_of_prevalence_leads_back(self, shift, prevalence, sd):
        change = prevalence_change(shift, prevalence, sd)
        assume(1e-4 < change.after < 1.0 - 1e-4)
        for kind, value in (
            ("prevalence_ratio", change.ratio),
            ("relative_risk", change.ratio),
            ("odds_ratio", change.odds_ratio),
            ("pp", change.points),
        ):
            back = haz_difference(kind, value, prevalence, sd)
            assert float(back) == pytest.approx(shift, abs=1e-9), kind

    @given(prevalences, spreads)
    def test_no_effect_is_no_difference_in_any_unit(self, prevalence, sd):
        for kind in CONVERTIBLE:
            value = 1.0 if kind in RATIOS else 0.0
            found = haz_difference(kind, value, prevalence, sd, grams=60.0)
            assert float(found) == pytest.approx(0.0, abs=1e-12), kind

    @given(prevalences, spreads, st.floats(0.01, 0.5))
    def test_taller_children_are_less_stunted_in_every_unit(self, prevalence, sd, shift):
        change = prevalence_change(shift, prevalence, sd)
        assert change.points < 0.0 < change.ratio < 1.0
        assert change.odds_ratio < change.ratio

    @given(prevalences, spreads)
    def test_shifts_add_up(self, prevalence, sd):
        first = prevalence_change(0.1, prevalence, sd)
        second = prevalence_change(0.2, first.after, sd)
        at_once = prevalence_change(0.3, prevalence, sd)
        assert float(second.after) == pytest.approx(float(at_once.after), rel=1e-12)


def test_a_ratio_near_one_is_the_slope_times_the_prevalence():
    from scipy.stats import norm

    prevalence, sd, tiny = 0.249, 1.3, 1e-5
    expected = tiny * prevalence * sd / norm.pdf(norm.ppf(prevalence))
    found = haz_difference("prevalence_ratio", 1.0 - tiny, prevalence, sd)
    assert float(found) == pytest.approx(expected, rel=1e-4)


def test_birth_weight_goes_through_percentage_points():
    by_weight = haz_difference("pp_per_100g", -1.0, 0.25, 1.2, grams=57.7)
    by_points = haz_difference("pp", -0.577, 0.25, 1.2)
    assert float(by_weight) == pytest.approx(float(by_points), rel=1e-12)
    assert 0.0 < float(by_weight) < 0.03


def test_a_standardised_difference_is_multiplied_by_the_spread():
    assert float(haz_difference("standardised_difference", 0.11, sd=1.25)) == pytest.approx(0.1375)


def test_draws_are_converted_together():
    ratio = np.array([0.85, 0.88, 0.91])
    prevalence = np.array([0.24, 0.25, 0.26])
    together = haz_difference("prevalence_ratio", ratio, prevalence, 1.3)
    apart = [
        float(haz_difference("prevalence_ratio", r, p, 1.3))
        for r, p in zip(ratio, prevalence, strict=True)
    ]
    np.testing.assert_array_equal(together, apart)


def test_the_interval_of_a_ratio_is_turned_round():
    found = convert(EFFECTS["A01"], 0.4, 1.1)
    assert found.low is not None
    assert found.high is not None
    assert 0.0 < float(found.low) < float(found.value) < float(found.high)


def test_a_risk_factor_lowers_height():
    assert float(convert(EFFECTS["A22"], 0.25, 1.25).value) < 0.0


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(CONVERTIBLE)))
def test_kinds_that_say_nothing_of_height_are_refused(kind):
    with pytest.raises(EvidenceError, match="says nothing of height"):
        haz_difference(kind, 1.0, 0.25, 1.25)


@pytest.mark.parametrize(
    ("effect_id", "words"),
    [
        ("A13", "minimum acceptable diet"),
        ("A03", "moderate stunting"),
        ("A04", "mortality"),
        ("A17", "grams"),
        ("D06", "none in the source"),
        ("C10", "feeding frequency"),
    ],
)
def test_rows_about_other_outcomes_are_refused(effect_id, words):
    with pytest.raises(EvidenceError, match=words):
        convert(EFFECTS[effect_id], 0.25, 1.25, grams=50.0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kind": "pp", "value": -2.0, "sd": 1.2}, "control_prevalence"),
        ({"kind": "pp", "value": -2.0, "control_prevalence": 24.9, "sd": 1.2}, "0.24"),
        ({"kind": "pp", "value": -30.0, "control_prevalence": 0.249, "sd": 1.2}, "stays inside"),
        ({"kind": "prevalence_ratio", "value": 5.0, "control_prevalence": 0.25, "sd": 1.2}, "insi"),
        ({"kind": "prevalence_ratio", "value": 0.9, "control_prevalence": 0.25}, "sd"),
        ({"kind": "odds_ratio", "value": 2.0, "control_prevalence": 0.25, "sd": 0.0}, "sd"),
        (
            {"kind": "pp_per_100g", "value": -1.0, "control_prevalence": 0.25, "sd": 1.2},
            "grams",
        ),
    ],
)
def test_missing_and_impossible_arguments_are_named(arguments, words):
    with pytest.raises(EvidenceError, match=words):
        haz_difference(**arguments)


class TestCatchUp:
    @given(st.floats(0.02, 1.0), st.floats(2.0, 200.0))
    def test_the_share_left_of_a_birth_effect_is_exactly_what_is_asked(self, left, scale):
        path = departures(np.zeros(STAGES), left, scale, at_birth=1.0)
        assert float(path[-1]) == pytest.approx(left, rel=1e-12)
        assert float(share_left(left, scale)) == pytest.approx(left, rel=1e-12)

    @given(st.floats(0.02, 0.99), st.floats(2.0, 200.0))
    def test_catch_up_slows_with_age(self, left, scale):
        rates = catch_up_rates(left, scale)
        assert rates.shape == (STAGES,)
        assert np.all(np.diff(rates) < 0.0)
        assert np.all(rates > 0.0)

    def test_weights_sum_to_one_and_follow_the_integral(self):
        from scipy.integrate import quad

        weights = catch_up_weights(18.0)
        assert weights.sum() == pytest.approx(1.0, rel=1e-14)
        whole = quad(lambda age: np.exp(-age / 18.0), 0, 60)[0]
        third = quad(lambda age: np.exp(-age / 18.0), 6, 9)[0]
        assert weights[2] == pytest.approx(third / whole, rel=1e-10)

    def test_an_endless_scale_spreads_catch_up_evenly(self):
        np.testing.assert_array_equal(catch_up_weights(np.inf), np.full(STAGES, 0.05))
        np.testing.assert_allclose(catch_up_weights(1e9), 0.05, rtol=1e-7)

    def test_without_catch_up_nothing_fades_and_the_yield_is_the_window(self):
        np.testing.assert_array_equal(catch_up_rates(1.0, 18.0), np.zeros(STAGES))
        assert float(exposure_yield(1.0, 18.0)) == pytest.approx(18.0)
        assert float(share_left(1.0, 18.0, 24, 60)) == pytest.approx(1.0)

    @given(st.floats(0.05, 1.0), st.floats(4.0, 100.0), st.floats(-0.5, 0.5))
    def test_the_monthly_gain_builds_the_difference_by_the_end_of_exposure(
        self, left, scale, wanted
    ):
        gains = np.zeros(STAGES)
        gains[2:8] = haz_per_month(wanted, left, scale)
        path = departures(gains, left, scale)
        assert float(path[7]) == pytest.approx(wanted, abs=1e-12)
        later = wanted * float(share_left(left, scale, 24, 60))
        assert float(path[-1]) == pytest.approx(later, abs=1e-12)

    def test_the_steady_state_is_that_of_the_stage_equations(self):
        # d(total)/dt of each stage: inflow - outflow + gain - catch-up, integrated until it rests.
        gains = np.where(np.arange(STAGES) < 8, 0.01, 0.0)
        rates = catch_up_rates(0.26, 18.0)
        level = np.zeros(STAGES)
        for _ in range(12_000):
            before = np.concatenate([[0.2], level[:-1]])
            level = level + 0.05 * ((before - level) / 3.0 + gains - rates * level)
        np.testing.assert_allclose(level, departures(gains, 0.26, 18.0, 0.2), atol=1e-9)

    def test_draws_are_handled_together(self):
        left, scale = np.array([0.2, 0.3, 1.0]), np.array([12.0, 18.0, 24.0])
        together = haz_per_month(0.14, left, scale)
        pairs = zip(left, scale, strict=True)
        np.testing.assert_allclose(together, [float(haz_per_month(0.14, *p)) for p in pairs])
        assert departures(np.zeros(STAGES), left, scale, np.ones(3)).shape == (3, STAGES)

    @pytest.mark.parametrize(("left", "scale"), [(0.0, 18.0), (1.1, 18.0), (0.5, 0.0), (0.5, -1.0)])
    def test_impossible_numbers_are_refused(self, left, scale):
        with pytest.raises(EvidenceError, match="above 0"):
            catch_up_rates(left, scale)

    @pytest.mark.parametrize(("start", "end"), [(5, 24), (24, 24), (24, 6), (-3, 24), (6, 63)])
    def test_windows_that_cut_a_stage_are_refused(self, start, end):
        with pytest.raises(EvidenceError, match="age window"):
            haz_per_month(0.14, 0.26, 18.0, start, end)
