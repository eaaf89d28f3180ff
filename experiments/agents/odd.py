"""The generated parts of the ODD protocol, ``docs/agents-odd.md``.

What code can say of itself is said by the code: states and settings by the docstrings of their
classes, parameters by their table, the order of processes by the step.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable

from ...model.agents.actors import ACTORS, ActorStates, office_network
from ...model.agents.children import Children
from ...model.agents.cohorts import Cohorts
from ...model.agents.district import AgentDistrict
from ...model.agents.drivers import Drivers, drive
from ...model.agents.equations import Equations, equations
from ...model.agents.facts import load_agent_parameters
from ...model.agents.families import Families
from ...model.agents.places import Places
from ...model.agents.posyandu import Posts
from ...model.agents.registers import Registers
from ...model.agents.services import Round
from ...model.agents.settings import Settings
from ...model.language.cache import load_program
from ..evidence_view import prior_text
from .pattern import DRAWS, REPLICATES, compared
from .pattern_table import pattern_table, reading, table

ELEMENTS = (
    "1. Purpose and patterns",
    "2. Entities, state variables, and scales",
    "3. Process overview and scheduling",
    "4. Design concepts",
    "5. Initialization",
    "6. Input data",
    "7. Submodels",
)
"""The seven elements of Grimm et al. 2020, in their order."""
CONCEPTS = (
    *("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction"),
    *("Sensing", "Interaction", "Stochasticity", "Collectives", "Observation"),
)
"""The eleven design concepts, in their order."""

ENTITIES: dict[str, type] = {
    "kecamatan, village and family: where they are": Places,
    "family: births, practice, care": Families,
    "family: services of the last round": Round,
    "child": Children,
    "cohort of children": Cohorts,
    "sector: its list of families": Registers,
    "posyandu and its cadres": Posts,
    "actor": ActorStates,
}
"""What the agents consist of, and the class that holds the states of each."""

PROCESSES = {
    "_befall": ("shocks", "An official rotates, lists are closed, or cadres leave."),
    "_is_round": ("calendar", "Whether this step begins a round of services."),
    "_serve": (
        "round of services",
        "Lists are updated and shared, villages and families visited, services received or not.",
    ),
    "gains_of": (
        "effective coverage",
        "What was received becomes a gain against 2018, by quality and fidelity.",
    ),
    "_births": ("births", "Children whose month has come are born; families conceive."),
    "_grow": ("growth", "Every child departs from, or returns to, the path of its cohort."),
    "_age": ("ageing and deaths", "Children grow older, some die, five-year-olds leave."),
    "respond": (
        "practice and care",
        "Feeding practice and care in pregnancy follow what the family receives.",
    ),
    "_meet": ("forum", "Actors meet, learn, forget, and their determinants move."),
    "_staff": ("cadres and posyandu", "Cadres leave and are replaced; new posyandu open."),
}
"""What `AgentDistrict.step` calls, in its order: a title, and what happens."""


def parts() -> dict[str, str]:
    """Return the generated parts of the page by name."""
    found = compared(REPLICATES, DRAWS)
    return {
        "co-coverage": pattern_table(found),
        "co-coverage reading": reading(found),
        "states": state_table(),
        "processes": process_table(),
        "network": network_table(),
        "settings": settings_table(),
        "input data": input_table(),
        "parameters": parameter_table(),
        "equations": equation_table(),
    }


def state_table() -> str:
    """Return every state variable with what its class says of it."""
    rows = [
        [entity, ", ".join(f"`{name}`" for name in names), text]
        for entity, kind in ENTITIES.items()
        for names, text in documented(kind)
    ]
    return table(("entity", "state variable", "meaning"), rows)


def process_table() -> str:
    """Return the processes of a step in the order in which it calls them."""
    rows = [
        [str(number), *PROCESSES[name]] for number, name in enumerate(called(AgentDistrict.step), 1)
    ]
    return table(("order", "process", "what happens"), rows)


def settings_table() -> str:
    """Return the settings of a run with their defaults."""
    usual = Settings()
    rows = [
        [name, _value(getattr(usual, name)), text]
        for names, text in documented(Settings)
        for name in names
    ]
    return table(("setting", "default", "meaning"), rows)


def input_table() -> str:
    """Return what a run of the stocks gives the agents, by variable of the model file."""
    drivers = drive(load_program(), {}, 0.0)[0]
    units = _units(drivers)
    return table(("variable of the model file", "unit"), [[f"`{n}`", u] for n, u in units.items()])


def parameter_table() -> str:
    """Return the parameters that only agents have."""
    rows = []
    for row in load_agent_parameters().rows:
        cells = [row.name, f"{row.value:g}", row.unit, prior_text(row.prior)]
        rows.append([*cells, ", ".join(row.source), row.grade, "yes" if row.judged else "no"])
    return table(("parameter", "value", "unit", "prior", "source", "grade", "judged"), rows)


def equation_table() -> str:
    """Return the equations that are cut out of the model file, with the variables computed."""
    found = equations(load_program(), {})
    rows = []
    for names, text in documented(Equations):
        targets = [
            target.split("[")[0] for name in names for target in getattr(found, name).targets
        ]
        computed = ", ".join(f"`{target}`" for target in dict.fromkeys(targets))
        rows.append([", ".join(names), text, computed])
    return table(("equations", "for whom and what", "variables of the model file"), rows)


def network_table() -> str:
    """Return who works with whom."""
    network = office_network()
    rows = [[actor, ", ".join(sorted(network.neighbors(actor)))] for actor in ACTORS]
    return table(("actor", "works with"), rows)


def documented(kind: type) -> list[tuple[tuple[str, ...], str]]:
    """Return the attributes that the docstring of a class tells, with their meaning.

    Examples
    --------
    >>> documented(Children)[0]
    (('family', 'cohort'), '(child,), indices.')
    """
    text = inspect.getdoc(kind) or ""
    match = re.search(
        r"^Attributes\n-+\n(.*?)(?=^\w[^\n]*\n-+$|\Z)", text, re.DOTALL | re.MULTILINE
    )
    listed = re.findall(r"^(\w.*)\n((?:[ ]{4}.*\n?|\n)+)", match[1] if match else "", re.MULTILINE)
    return [
        (tuple(names.split(", ")), " ".join(body.replace("``", "`").split()))
        for names, body in listed
    ]


def called(function: Callable[..., object]) -> tuple[str, ...]:
    """Return the names of what a function calls, in the order of its text, each once."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    names = (node.attr if isinstance(node, ast.Attribute) else ast.unparse(node) for node in calls)
    return tuple(dict.fromkeys(names))


def _units(drivers: Drivers) -> dict[str, str]:
    """Return units by variable, subscripts left out."""
    found: dict[str, str] = {}
    for name in drivers.values:
        found.setdefault(name.split("[")[0], drivers.program.find(name).unit)
    return found


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} of them" if value else "none"
    return str(value)
