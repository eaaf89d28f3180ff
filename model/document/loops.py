"""Links with their sign, and the feedback loops that each switch cuts.

A sign is that of a partial derivative at a run with central values, where a constant that is
zero is a little above it: a lever that rests at zero would hide the links behind it. A switch
cuts a link if the link's slope is there with the switch on and zero everywhere with it off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise

import networkx as nx
import numpy as np

from ..engine.integrate import simulate
from ..engine.trajectories import Floats
from ..language.definitions import Definitions, Scalar
from ..language.graph import switches
from ..language.ir import Program
from ..language.syntax import ParsedModel, Reference, key_of, walk
from .slopes import Differentiator, Path

_NUDGE = 1e-3
_TIMES = 13
_PATHS = 60
_SHOWN = 3
_MOST = 12

# Cause, effect, line of the equation, and where in it the cause stands.
_Place = tuple[str, str, int, Path]

POSITIVE, NEGATIVE, MIXED, IDLE = "+", "−", "±", "·"


@dataclass(frozen=True)
class Link:
    """A cause and its effect, by key, with the sign over all elements and times."""

    cause: str
    effect: str
    sign: str


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
        model = ParsedModel(program.label, program.ranges, program.equations)
        self.definitions = Definitions(model)
        self.names = {key_of(item.name): item.name for item in reversed(program.equations)}
        self.values = self._run()
        self.slopes = Differentiator(self.definitions, self.values)
        self.fixed = {
            key_of(variable.element)
            for variable in program.variables.values()
            if variable.kind in ("constant", "lookup", "control")
        }

    def run(self) -> Feedback:
        occurrences = self._occurrences()
        links = self._links()
        graph = nx.DiGraph()
        for link in links:
            if link.sign != IDLE:
                graph.add_edge(link.cause, link.effect, sign=link.sign)
        found = tuple(self._switch(name, occurrences, graph) for name in switches(self.program))
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

    def _run(self) -> dict[Scalar, Floats]:
        """Return every value at some times of the run."""
        program = self.program
        named = set(switches(program))
        nudged = {
            name: 1.0 if name in named else _NUDGE
            for name, value in zip(program.constants, program.defaults, strict=True)
            if value == 0.0 and program.variables[name].kind == "constant"
        }
        control = dict(zip(program.constants, program.defaults, strict=True))
        start, end, step = (
            control[self.definitions.table[key, ()].name]
            for key in ("initial_time", "final_time", "time_step")
        )
        count = int(np.floor((end - start) / step + 1e-9))
        steps = np.unique(np.linspace(0, count, _TIMES).round())
        times = start + steps * step
        kept = {s: d.name for s, d in self.definitions.table.items() if self._has_value(d.name)}
        run = simulate(program, nudged, list(kept.values()), times, snapshot=False)
        values = {scalar: run[name][0] for scalar, name in kept.items()}
        return {**values, ("time", ()): run.times}

    def _has_value(self, name: str) -> bool:
        return self.program.variables[name].node >= 0

    def _links(self) -> tuple[Link, ...]:
        """Return the links; a variable that stands twice in an equation counts by the sum."""
        grouped: dict[tuple[str, str], list[Floats]] = {}
        for scalar in self.definitions.table:
            if scalar[0] in self.fixed:
                continue
            sums: dict[Scalar, Floats] = {}
            for (_, cause), slope in self.slopes.slopes(scalar).items():
                sums[cause] = sums[cause] + slope if cause in sums else slope
            for cause, slope in sums.items():
                if cause[0] not in self.fixed:
                    grouped.setdefault((cause[0], scalar[0]), []).append(slope)
        return tuple(Link(*pair, sign_of(slopes)) for pair, slopes in grouped.items())

    def _occurrences(self) -> dict[_Place, list[Floats]]:
        """Return the slopes by (cause, effect, line, place), one array for each element."""
        found: dict[_Place, list[Floats]] = {}
        for scalar, definition in self.definitions.table.items():
            if scalar[0] in self.fixed:
                continue
            line = definition.equation.line
            for (path, cause), slope in self.slopes.slopes(scalar).items():
                if cause[0] not in self.fixed:
                    found.setdefault((cause[0], scalar[0], line, path), []).append(slope)
        return found

    # -- switches ---------------------------------------------------------------------------------

    def _switch(
        self,
        name: str,
        occurrences: dict[_Place, list[Floats]],
        graph: nx.DiGraph,
    ) -> Switch:
        variable = self.program.variables[name]
        scalar = (key_of(variable.element), tuple(map(key_of, variable.subscripts)))
        off = self._slopes_without(scalar)
        parts: dict[tuple[str, str], list[list[Floats]]] = {}
        for place, slopes in off.items():
            on = occurrences.get(place, [])
            if on and sign_of(slopes) == IDLE and sign_of(on) != IDLE:
                parts.setdefault(place[:2], []).append(on)
        # Two places of one variable in an equation count together, element by element.
        links = tuple(
            Link(*pair, sign_of(np.sum(group, axis=0) for group in zip(*places, strict=False)))
            for pair, places in parts.items()
        )
        return Switch(
            name, variable.doc, variable.line, links, self._loops_through(name, links, graph)
        )

    def _slopes_without(self, switch: Scalar) -> dict[_Place, list[Floats]]:
        """Return the slopes of the equations that name a switch, with the switch off."""
        found: dict[_Place, list[Floats]] = {}
        for scalar, definition in self.definitions.table.items():
            named = (
                isinstance(item, Reference) and item.name == switch[0]
                for item in walk(definition.equation.expression)
            )
            if scalar[0] in self.fixed or not any(named):
                continue
            line = definition.equation.line
            for (path, cause), slope in self.slopes.slopes(scalar, {switch: 0.0}).items():
                found.setdefault((cause[0], scalar[0], line, path), []).append(slope)
        return found

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


def sign_of(slopes: Iterable[Floats]) -> str:
    """Return the sign that all slopes share; those that are zero do not count."""
    values = np.concatenate([np.atleast_1d(slope) for slope in slopes])
    if np.isnan(values).any() and not (values > 0).any() and not (values < 0).any():
        return MIXED
    up, down = bool((values > 0.0).any()), bool((values < 0.0).any())
    if up and down:
        return MIXED
    return POSITIVE if up else NEGATIVE if down else IDLE
