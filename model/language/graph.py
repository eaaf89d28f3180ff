"""Who depends on whom: the graph of variables, its feedback loops, and its drawing as text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import networkx as nx

from .ir import Program, Variable
from .syntax import CONTROL_KEYS, INITIAL_ARGUMENT, Call, Expression, Reference, key_of

Graph = nx.DiGraph  # nodes are names of elements, an edge runs from cause to effect

_SHAPES = {"stock": "box", "flow": "cds", "constant": "plaintext", "lookup": "note"}


def dependency_graph(program: Program, constants: bool = True) -> Graph:
    """Return the graph of the variables without their subscripts.

    Parameters
    ----------
    program
        A model with its equations.
    constants
        Whether constants and lookups are nodes too.

    Returns
    -------
    Graph
        Nodes carry ``kind``, ``group``, ``unit`` and ``line``; an edge carries ``running``: false
        where the cause counts only at the start of a run.
    """
    elements = elements_of(program)
    graph: Graph = nx.DiGraph()
    for key, variable in elements.items():
        if key not in CONTROL_KEYS and (constants or variable.kind not in ("constant", "lookup")):
            graph.add_node(
                variable.element,
                kind=variable.kind,
                group=variable.group,
                unit=variable.unit,
                line=variable.line,
            )
    for equation in program.equations:
        effect = elements[key_of(equation.name)].element
        for key, running in _causes(equation.expression):
            cause = elements[key].element if key in elements else None
            if cause in graph and effect in graph:
                known = (
                    graph.edges[cause, effect]["running"] if graph.has_edge(cause, effect) else 0
                )
                graph.add_edge(cause, effect, running=bool(running or known))
    return graph


def _causes(expression: Expression, running: bool = True) -> Iterator[tuple[str, bool]]:
    """Yield the keys that an expression refers to, and whether they count while running."""
    if isinstance(expression, Reference):
        yield expression.name, running
    elif isinstance(expression, Call):
        start = INITIAL_ARGUMENT.get(expression.function)
        for place, argument in enumerate(expression.arguments):
            yield from _causes(argument, running and place != start)


def elements_of(program: Program) -> dict[str, Variable]:
    """Return one scalar of each variable, by the key of its name."""
    elements: dict[str, Variable] = {}
    for variable in program.variables.values():
        elements.setdefault(key_of(variable.element), variable)
    return elements


def feedback_loops(program: Program, length: int = 8, count: int = 100) -> list[list[str]]:
    """Return feedback loops, each as the names along it, shortest first.

    Parameters
    ----------
    program
        A model with its equations.
    length
        Largest number of variables in a loop.
    count
        Largest number of loops looked at.
    """
    graph = dependency_graph(program, constants=False)
    frozen = [edge for edge in graph.edges if not graph.edges[edge]["running"]]
    graph.remove_edges_from(frozen)
    loops = list(islice(nx.simple_cycles(graph, length_bound=length), count))
    turned = [_from_stock(loop, graph) for loop in loops]
    return sorted(turned, key=lambda loop: (len(loop), loop))


def _from_stock(loop: list[str], graph: Graph) -> list[str]:
    """Turn a loop so that it starts at its first stock by name."""
    stocks = [name for name in loop if graph.nodes[name]["kind"] == "stock"]
    start = loop.index(min(stocks or loop))
    return loop[start:] + loop[:start]


def switches(program: Program) -> list[str]:
    """Return the constants that turn a part of the model on or off: named ``switch ...``."""
    return [
        variable.name
        for variable in program.variables.values()
        if variable.kind == "constant" and "switch" in key_of(variable.element).split("_")
    ]


def neighbours(program: Program, name: str, depth: int = 1) -> Graph:
    """Return the part of the graph within some steps of causes and effects of a variable."""
    graph = dependency_graph(program)
    centre = program.find(name).element if "[" in name else _element(program, name)
    near = set(nx.ego_graph(graph, centre, depth)) | set(
        nx.ego_graph(graph.reverse(copy=False), centre, depth)
    )
    return graph.subgraph(near)


def _element(program: Program, name: str) -> str:
    variable = elements_of(program).get(key_of(name))
    return variable.element if variable else program.find(name).element


def to_text(graph: Graph) -> Iterator[str]:
    """Yield one line per variable: its kind and what it depends on."""
    for name, data in graph.nodes(data=True):
        causes = ", ".join(sorted(graph.predecessors(name)))
        yield f"{name} ({data['kind']})" + (f" <- {causes}" if causes else "")


def to_dot(graph: Graph) -> Iterator[str]:
    """Yield the graph in the DOT language, one cluster per group."""
    yield "digraph model {"
    yield "  rankdir=LR;"
    groups: dict[str, list[str]] = {}
    for name, data in graph.nodes(data=True):
        groups.setdefault(data["group"], []).append(name)
    for number, (group, names) in enumerate(groups.items()):
        yield f"  subgraph cluster_{number} {{ label={_quote(group or 'model')};"
        for name in names:
            shape = _SHAPES.get(graph.nodes[name]["kind"], "ellipse")
            yield f"    {_quote(name)} [shape={shape}];"
        yield "  }"
    for cause, effect in graph.edges:
        yield f"  {_quote(cause)} -> {_quote(effect)};"
    yield "}"


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
