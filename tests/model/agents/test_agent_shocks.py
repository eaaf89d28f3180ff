"""What befalls actors and posyandu, and that places are drawn for each replicate."""

import numpy as np
import pytest

from tumbuh.model.agents.actors import develop, first_states
from tumbuh.model.agents.areas import areas_of
from tumbuh.model.agents.drivers import DETERMINANTS, drive
from tumbuh.model.agents.equations import equations
from tumbuh.model.agents.facts import load_agent_parameters
from tumbuh.model.agents.observe import observe
from tumbuh.model.agents.places import settle
from tumbuh.model.agents.replicates import Study, Task, model_of, step_to
from tumbuh.model.agents.settings import Settings, Shock
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.loader import load_scenario

OWN = load_agent_parameters().defaults()
LATER = 130.0


@pytest.fixture(scope="module")
def drivers():
    plan = prepare(load_scenario("coordination"))
    return drive(load_program(), plan.constants, LATER + 2.0)[0]


def test_nobody_learns_from_lists_that_are_not_shared(drivers):
    rules = equations(drivers.program, drivers.constants)
    found = {}
    for shared in (True, False):
        states = first_states(drivers)
        states.experience[:] = 12.0
        everybody = np.ones(len(states.experience), bool)
        develop(states, rules, drivers, LATER, 1.0, everybody, None, shared)
        found[shared] = states.determinants.mean(axis=0)
    apart = found[True] - found[False]
    assert apart[DETERMINANTS.index("information")] > 0.0
    assert np.delete(apart, DETERMINANTS.index("information")) == pytest.approx(0.0)


def model(drivers, *shocks, until=3.0):
    task = Task("", 0, drivers, OWN, Settings(shocks=shocks))
    found = model_of(Study("paser", (until,), 1), task)
    step_to(found, until)
    return found


def test_a_rotation_loses_what_others_gave_and_nothing_else(drivers):
    calm, struck = model(drivers), model(drivers, Shock("rotation", 2.0, "dinsos"))
    assert calm.provision is not None and struck.provision is not None
    before, after = calm.provision.registers, struck.provision.registers
    row = 2
    assert before.adopted[row].any() and not after.adopted[row].any()
    np.testing.assert_array_equal(before.own, after.own)
    others = [0, 1, 3]
    np.testing.assert_array_equal(before.adopted[others], after.adopted[others])
    (district, *_) = observe(struck)
    assert district.values["listed"] < next(iter(observe(calm))).values["listed"]


def test_cadres_leave_the_named_kecamatan_only(drivers):
    calm = model(drivers, until=1.0)
    struck = model(drivers, Shock("cadres leave", 0.0, "Kuaro"), until=1.0)
    lost = calm.posts.present - struck.posts.present
    area = calm.places.area_of_village[calm.posts.village]
    there = area == calm.places.areas.index("Kuaro")
    assert lost[there].sum() > 0.6 * there.sum()
    assert abs(lost[~there]).sum() < 0.2 * (~there).sum()


def test_every_replicate_has_places_of_its_own():
    """One drawing of the villages is no more known than another."""
    areas, sizes = areas_of("paser"), (5000, 280, 19)
    one, same, other = (settle(areas, *sizes, OWN, 1, row) for row in (0, 0, 1))
    np.testing.assert_array_equal(one.puskesmas_km, same.puskesmas_km)
    assert not np.array_equal(one.puskesmas_km, other.puskesmas_km)
    assert not np.array_equal(one.wealth, other.wealth)
