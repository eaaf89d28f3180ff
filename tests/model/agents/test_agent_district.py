"""The district as a whole: what must hold at every step, with shocks and at the edges."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumbuh.model.agents.actors import (
    ACTORS,
    LINKS,
    develop,
    first_states,
    isolated,
    office_network,
)
from tumbuh.model.agents.cohorts import DIES, MOVES
from tumbuh.model.agents.delivery import SECTORS
from tumbuh.model.agents.drivers import PACKAGES, drive
from tumbuh.model.agents.observe import MEASURES, concordance, groups_of, observe
from tumbuh.model.agents.replicates import Study, Task, run_all, run_one
from tumbuh.model.agents.settings import DOCKED, Settings, Shock, check_settings
from tumbuh.model.errors import InputError

PLAIN = """\
id: plain
name: Kabupaten Datar
province: Kalimantan Timur
surveys: {area: Datar, table: observations.csv}
facts: {}
sources: {}
"""


def walk(model, months):
    """Step to a month and yield after every step."""
    while model.month < months - 1e-9:
        model.step()
        yield model


class TestDocked:
    def test_coordination_of_alike_actors_is_that_of_the_stocks(self, docked, small):
        for model in walk(docked(), 24.0):
            assert model.index == pytest.approx(
                small.at("coordination index", model.month), abs=1e-12
            )
            assert model.fidelity == pytest.approx(small.at("fidelity", model.month), abs=1e-12)

    def test_what_relaxes_the_stocks_relaxes_the_agents(self, docked, small, program):
        relaxed = {"relax contact": 1.0, "relax fidelity": 1.0, "relaxation start": 3.0}
        (drivers,) = drive(
            program,
            relaxed | {"initial children total": small.constant("initial children total")},
            12.0,
        )
        model = docked(drivers=drivers)
        list(walk(model, 6.0))
        share = model.round.receipt.mean(axis=1)
        wanted = [drivers.at(f"contact coverage[{name}]", 5.0) for name in PACKAGES]
        assert share == pytest.approx(wanted, abs=0.03)
        assert model.fidelity == pytest.approx(drivers.at("fidelity", 6.0), abs=1e-12)


class TestChildren:
    @pytest.mark.parametrize("setting", [DOCKED, Settings(), Settings(step=0.5)])
    def test_children_are_born_die_or_turn_five(self, district, setting):
        model = district(setting)
        plain, last = model.cohorts.fates, len(model.cohorts.stage) - 1
        gone = []

        def fates(cohort, chance):
            fate = plain(cohort, chance)
            left = (fate == DIES) | ((fate == MOVES) & (cohort == last))
            gone.append(np.count_nonzero(left))
            return fate

        model.cohorts.fates = fates
        count = model.children.count
        for _ in range(30):
            before = model.families.last_birth.copy()
            model.step()
            born = np.count_nonzero(model.families.last_birth != before)
            assert model.children.count == count + born - gone[-1]
            count = model.children.count
            sizes = {array.shape[-1] for array in vars(model.children).values()}
            assert sizes == {count}
            assert (
                0
                <= model.children.family.min()
                <= model.children.family.max()
                < model.families.size
            )
            assert model.children.cohort.max() <= last
        assert sum(gone) > 0

    def test_by_the_clock_everybody_turns_five_at_sixty_months(self, district):
        model = district()
        born = model.month - (model.children.cohort + 1.0) * model.settings.step
        assert np.all(model.month - born <= 60.0)
        assert len(model.cohorts.stage) == 60

    def test_their_number_stays_near_that_of_the_stocks(self, district, small):
        for model in walk(district(), 48.0):
            expected = small.at("children total", model.month)
            assert abs(model.children.count - expected) < 5.0 * np.sqrt(expected)


class TestShocks:
    MONTH = 6.0

    def pair(self, district, *shocks):
        """Return the same district without and with shocks."""
        return district(), district(Settings().with_shocks(shocks))

    def walk_both(self, pair, month):
        for model in pair:
            list(walk(model, month))

    def test_rotation_empties_what_an_official_and_his_office_had_from_others(self, district):
        plain, hit = self.pair(district, Shock("rotation", self.MONTH, "dinsos"))
        row = SECTORS.index("dinsos")
        self.walk_both((plain, hit), self.MONTH)
        told = [model.provision.registers.adopted.copy() for model in (plain, hit)]
        assert np.array_equal(*told)
        assert told[0][row].any()
        hit._befall()
        assert not hit.provision.registers.adopted[row].any()
        assert hit.actors[ACTORS.index("dinsos")].experience == 0.0
        others = [i for i in range(len(SECTORS)) if i != row]
        assert np.array_equal(hit.provision.registers.adopted[others], told[0][others])
        list(walk(hit, 24.0))
        assert hit.provision.registers.adopted[row].sum() > 0.5 * told[0][row].sum()

    def test_rotation_of_all_empties_the_memory_of_all(self, district, led):
        model = district(Settings().with_shocks([Shock("rotation", 18.0)]), led)
        list(walk(model, 18.0))
        assert sum(actor.experience > 0.0 for actor in model.actors) > len(ACTORS) / 2
        model._befall()
        assert [actor.experience for actor in model.actors] == [0.0] * len(ACTORS)

    def test_lists_run_dry_while_nobody_shares_and_fill_again(self, district):
        plain, hit = self.pair(district, Shock("no lists", self.MONTH, months=24.0))
        kept = []
        for month in (self.MONTH, 30.0, 60.0):
            self.walk_both((plain, hit), month)
            kept.append([m.provision.registers.adopted.mean() for m in (plain, hit)])
        assert kept[0][0] == kept[0][1]
        assert kept[1][1] < 0.5 * kept[1][0]
        assert kept[2][1] > 0.9 * kept[2][0]

    def test_cadres_who_leave_are_missed_in_their_kecamatan_and_replaced(self, district):
        area = "Tanah Grogot"
        plain, hit = self.pair(district, Shock("cadres leave", self.MONTH, area))
        self.walk_both((plain, hit), self.MONTH)
        hit._befall()
        where = plain.places.area_of_village[plain.posts.village]
        there = np.flatnonzero(where == plain.places.areas.index(area))
        lost = plain.posts.present - hit.posts.present
        elsewhere = np.setdiff1d(np.arange(plain.posts.count), there)
        assert not lost[elsewhere].any()
        assert np.array_equal(lost[there], np.minimum(1, plain.posts.present[there]))
        list(walk(hit, 60.0))
        assert hit.posts.present[there].sum() >= plain.posts.present[there].sum()

    def test_a_posyandu_without_cadres_counsels_less_and_goes_on(self, district):
        shocks = [Shock("cadres leave", 1.0) for _ in range(12)]
        plain, hit = self.pair(district, *shocks)
        self.walk_both((plain, hit), 1.0)
        hit._befall()
        assert hit.posts.present.max() == 0
        chance = np.full(hit.families.size, 0.4)
        worker = hit.drivers.constant("worker share of counselling")
        reached = hit._by_cadres(chance)
        # Health workers go on counselling; contacts saturate, so that half the supply is more than
        # half the contacts.
        assert np.ptp(reached) == 0.0
        assert 0.4 * worker < reached[0] < plain._by_cadres(chance).mean()
        list(walk(hit, 13.0))
        assert hit.posts.present.sum() > 0

    @pytest.mark.parametrize(
        ("shock", "words"),
        [
            (Shock("rotation", 1.0, "dinkess"), "dinkess"),
            (Shock("cadres leave", 1.0, "Nowhere"), "Nowhere"),
            (Shock("no lists", 1.0, "dinkes"), "no target"),
            (Shock("flood", 1.0), "flood"),
        ],
    )
    def test_a_shock_that_cannot_happen_is_refused(self, shock, words):
        with pytest.raises(InputError, match=words):
            check_settings(Settings().with_shocks([shock]), ["Kuaro"])


class TestEdges:
    @pytest.mark.parametrize(
        "changes", [{"step": 0.0}, {"step": -1.0}, {"step": 0.7}, {"round": 1.5}]
    )
    def test_a_round_is_of_whole_steps(self, changes):
        with pytest.raises(InputError, match="whole steps"):
            check_settings(replace(Settings(), **changes), [])

    @pytest.mark.parametrize(
        "constants",
        [
            {"initial staff[cadre]": 0.0},
            {"initial children total": 0.0},
            {"initial service points": 0.0},
        ],
    )
    def test_a_district_without_cadres_children_or_posyandu_is_refused(self, program, constants):
        with pytest.raises(InputError, match="above 0"):
            drive(program, constants, 1.0)

    def test_a_population_below_nought_is_refused(self, program, district):
        (drivers,) = drive(program, {"initial children total": -100.0}, 1.0)
        with pytest.raises(InputError, match="families: expected at least one"):
            district(drivers=drivers)

    def test_migration_is_refused(self, program):
        with pytest.raises(InputError, match="migration rate"):
            drive(program, {"migration rate": 0.001}, 1.0)

    def test_a_district_without_kecamatan_is_one_area_where_all_live_alike(
        self, district, tmp_path
    ):
        path = tmp_path / "plain.yaml"
        path.write_text(PLAIN, encoding="utf-8")
        model = district(reference=str(path))
        assert model.places.areas == ("",)
        assert np.all(model.places.puskesmas_km == 0.0)
        list(walk(model, 12.0))
        assert set(groups_of(model)) == {"district", "wealth"}
        assert {one.grouping for one in observe(model)} == {"district", "wealth"}

    def test_an_actor_without_links_shares_nothing_and_is_told_nothing(self, district):
        links = tuple(link for link in LINKS if "dinsos" not in link)
        assert isolated(office_network(links)) == ("dinsos",)
        model = district(replace(Settings(), links=links))
        list(walk(model, 18.0))
        adopted = model.provision.registers.adopted.any(axis=1)
        assert dict(zip(SECTORS, adopted.tolist(), strict=True)) == {
            name: name != "dinsos" for name in SECTORS
        }

    def test_nobody_shares_where_there_are_no_links(self, district):
        model = district(replace(Settings(), links=()))
        assert isolated(model.network) == tuple(sorted(ACTORS))
        list(walk(model, 12.0))
        assert not model.provision.registers.adopted.any()


class TestReplicates:
    STUDY = Study("paser", (0.0, 13.0), 5)

    def tasks(self, small, assumptions):
        return [
            Task(case, number, small, assumptions, setting)
            for case, setting in (("used", Settings()), ("docked", DOCKED))
            for number in range(2)
        ]

    def test_one_and_two_workers_give_the_same_bits_in_the_same_order(self, small, assumptions):
        tasks = self.tasks(small, assumptions)
        seen = []
        one = run_all(self.STUDY, tasks, 1)
        two = run_all(self.STUDY, tasks, 2, lambda done, total: seen.append((done, total)))
        for first, second, task in zip(one, two, tasks, strict=True):
            assert (first.case, first.replicate) == (task.case, task.replicate)
            assert (second.case, second.replicate) == (task.case, task.replicate)
            for left, right in zip(first.observations, second.observations, strict=True):
                assert (left.month, left.grouping, left.group) == (
                    right.month,
                    right.grouping,
                    right.group,
                )
                found, wanted = ([o.values[m] for m in MEASURES] for o in (left, right))
                assert np.array_equal(found, wanted, equal_nan=True)
        assert seen[-1] == (len(tasks), len(tasks))

    def test_replicates_differ(self, small, assumptions):
        first, second = (run_one(self.STUDY, task) for task in self.tasks(small, assumptions)[:2])
        assert first.observations[0].values != second.observations[0].values

    def test_what_is_observed_before_does_not_change_what_comes_after(self, small, assumptions):
        task = self.tasks(small, assumptions)[0]
        often = run_one(replace(self.STUDY, months=(0.0, 5.0, 13.0)), task)
        last = [run.observations[-1].values for run in (run_one(self.STUDY, task), often)]
        assert np.array_equal(*(list(v.values()) for v in last), equal_nan=True)


class TestObservations:
    def test_groups_add_up_to_the_district(self, district):
        model = district()
        list(walk(model, 7.0))
        seen = list(observe(model))
        whole = next(one.values for one in seen if one.grouping == "district")
        for grouping in ("kecamatan", "distance", "wealth"):
            parts = [one.values for one in seen if one.grouping == grouping]
            for size, share in (("families", "all services"), ("children", "survey prevalence")):
                weights = np.array([part[size] for part in parts])
                assert weights.sum() == whole[size]
                shares = np.nan_to_num([part[share] for part in parts])
                assert weights @ shares / whole[size] == pytest.approx(whole[share], rel=1e-12)

    def test_chances_and_counts_tell_the_same_prevalence(self, district, stocks):
        seen = next(observe(district(drivers=stocks))).values
        error = np.sqrt(0.25 / seen["children"])
        assert abs(seen["counted prevalence"] - seen["survey prevalence"]) < 4.0 * error
        assert seen["severe prevalence"] < seen["true prevalence"] < seen["survey prevalence"]

    @given(shares=st.lists(st.floats(0.01, 0.99), min_size=2, max_size=5), k=st.floats(0.0, 1.0))
    def test_the_overlap_is_read_back(self, shares, k):
        product, minimum = float(np.prod(shares)), min(shares)
        together = (1.0 - k) * product + k * minimum
        assert concordance(product, minimum, together) == pytest.approx(k, abs=1e-6)

    def test_there_is_no_overlap_to_read_where_nobody_is_left_out(self):
        assert np.isnan(concordance(1.0, 1.0, 1.0))


class TestActors:
    def test_experience_is_lost_by_rotation_as_the_stocks_lose_it_evenly(self, shared, led):
        rng, step, size = np.random.default_rng(3), 1.0, 4000
        gone = led.constant("experience erosion time")
        evenly, rotated = (first_states(led, size) for _ in range(2))
        present = np.ones(size, bool)
        for month in range(36):
            develop(evenly, shared, led, float(month), step, present, None)
            leaves = rng.random(size) < step / gone
            develop(rotated, shared, led, float(month), step, present, leaves)
        error = rotated.experience.std() / np.sqrt(size)
        assert evenly.experience.min() > 1.0
        # In the month in which an official leaves, the newcomer has not met yet.
        missed = step / gone * led.at("forum delivered", 35.0) * step
        apart = rotated.experience.mean() - evenly.experience.mean()
        assert -4.0 * error - missed * gone < apart < 4.0 * error
        assert evenly.determinants.min() >= 0.0
        assert evenly.determinants.max() <= 1.0

    def test_who_stays_away_learns_less(self, shared, led):
        states = first_states(led, 2)
        for month in range(24):
            develop(states, shared, led, float(month), 1.0, np.array([True, False]), None)
        assert states.experience[0] > states.experience[1] == 0.0
        assert np.all(states.determinants[0] >= states.determinants[1])
        assert np.any(states.determinants[0] > states.determinants[1])

    def test_a_link_to_nobody_or_to_oneself_is_refused(self):
        with pytest.raises(InputError) as caught:
            office_network((("dinkes", "dinkes"), ("dinkes", "polres")))
        assert len(caught.value.problems) == 2
