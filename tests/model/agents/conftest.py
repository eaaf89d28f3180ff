import pytest

from tumbuh.model.agents.district import AgentDistrict
from tumbuh.model.agents.drivers import drive
from tumbuh.model.agents.equations import equations
from tumbuh.model.agents.facts import load_agent_parameters
from tumbuh.model.agents.replicates import Study, Task, places_of
from tumbuh.model.agents.settings import DOCKED, Settings
from tumbuh.model.language.cache import load_program

USUAL = Settings()
CHILDREN = 3000.0
"""A small district, so that a run takes a fraction of a second."""


@pytest.fixture(scope="session")
def program():
    return load_program()


@pytest.fixture(scope="session")
def assumptions():
    return {row.name: row.value for row in load_agent_parameters().rows}


@pytest.fixture(scope="session")
def stocks(program):
    """The stocks of Paser, as its file has them, for six years."""
    return drive(program, {}, 72.0)[0]


@pytest.fixture(scope="session")
def small(program):
    """The stocks of a district with few children, for six years."""
    return drive(program, {"initial children total": CHILDREN}, 72.0)[0]


LEVERS = {
    "forum meetings level": 1.0,
    "list sharing level": 0.8,
    "supervision level": 0.8,
    "food coverage level": 0.8,
    "worker training level": 300.0,
    "kit purchase level": 100.0,
}
"""Some of every strategy, from month 3 on."""


@pytest.fixture(scope="session")
def led(program):
    """The stocks of a district with few children and all strategies, for six years."""
    starts = {name.replace("level", "start"): 3.0 for name in LEVERS}
    return drive(program, {"initial children total": CHILDREN} | LEVERS | starts, 72.0)[0]


@pytest.fixture(scope="session")
def shared(program):
    return equations(program, {})


@pytest.fixture
def district(small, assumptions):
    """Make a small district of agents."""

    def make(settings=USUAL, drivers=small, replicate=0, reference="paser", **changes):
        study = Study(reference, (0.0,), 1)
        task = Task("", replicate, drivers, assumptions | changes, settings)
        return AgentDistrict(
            drivers, places_of(study, task), task.assumptions, settings, 1, replicate
        )

    return make


@pytest.fixture
def docked(district):
    return lambda **options: district(DOCKED, **options)
