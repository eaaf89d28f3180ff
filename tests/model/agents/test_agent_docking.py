"""Docking: the agents hold to the stocks, and a mistake in them is noticed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from tumbuh.model.agents.breaks import AnyStage, StageAhead
from tumbuh.model.agents.children import grow
from tumbuh.model.agents.cohorts import DIES, MOVES, STAYS, AgeCohorts, StageCohorts
from tumbuh.model.agents.docking import (
    QUANTITIES,
    by_luck,
    dock,
    equivalences,
    holm,
    normal_p,
    scaled,
    spreads,
    two_one_sided,
)
from tumbuh.model.agents.drivers import STAGES
from tumbuh.model.agents.equations import ANY
from tumbuh.model.agents.identity import identities, unlike_stages
from tumbuh.model.agents.replicates import Study, Task, run_all
from tumbuh.model.agents.settings import DOCKED
from tumbuh.model.engine.integrate import simulate

MONTHS = (24.0,)
FEW = 4
SHARP = [one for one in QUANTITIES if one.measure in ("survey prevalence", "true prevalence")]


class TestEquations:
    def test_every_slice_gives_what_the_whole_model_gave_to_the_bit(self, program):
        levers = {"forum meetings level": 1.0, "forum meetings start": 6.0, "HAZ spread": 1.31}
        found = identities(program, levers, (0.0, 30.0))
        assert {one.slice for one in found} >= {"path", "pace", "growth", "birth", "gains"}
        assert len(found) > 30
        assert [one for one in found if one.differing] == []
        assert sum(one.values for one in found) == 2 * len(found)

    def test_the_stage_that_serves_for_all_has_the_shape_of_all_twenty(self, program):
        assert unlike_stages(program) == ()

    @pytest.mark.slow
    def test_a_stage_of_another_shape_is_named(self, program, tmp_path):
        from tumbuh.model.language.cache import PACKAGED, load_program

        text = PACKAGED.read_text(encoding="utf-8")
        line = "catch up[stage]=\n\tcatch up rate[stage]*(mean HAZ[stage]-baseline mean HAZ[stage])"
        assert text.count(line) == 1
        other = line.replace("[stage]=", "[s1]=").replace("[stage]", "[s1]")
        rest = line.replace("[stage]", "[later]").replace("=\n\t", "=\n\t2.0*")
        unit = "\n\t~\tHAZ/month\n\t~\treturn [S02]\n\t|\n"
        path = tmp_path / "broken.mdl"
        path.write_text(text.replace(line, other + unit + rest), encoding="utf-8")
        assert unlike_stages(load_program(path, trust=True)) == ("growth of s1",)

    def test_many_children_at_once_get_the_bits_of_one(self, shared):
        rng = np.random.default_rng(0)
        mean = rng.normal(-1.2, 0.3, 1001)
        given_ = {f"mean HAZ[{ANY}]": mean, "observed spread": 1.3}
        together = shared.survey(given_)[f"survey share[{ANY}]"]
        for row in (0, 1, 500, 999, 1000):
            one = shared.survey({**given_, f"mean HAZ[{ANY}]": mean[row : row + 1]})
            assert one[f"survey share[{ANY}]"][0] == together[row]


class TestStatistics:
    def test_two_one_sided_tests_are_two_t_tests(self):
        values = np.random.default_rng(0).normal(0.3, 1.0, (30, 2))
        found = two_one_sided(values, np.array([0.0, 0.1]), np.array([0.5, 0.9]))
        for column, (centre, margin) in enumerate([(0.0, 0.5), (0.1, 0.9)]):
            one = values[:, column]
            low = ttest_1samp(one, centre - margin, alternative="greater").pvalue
            high = ttest_1samp(one, centre + margin, alternative="less").pvalue
            assert found[column] == pytest.approx(max(low, high), rel=1e-9)

    def test_a_mean_beyond_the_margin_is_called_equal_as_seldom_as_promised(self):
        rng, called = np.random.default_rng(1), 0
        for _ in range(2000):
            values = rng.normal(0.5, 1.0, (20, 1))
            called += two_one_sided(values, np.zeros(1), np.full(1, 0.5))[0] < 0.05
        assert 0.03 < called / 2000 < 0.07

    def test_a_mean_of_nought_is_tested_on_both_sides(self):
        values = np.random.default_rng(4).normal((0.0, 0.3), 1.0, (50, 2))
        assert by_luck(values) == pytest.approx(ttest_1samp(values, 0.0).pvalue, rel=1e-9)

    @given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8))
    def test_holm_raises_p_and_keeps_their_order(self, p):
        p = np.array(p)
        found = holm(p)
        assert np.all(found >= p)
        assert np.all(found <= np.minimum(1.0, p.max() * len(p)) + 1e-12)
        assert np.all(np.diff(found[np.argsort(p, kind="stable")]) >= 0.0)

    def test_what_lies_beyond_is_refuted_and_what_is_unsure_is_not_shown(self):
        rng = np.random.default_rng(2)
        shift = np.array([0.0, 0.09, 0.3])
        values = rng.normal(shift, 0.1, (40, 3))
        found = equivalences("x", (1.0, 2.0, 3.0), values, np.zeros(3), np.full(3, 0.1))
        assert [one.holds for one in found] == [True, False, False]
        assert [one.refuted for one in found] == [False, False, True]

    def test_independent_children_have_the_variance_and_the_law_they_should(self):
        rng, share, size = np.random.default_rng(3), 0.24, 5000
        counts = rng.binomial(size, share, (200, 3)) / size
        variance = np.full(3, share * (1.0 - share) / size)
        found = spreads((1.0, 2.0, 3.0), counts, variance)
        assert all(one.low < one.ratio < one.high for one in found)
        assert found[0].low == pytest.approx(0.81, abs=0.02)
        assert found[0].high == pytest.approx(1.21, abs=0.02)
        assert normal_p(counts[:, 0], share, float(variance[0] ** 0.5)) > 0.01
        assert normal_p(counts[:, 0], share, float(1.5 * variance[0] ** 0.5)) < 0.01


class TestCohorts:
    def test_baselines_are_carried_as_the_stocks_carry_them(self, program, shared, stocks):
        names = [f"{name}[{stage}]" for name in ("baseline mean HAZ",) for stage in STAGES]
        found = simulate(program, {}, names, stocks.times[:49], snapshot=False, engine="numpy")
        cohorts = StageCohorts(shared, stocks, 0.25)
        counts = np.round(1e9 * cohorts.expected() / 1e4).astype(int)
        for step in range(48):
            want = np.array([found[name][0, step] for name in names])
            assert cohorts.baseline == pytest.approx(want, abs=5e-4)
            # As many move as should, so that only the arithmetic is compared.
            moves = np.round(counts * 0.25 / 3.0).astype(int)
            kind = np.concatenate([moves, counts - moves])
            before = np.repeat(np.tile(np.arange(20), 2), kind // 10**4)
            fate = np.repeat(np.repeat([MOVES, STAYS], 20), kind // 10**4)
            births = len(before[(fate == MOVES) & (before == 19)])
            change = cohorts.rates(step * 0.25)["change"]
            cohorts.advance(before, fate, births, change)

    def test_fates_have_the_chances_of_the_stocks(self, shared, stocks):
        cohorts = StageCohorts(shared, stocks, 0.25)
        chance = (np.arange(400_000) + 0.5) / 400_000
        share = np.bincount(cohorts.fates(np.zeros(400_000, int), chance), minlength=3) / 400_000
        rate = stocks.constant("child death rate")
        assert share[MOVES] == pytest.approx(0.25 / 3.0, abs=1e-5)
        assert share[DIES] == pytest.approx(0.25 * rate, abs=1e-5)

    def test_exact_ages_begin_with_the_stocks_numbers_and_path(self, shared, stocks):
        stages, ages = (kind(shared, stocks, 1.0) for kind in (StageCohorts, AgeCohorts))
        assert ages.expected().sum() == pytest.approx(stages.expected().sum(), rel=0.002)
        middle = np.add.reduceat(ages.baseline, np.arange(0, 60, 3)) / 3.0
        # The profile bends between stages; a third of its largest step is near enough.
        assert middle == pytest.approx(stages.baseline, abs=0.03)

    def test_without_services_and_shocks_a_child_stays_on_its_path(self, district, shared):
        model = district(DOCKED)
        rates = model.cohorts.rates(0.0)
        nothing = {
            name: np.zeros(model.families.size)
            for name in ("gain in coverage[illness]", "gain in coverage[protection]")
        }
        nothing |= {"practice change": np.zeros(model.families.size)}
        nothing["convergence"] = np.full(
            model.families.size, model.drivers.at("reference convergence", 0.0)
        )
        food = np.zeros(model.families.size)
        for _ in range(5):
            grow(model.children, model.cohorts, rates, nothing, food, model.drivers, shared, 0.0)
        assert np.abs(model.children.departure).max() == 0.0

    def test_a_departure_fades_and_what_is_received_lifts(self, district, shared):
        model = district(DOCKED)
        size = model.families.size
        services = {
            name: np.full(size, 0.3)
            for name in ("gain in coverage[illness]", "gain in coverage[protection]")
        }
        services |= {"practice change": np.full(size, 0.1), "convergence": np.ones(size)}
        rates = model.cohorts.rates(0.0)
        fed = rates["feeding"][model.children.cohort] > 0.0
        model.children.departure = np.where(fed, 0.0, 0.5)
        grow(
            model.children,
            model.cohorts,
            rates,
            services,
            np.ones(size),
            model.drivers,
            shared,
            0.0,
        )
        assert np.all(model.children.departure[fed] > 0.0)
        faded = model.children.departure[~fed]
        assert np.all((faded > 0.0) & (faded < 0.5))


@pytest.fixture(scope="module")
def docked_runs(stocks, assumptions):
    """Make a few docked replicates; the same luck with a mistake and without."""

    def runs(factors=None, cohorts=None):
        drivers = scaled(stocks, factors or {})
        study = Study("paser", MONTHS, 1)
        return run_all(
            study,
            [Task("", number, drivers, assumptions, DOCKED, cohorts) for number in range(FEW)],
        )

    return runs


class TestDocking:
    def test_agents_alike_dock_to_the_stocks(self, docked_runs, stocks):
        runs = docked_runs()
        found = dock(runs, stocks, SHARP)
        assert [one for one in found.equivalences if not one.holds] == []
        counted = dock(runs, stocks)
        far = [
            one
            for one in counted.equivalences
            if abs(one.difference) > one.margin + 3.0 * one.error
        ]
        assert far == []
        assert (counted.ks > 0.01) & (counted.counting > 0.01)
        assert {one.quantity for one in counted.equivalences} == {q.measure for q in QUANTITIES}

    @pytest.mark.parametrize(
        ("factors", "cohorts"),
        [
            ({"growth velocity": 1.05}, None),
            ({"stage residence": 1.0 / 1.05}, None),
            ({}, AnyStage),
            ({}, StageAhead),
        ],
        ids=["growth 5 %", "ageing 5 %", "any stage", "grow as the next stage"],
    )
    def test_a_mistake_is_noticed(self, docked_runs, stocks, factors, cohorts):
        runs = docked_runs(factors, cohorts)
        children = next(one for one in QUANTITIES if one.measure == "children")
        found = dock(runs, stocks, [*SHARP, children])
        assert any(one.refuted for one in found.equivalences)
        assert found.faults

    def test_a_mistake_too_small_to_matter_is_not(self, docked_runs, stocks):
        found = dock(docked_runs({"child death rate": 1.05}), stocks, SHARP)
        assert [one for one in found.equivalences if not one.holds] == []

    def test_what_was_counted_must_not_stray_from_the_chances(self, docked_runs, stocks):
        runs = docked_runs()
        for run in runs:
            for one in run.observations:
                one.values["counted prevalence"] += 0.02
        found = dock(runs, stocks)
        assert {"counted prevalence", "distribution"} <= set(found.faults)
        assert found.counting < 0.05

    def test_services_are_held_to_the_month_of_their_round(self):
        lags = {one.measure: one.lag for one in QUANTITIES}
        assert lags["all services"] == DOCKED.round > lags["survey prevalence"] == 0.0

    def test_only_what_is_named_is_scaled(self, stocks):
        wrong = scaled(stocks, {"growth velocity": 1.05, "HAZ spread": 1.1})
        assert wrong.constant("HAZ spread") == 1.1 * stocks.constant("HAZ spread")
        for name in ("growth velocity[s3]", "catch up rate[s3]", "inflow[s1]"):
            factor = 1.05 if name.startswith("growth") else 1.0
            assert wrong.at(name, 6.0) == factor * stocks.at(name, 6.0)

    @pytest.mark.slow
    def test_a_hundred_replicates_dock(self, stocks, assumptions):
        study = Study("paser", (12.0, 24.0, 36.0, 48.0, 60.0, 72.0), 20260101)
        tasks = [Task("", number, stocks, assumptions, DOCKED) for number in range(100)]
        assert dock(run_all(study, tasks, 2), stocks).faults == ()
