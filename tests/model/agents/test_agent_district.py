"""The district as a whole: what must hold at every step, with shocks and at the edges."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.model.agents.actors import ACTORS, LINKS, isolated, office_network
from tumbuh.model.agents.drivers import DETERMINANTS, PACKAGES, drive
from tumbuh.model.agents.observe import MEASURES, concordance, groups_of, observe
from tumbuh.model.agents.replicates import Study, Task, places_of, run_all, run_one
from tumbuh.model.agents.settings import DOCKED, Settings, Shock, check_settings
from tumbuh.model.errors import DataError, InputError



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
        drivers, = drive(program, relaxed | {"initial children total": small.constant("initial children total")}, 12.0)
        model = docked(drivers=drivers)
        list(walk(model, 6.0))
        share = model.round.receipt.mean(axis=1)
        wanted = [drivers.at(f"contact coverage[{name}]", 5.0) for name in PACKAGES]
        assert share == pytest.approx(wanted, abs=0.03)
        assert model.fidelity == pytest.approx(drivers.at("fidelity", 6.0), abs=1e-12)
