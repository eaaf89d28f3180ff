"""The feedback loops of a model, with their polarity, and those that each switch cuts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise

import networkx as nx

from ..language.graph import switches
from ..language.ir import Program
from ..language.syntax import key_of
from .links import IDLE, NEGATIVE, POSITIVE, Link, Links

# Paths looked at through each cut link, loops shown of a switch, and of a model without any.
_PATHS = 60
_SHOWN = 3
_MOST = 12


@dataclass(frozen=True)
class Loop:
    """A feedback loop.

    Attributes
    ----------
    names
        Variables along it, the first after the cut link.
    signs
        Sign of the link from each variable to the next, the last back to the first.
    """

    names: tuple[str, ...]
    signs: tuple[str, ...]

    @property
    def polarity(self) -> str:
        """``R`` reinforcing, ``B`` balancing, ``?`` where a link has no one sign."""
        if not set(self.signs) <= {POSITIVE, NEGATIVE}:
            return "?"
        return "B" if self.signs.count(NEGATIVE) % 2 else "R"


@dataclass(frozen=True)
class Switch:
    """A constant that cuts loops.

    Attributes
    ----------
    name, doc, line
        Of the constant.
    cut
        Links that are there with the switch on and gone with it off.
    loops
        Feedback loops through them: first the one through most of them that has the polarity of
        the name, then the shortest.
    """

    name: str
    doc: str
    line: int
    cut: tuple[Link, ...]
    loops: tuple[Loop, ...]

    @property
    def label(self) -> str:
        """The loop's short name in the switch's name, such as ``R4``, if it has one."""
        return _label(self.name)

    @property
    def main(self) -> Loop | None:
        """The loop to draw, if any."""
        return next(iter(self.loops), None)


@dataclass(frozen=True)
class Feedback:
    """Links between variables that change while the model runs, and the loops.

    Attributes
    ----------
    links
        With their signs.
    switches
        With the loops that each cuts.
    others
        The shortest loops of a model without switches.
    """

    links: tuple[Link, ...]
    switches: tuple[Switch, ...]
    others: tuple[Loop, ...]


def find_feedback(program: Program) -> Feedback:
    """Return links and switches of a model.

    Parameters
    ----------
    program
        A model with its equations.
    """
    return _Finder(program).run()


class _Finder:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.links = Links(program)
        self.names = {key_of(item.name): item.name for item in reversed(program.equations)}

    def run(self) -> Feedback:
        links = self.links.all()
        graph = nx.DiGraph()
        for link in links:
            if link.sign != IDLE:
                graph.add_edge(link.cause, link.effect, sign=link.sign)
        found = tuple(self._switch(name, graph) for name in switches(self.program))
        return Feedback(links, found, () if found else self._shortest(graph))

    def _shortest(self, graph: nx.DiGraph) -> tuple[Loop, ...]:
        """Return the shortest loop through each link, shortest first."""
        loops: dict[tuple[str, ...], Loop] = {}
        for cause, effect in graph.edges:
            if cause == effect or not nx.has_path(graph, effect, cause):
                continue
            path = nx.shortest_path(graph, effect, cause)
            start = path.index(min(path))
            turned = path[start:] + path[:start]
            signs = [graph.edges[edge]["sign"] for edge in pairwise([*turned, turned[0]])]
            names = tuple(self.names[key] for key in turned)
            loops.setdefault(names, Loop(names, tuple(signs)))
        ordered = sorted(loops.values(), key=lambda loop: (len(loop.names), loop.names))
        return tuple(ordered[:_MOST])

    def _switch(self, name: str, graph: nx.DiGraph) -> Switch:
        variable = self.program.variables[name]
        scalar = (key_of(variable.element), tuple(map(key_of, variable.subscripts)))
        cut = self.links.cut_by(scalar)
        return Switch(name, variable.doc, variable.line, cut, self._loops_through(name, cut, graph))

    def _loops_through(
        self, switch: str, cut: tuple[Link, ...], graph: nx.DiGraph
    ) -> tuple[Loop, ...]:
        loops: dict[tuple[str, ...], Loop] = {}
        for link in cut:
            if link.effect not in graph or link.cause not in graph:
                continue
            for path in _paths(graph, link.effect, link.cause):
                signs = [graph.edges[edge]["sign"] for edge in pairwise(path)]
                names = tuple(self.names[key] for key in path)
                loops.setdefault(names, Loop(names, (*signs, link.sign)))
        ordered = sorted(loops.values(), key=lambda loop: (len(loop.names), loop.names))
        return tuple(_variety(ordered, _label(switch)[:1], {(c.cause, c.effect) for c in cut}))


def _paths(graph: nx.DiGraph, start: str, end: str) -> list[list[str]]:
    """Return the shortest simple paths, in an order that does not depend on the run."""
    if start == end:
        return [[start]]
    try:
        found = list(islice(nx.shortest_simple_paths(graph, start, end), _PATHS))
    except nx.NetworkXNoPath:
        return []
    return sorted(found, key=lambda path: (len(path), path))


def _variety(loops: list[Loop], polarity: str, cut: set[tuple[str, str]]) -> list[Loop]:
    """Return the main loop, the shortest, and one of the other polarity if those all agree."""
    named = [loop for loop in loops if loop.polarity == polarity] or loops
    chosen = [max(named, key=lambda loop: _links_of(loop, cut))] if named else []
    chosen += [loop for loop in loops if loop not in chosen][: _SHOWN - 1]
    seen = {loop.polarity for loop in chosen}
    other = (loop for loop in loops if loop.polarity not in seen | {"?"})
    return [*chosen, *islice(other, 1)]


def _links_of(loop: Loop, cut: set[tuple[str, str]]) -> int:
    keys = [key_of(name) for name in loop.names]
    return sum(edge in cut for edge in pairwise([*keys, keys[0]]))


def _label(name: str) -> str:
    match = re.search(r"\b[RB]\d+\b", name)
    return match.group() if match else ""
