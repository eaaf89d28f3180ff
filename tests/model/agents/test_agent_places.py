"""Where families live, who serves them, and how a mean is spread over families."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from tumbuh.model.agents.actors import ACTORS, ActorStates, link_rows, office_network
from tumbuh.model.agents.areas import areas_of
from tumbuh.model.agents.delivery import SECTORS, inclined, level_to, overlapping
from tumbuh.model.agents.drivers import DETERMINANTS
from tumbuh.model.agents.outreach import (
    Targets,
    families_sought,
    families_visited,
    share_lists,
)
from tumbuh.model.agents.places import settle, shares
from tumbuh.model.agents.posyandu import Posts
from tumbuh.model.agents.registers import Registers
from tumbuh.model.errors import InputError

FAMILIES = 6000
PASER = areas_of("paser")


@pytest.fixture(scope="module")
def homes(assumptions):
    def make(areas=PASER, families=FAMILIES, seed=1, **changes):
        return settle(areas, families, 372, 19, assumptions | changes, seed)

    return make


@pytest.fixture(scope="module")
def many(homes):
    return homes(families=30_000)


def states(level):
    return ActorStates(np.full((len(ACTORS), len(DETERMINANTS)), level), np.zeros(len(ACTORS)))


class TestPlaces:
    def test_everybody_and_everything_has_a_place(self, homes):
        places = homes()
        assert places.villages == sum(area.villages for area in PASER)
        assert places.families == FAMILIES
        assert places.posyandu.sum() == 372
        assert places.posyandu.min() >= 1
        assert places.puskesmas.sum() == 19
        assert places.puskesmas.min() >= 1
        assert np.all(np.diff(places.village) >= 0)
        assert (places.puskesmas_km > 0.0).all()

    def test_families_live_where_people_live(self, homes):
        places = homes(families=60_000)
        found = np.bincount(places.area(), minlength=10) / places.families
        people = np.array([area.population for area in PASER])
        assert found == pytest.approx(people / people.sum(), abs=0.01)

    def test_the_same_seed_gives_the_same_places_and_another_gives_others(self, homes):
        first, second, other = homes(), homes(), homes(seed=2)
        for name in ("village", "wealth", "spread", "puskesmas_km", "posyandu"):
            assert np.array_equal(getattr(first, name), getattr(second, name)), name
        assert not np.array_equal(first.wealth, other.wealth)

    @pytest.mark.parametrize("factor", [0.25, 4.0])
    def test_ways_grow_with_the_root_of_the_settled_land(self, homes, factor):
        share = 0.2
        near = homes(**{"settled share of land": share})
        far = homes(**{"settled share of land": share * factor})
        posts = near.posyandu
        for first, second in (
            (near.puskesmas_km, far.puskesmas_km),
            (near.posyandu_km(posts), far.posyandu_km(posts)),
        ):
            assert second == pytest.approx(first * np.sqrt(factor), rel=1e-12)

    def test_more_posyandu_shorten_the_way(self, homes):
        places = homes()
        assert places.posyandu_km(4 * places.posyandu) == pytest.approx(
            0.5 * places.posyandu_km(places.posyandu)
        )

    def test_groups_are_of_equal_size(self, homes):
        places = homes()
        assert np.bincount(places.wealth_group()) == pytest.approx(FAMILIES / 5, abs=1)
        distance = places.distance_group()
        # Families of a village share a distance, so that thirds are rough.
        assert np.bincount(distance, minlength=3).min() > FAMILIES / 5
        way = places.puskesmas_km[places.village]
        means = [way[distance == group].mean() for group in range(3)]
        assert means == sorted(means)

    def test_without_kecamatan_there_is_one_area_without_distance(self, homes):
        places = homes(areas=())
        assert (places.areas, places.villages) == (("",), 1)
        assert not places.posyandu_km(places.posyandu).any()

    @pytest.mark.parametrize(("families", "posyandu"), [(0, 5), (-7, 5), (5, 0), (-1, -1)])
    def test_nobody_to_place_is_refused(self, assumptions, families, posyandu):
        with pytest.raises(InputError) as caught:
            settle(PASER, families, posyandu, 19, assumptions, 1)
        assert len(caught.value.problems) == (families < 1) + (posyandu < 1)

    @given(
        weights=st.lists(st.floats(0.01, 100.0), min_size=1, max_size=30),
        total=st.integers(0, 500),
    )
    def test_shares_are_whole_add_up_and_are_fair(self, weights, total):
        weights = np.array(weights)
        found = shares(weights, total)
        assert found.sum() == total
        assert np.all(np.abs(found - weights / weights.sum() * total) < 1.0)


class TestDelivery:
    @given(
        mean=st.floats(0.001, 0.999),
        spread=st.floats(0.0, 6.0),
        shift=st.floats(-8.0, 8.0),
        guess=st.none() | st.floats(-30.0, 30.0),
        seed=st.integers(0, 1000),
    )
    def test_the_effort_makes_the_mean_what_supply_allows(self, mean, spread, shift, guess, seed):
        log_odds = shift + spread * np.random.default_rng(seed).standard_normal(500)
        effort = level_to(mean, log_odds, guess)
        assert expit(effort + log_odds).mean() == pytest.approx(mean, abs=1e-9)

    @pytest.mark.parametrize("mean", [1e-9, 1.0 - 1e-9])
    def test_almost_nobody_and_almost_everybody_can_be_reached(self, mean):
        log_odds = np.linspace(-5.0, 5.0, 100)
        assert expit(level_to(mean, log_odds) + log_odds).mean() == pytest.approx(mean, abs=1e-9)

    def test_families_alike_need_no_search(self):
        assert level_to(0.3, np.zeros(5)) == pytest.approx(np.log(0.3 / 0.7), abs=1e-9)

    @pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
    def test_who_is_inclined_stays_so_and_luck_is_uniform(self, share):
        rng = np.random.default_rng(0)
        lasting = rng.standard_normal(20_000)
        first, second = (inclined(lasting, rng.standard_normal(20_000), share) for _ in range(2))
        assert np.quantile(first, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.015)
        # Rank correlation of two normal variables with correlation r.
        expected = 6.0 / np.pi * np.arcsin(0.5 * share)
        assert np.corrcoef(first, second)[0, 1] == pytest.approx(expected, abs=0.03)

    @given(k=st.floats(-0.3, 1.0), seed=st.integers(0, 1000))
    def test_services_overlap_as_the_formula_says(self, k, seed):
        rng, size = np.random.default_rng(seed), 20_000
        contact = np.array([0.6, 0.4, 0.8, 0.5])
        wanted = max(0.0, (1.0 - k) * contact.prod() + k * contact.min())
        receipt = overlapping(contact, wanted, rng, size) < contact[:, None]
        assert receipt.all(axis=0).mean() == pytest.approx(wanted, abs=0.02)
        assert receipt.mean(axis=1) == pytest.approx(contact, abs=0.02)


class TestRegisters:
    def test_lists_are_as_complete_as_was_counted_and_stay_so(self, many, assumptions):
        rng = np.random.default_rng(0)
        lists = Registers(many, assumptions, rng)
        start = lists.own.mean(axis=1)
        for _ in range(40):
            lists.update(6.0, rng)
        names = ("health", "population", "protection", "food")
        whole = np.array([assumptions[f"{name} list completeness"] for name in names])
        assert start == pytest.approx(whole, abs=0.01)
        assert lists.own.mean(axis=1) == pytest.approx(start, abs=0.01)

    def test_a_list_of_almost_all_that_ages_fast_holds_those_it_can(self, many, assumptions):
        rng = np.random.default_rng(0)
        changes = {"health list completeness": 0.98, "list loss time": 4.0}
        lists = Registers(many, assumptions | changes, rng)
        assert lists.own[0].mean() == pytest.approx(0.99 * 0.5, abs=0.01)

    def test_nothing_is_taken_over_without_chance_and_all_with_certainty(self, many, assumptions):
        rng = np.random.default_rng(0)
        lists = Registers(many, assumptions, rng)
        lists.exchange([(0, 1, 0.0)], rng)
        assert not lists.adopted.any()
        before = lists.known.copy()
        lists.exchange([(0, 1, 1.0), (1, 0, 1.0)], rng)
        assert np.array_equal(lists.known[0], before[0] | before[1])
        assert np.array_equal(lists.known[1], before[0] | before[1])
        assert np.array_equal(lists.known[2:], before[2:])

    def test_what_is_forgotten_is_what_others_told(self, many, assumptions):
        rng = np.random.default_rng(0)
        lists = Registers(many, assumptions, rng)
        lists.from_villages(2, np.ones(many.families, bool))
        assert lists.known[2].all()
        lists.forget(2)
        assert np.array_equal(lists.known[2], lists.own[2])

    def test_a_family_that_a_list_lost_is_lost_from_what_others_told_too(self, many, assumptions):
        rng = np.random.default_rng(0)
        lists = Registers(many, assumptions, rng)
        lists.from_villages(0, np.ones(many.families, bool))
        lists.update(1200.0, rng)
        assert not lists.adopted.any()


class TestOutreach:
    def rng(self):
        return np.random.default_rng(7)

    def targets(self, families=20_000, known=1.0, received=0.5, seed=5):
        rng = np.random.default_rng(seed)
        shape = (len(SECTORS), families)
        return Targets(
            np.arange(families) % 2000,
            2000,
            rng.random(families) < 0.4,
            rng.random(shape) < known,
            rng.random(shape) < received,
            rng.random(shape) < 0.5,
        )

    @pytest.mark.parametrize("exponent", [0.25, 0.5, 1.0])
    def test_the_more_actors_are_able_to_the_more_sectors_come_together(self, exponent):
        together, targets = [], self.targets()
        for level in (0.0, 0.2, 0.5, 0.8, 1.0):
            found = families_visited(states(level), targets, 0.3, exponent, self.rng())
            together.append(found.all(axis=0).mean())
            # As many families are visited, whoever plans it.
            assert found.mean(axis=1) == pytest.approx([0.3 * 0.4] * len(SECTORS), abs=0.02)
        assert np.diff(together).min() > -0.004
        assert together[0] == pytest.approx((0.3 * 0.4) ** 4, abs=0.002)
        assert together[-1] == pytest.approx(0.3 * 0.4, abs=0.01)

    def test_the_joint_plan_reaches_families_at_risk_whom_a_sector_knows(self):
        targets = self.targets(known=0.6)
        found = families_visited(states(1.0), targets, 0.3, 0.5, self.rng())
        assert not (found & ~(targets.known & targets.at_risk)).any()

    def test_only_those_are_sought_who_are_known_missed_and_served_by_another(self):
        targets, links = self.targets(500, known=0.5), link_rows(office_network())
        open_to = targets.known & targets.missed
        counts = []
        for level in (0.0, 0.3, 0.6, 1.0):
            sought = families_sought(states(level), targets, links, 0.5, self.rng())
            assert not (sought & ~open_to).any()
            counts.append(sought.sum())
        assert counts == sorted(counts)
        assert counts[0] == 0 < counts[-1]
        nobody = replace(targets, received=np.zeros_like(targets.received))
        assert not families_sought(states(1.0), nobody, links, 0.5, self.rng()).any()
        # Who works with nobody sees nobody's families.
        assert not families_sought(states(1.0), targets, [], 0.5, self.rng()).any()

    def test_lists_are_shared_more_the_more_actors_know_and_want(self, homes, assumptions):
        places, sizes = homes(), []
        links = link_rows(office_network())
        for level in (0.0, 0.3, 0.6, 1.0):
            lists = Registers(places, assumptions, np.random.default_rng(3))
            share_lists(
                lists,
                states(level),
                links,
                places.village,
                places.villages,
                0.5,
                open_lists=True,
                rng=self.rng(),
            )
            sizes.append(lists.adopted.sum())
        assert sizes == sorted(sizes)
        assert sizes[0] == 0 < sizes[1]

    def test_the_states_do_not_change_how_many_numbers_are_taken(self):
        left = []
        for level in (0.0, 1.0):
            rng = self.rng()
            families_visited(states(level), self.targets(90), 0.3, 0.5, rng)
            families_sought(states(level), self.targets(90), [], 0.5, rng)
            left.append(rng.random())
        assert left[0] == left[1]


class TestPosts:
    def test_all_cadres_have_a_post(self, homes):
        posts = Posts(homes(), 1800)
        assert posts.present.sum() == posts.planned.sum() == 1800
        assert np.ptp(posts.planned) <= 1

    def test_turnover_ends_where_leaving_and_filling_balance(self, homes):
        posts, rng = Posts(homes(), 1800), np.random.default_rng(0)
        leave, fill = 0.02, 0.25
        relative = []
        for step in range(150):
            posts.turn_over(leave, fill, rng)
            assert posts.present.min() >= 0
            assert np.all(posts.present <= posts.planned)
            if step >= 50:
                relative.append(posts.relative(leave, fill).mean())
        assert np.mean(relative) == pytest.approx(1.0, abs=0.02)

    def test_a_new_posyandu_opens_where_the_way_is_longest(self, homes):
        places = homes()
        posts = Posts(places, 1800)
        longest = int(np.argmax(places.village_km2 / places.posyandu))
        posts.open(places, 1)
        assert posts.village[-1] == longest
        assert posts.by_village(places.villages).sum() == 373

    def test_families_go_to_a_posyandu_of_their_village(self, homes):
        places = homes()
        posts = Posts(places, 1800)
        posts.open(places, 12)
        seat = np.random.default_rng(0).random(places.families)
        goes_to = posts.of_families(places, seat)
        assert np.array_equal(posts.village[goes_to], places.village)

    def test_nobody_can_leave_where_nobody_is(self, homes):
        posts = Posts(homes(), 0)
        posts.lose(np.ones(posts.count, bool))
        assert posts.present.max() == posts.present.min() == 0
        posts.turn_over(1.0, 1.0, np.random.default_rng(0))
        assert not posts.relative(0.1, 0.2).any()
