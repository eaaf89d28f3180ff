"""Actors of the policy with Hoogerwerf's determinants as their states, and who works with whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import mesa
import networkx
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, Problem
from .drivers import DETERMINANTS, Drivers
from .equations import Equations

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]

ACTORS = (
    *("bappedalitbang", "dinkes", "dpmd", "dppkb", "dinsos", "pupr", "pangan", "pkk", "village"),
)
CHAIR = "bappedalitbang"
VILLAGE = "village"

LINKS = (
    *((CHAIR, actor) for actor in ACTORS if actor not in (CHAIR, VILLAGE)),
    *(("dinkes", "dppkb"), ("dinkes", "pkk"), ("dinkes", VILLAGE), ("dppkb", "pkk")),
    *(("dppkb", VILLAGE), ("pkk", VILLAGE), ("dpmd", VILLAGE), ("dinsos", VILLAGE)),
    *(("dinsos", "pangan"), ("pangan", "dinkes"), ("pupr", "dinkes"), ("dppkb", "dinsos")),
)
"""Who works with whom by office: the chair with all, and the offices whose programmes meet."""


def office_network(links: Iterable[tuple[str, str]] = LINKS) -> networkx.Graph[str]:
    """Return the network of actors.

    Raises
    ------
    InputError
        If a link names somebody who is no actor, or an actor is linked to himself.
    """
    network = networkx.Graph()
    network.add_nodes_from(ACTORS)
    problems = []
    for first, second in links:
        where = f"link {first}-{second}"
        for name in (first, second):
            if name not in ACTORS:
                expected = f"one of {', '.join(ACTORS)}"
                problems.append(Problem(where, expected, repr(name), "Correct the name"))
        if first == second:
            problems.append(Problem(where, "two actors", "one", "Remove the link"))
    if problems:
        raise InputError(problems)
    network.add_edges_from(links)
    return network


def isolated(network: networkx.Graph[str]) -> tuple[str, ...]:
    """Return the actors without any link: they share nothing and are told nothing."""
    return tuple(sorted(networkx.isolates(network)))


@dataclass
class ActorStates:
    """States of all actors, a row each in the order of `ACTORS`.

    Attributes
    ----------
    determinants
        (actor, determinant), 0 to 1.
    experience
        (actor,), meetings that an actor's official remembers.
    """

    determinants: Floats
    experience: Floats

    def product(self, first: int, second: int, names: tuple[str, str], exponent: float) -> float:
        """Return the chance that two actors act together: both need both determinants.

        Parameters
        ----------
        first, second
            Indices of the actors.
        names
            Two determinants.
        exponent
            Power of the product of the four states: 1 where every lack stops it, 0.25 where one
            makes up for another.
        """
        columns = [DETERMINANTS.index(name) for name in names]
        states = self.determinants[np.ix_([first, second], columns)]
        return float(np.prod(states) ** exponent)


class SectorActor(mesa.Agent):
    """An office of the district, or the village governments together.

    Parameters
    ----------
    model
        The district.
    name
        One of `ACTORS`.
    states
        Holds this actor's row.
    """

    def __init__(self, model: mesa.Model, name: str, states: ActorStates) -> None:
        super().__init__(model)
        self.name = name
        self.row = ACTORS.index(name)
        self._states = states

    @property
    def clarity(self) -> float:
        """Policy content: how clear the tasks are, 0 to 1."""
        return float(self._states.determinants[self.row, 0])

    @property
    def information(self) -> float:
        """What the actor knows of families and of others' work, 0 to 1."""
        return float(self._states.determinants[self.row, 1])

    @property
    def support(self) -> float:
        """Will to take part, 0 to 1."""
        return float(self._states.determinants[self.row, 2])

    @property
    def resources(self) -> float:
        """Money and people that the actor can put in, 0 to 1."""
        return float(self._states.determinants[self.row, 3])

    @property
    def experience(self) -> float:
        """Meetings that the official remembers."""
        return float(self._states.experience[self.row])

    def rotate(self) -> None:
        """Replace the official: the newcomer has been to no meeting."""
        self._states.experience[self.row] = 0.0


def first_states(drivers: Drivers, size: int = len(ACTORS)) -> ActorStates:
    """Return the states of January 2018, the same for every actor, as in the stocks."""
    start = [drivers.constant(f"initial determinant[{name}]") for name in DETERMINANTS]
    return ActorStates(np.tile(start, (size, 1)), np.zeros(size))


def develop(
    states: ActorStates,
    equations: Equations,
    drivers: Drivers,
    month: float,
    step: float,
    present: Truth,
    leaves: Truth | None,
    open_lists: bool = True,
) -> None:
    """Let the forum, and what actors perceive, move their states for one step.

    Parameters
    ----------
    states
        Changed in place.
    equations, drivers
        The shared equations and the stock-and-flow run.
    month, step
        Months since January 2018, and the length of the step.
    present
        (actor,), who comes to the meetings of this step.
    leaves
        (actor,), whose official is replaced; nothing where experience erodes evenly, as in the
        stocks.
    open_lists
        Whether lists are shared; nobody learns from those that are not.
    """
    forum = drivers.at("forum delivered", month) * present
    found = equations.experience({"Forum Experience": states.experience, "forum delivered": forum})
    given: dict[str, Floats | float] = {
        f"Determinant State[{name}]": states.determinants[:, column]
        for column, name in enumerate(DETERMINANTS)
    }
    for name in ("lists delivered", "perceived progress", "perceived coverage change"):
        given[name] = drivers.at(name, month)
    if not open_lists:
        given["lists delivered"] = 0.0
    given["forum push"] = found["forum push"]
    change = equations.determinants(given)
    for column, name in enumerate(DETERMINANTS):
        states.determinants[:, column] += step * change[f"determinant change[{name}]"]
    lost = found["experience loss"] if leaves is None else 0.0
    states.experience += step * (forum - lost)
    if leaves is not None:
        states.experience[leaves] = 0.0


def index_of(states: ActorStates, equations: Equations) -> float:
    """Return the coordination index: the mean over actors of the geometric mean of their states."""
    given = {
        f"Determinant State[{name}]": states.determinants[:, column]
        for column, name in enumerate(DETERMINANTS)
    }
    return float(equations.coordination(given)["coordination index"].mean())


def link_rows(network: networkx.Graph[str]) -> list[tuple[int, int]]:
    """Return the links as pairs of indices, in a fixed order."""
    pairs = [tuple(sorted((ACTORS.index(a), ACTORS.index(b)))) for a, b in network.edges]
    return sorted((first, second) for first, second in pairs)
