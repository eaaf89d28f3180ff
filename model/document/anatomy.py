"""What stands in a model, by key: kinds, sectors, causes, and which stocks a flow joins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..exchange.xmile_rewrite import Rewritten, rewrite
from ..language.graph import dependency_graph, elements_of
from ..language.ir import Program
from ..language.syntax import Equation, ParsedModel, Reference, key_of, walk


@dataclass(frozen=True)
class Part:
    """One variable of the pictures."""

    key: str
    name: str
    kind: str
    group: str


@dataclass(frozen=True)
class Joint:
    """A flow with the stock that it leaves and the one that it enters; nothing is a cloud."""

    flow: str
    source: str | None
    target: str | None


@dataclass(frozen=True)
class Anatomy:
    """Parts that change while the model runs, their running causes, and the joints.

    Attributes
    ----------
    parts
        Stocks, flows and auxiliaries by key, in file order.
    links
        From cause to effect, by key; without the links of flows to their stocks.
    joints
        By flow, in the order of the stocks.
    """

    parts: dict[str, Part]
    links: tuple[tuple[str, str], ...]
    joints: tuple[Joint, ...]


def read_anatomy(program: Program) -> Anatomy:
    """Return the anatomy of a model.

    Parameters
    ----------
    program
        A model with its equations.
    """
    rewritten = rewrite(ParsedModel(program.label, program.ranges, program.equations))
    parts = _parts(program)
    joints = _joints(rewritten, parts)
    # What no stock takes as a flow of its own is drawn as an auxiliary.
    for key, part in parts.items():
        if part.kind == "flow" and key not in joints:
            parts[key] = replace(part, kind="auxiliary")
    graph = dependency_graph(program, constants=False)
    links = [
        (key_of(cause), key_of(effect))
        for cause, effect, running in graph.edges(data="running")
        if running and {key_of(cause), key_of(effect)} <= set(parts)
    ]
    links = [link for link in links if parts[link[1]].kind != "stock"]
    links += _made_links(rewritten.model.equations, joints, parts, program)
    return Anatomy(parts, tuple(dict.fromkeys(links)), tuple(joints.values()))


def _parts(program: Program) -> dict[str, Part]:
    changing = _changing(program)
    return {
        key: Part(key, variable.element, variable.kind, variable.group)
        for key, variable in elements_of(program).items()
        if variable.kind in ("stock", "flow") or (variable.kind == "auxiliary" and key in changing)
    }


def _joints(rewritten: Rewritten, parts: dict[str, Part]) -> dict[str, Joint]:
    """Return the joints by flow; net flows that the model does not name become parts."""
    made = {key_of(item.name): item for item in rewritten.model.equations}
    joints: dict[str, Joint] = {}
    for stock, flows in rewritten.flows.items():
        for name in (*flows.inflows, *flows.outflows):
            parts.setdefault(name, Part(name, made[name].name, "flow", parts[stock].group))
            old = joints.get(name, Joint(name, None, None))
            source = stock if name in flows.outflows else old.source
            target = stock if name in flows.inflows else old.target
            joints[name] = Joint(name, source, target)
    return joints


def _changing(program: Program) -> set[str]:
    """Return the keys of the variables that depend on the time or on a state."""
    moving: list[bool] = []
    for node in program.nodes:
        moving.append(node.op in ("time", "state", "ring") or any(moving[arg] for arg in node.args))
    return {
        key_of(variable.element)
        for variable in program.variables.values()
        if variable.node >= 0 and moving[variable.node]
    }


def _made_links(
    equations: tuple[Equation, ...],
    joints: dict[str, Joint],
    parts: dict[str, Part],
    program: Program,
) -> list[tuple[str, str]]:
    """Return the links into net flows, which the model does not name."""
    known = set(elements_of(program))
    return [
        (item.name, key_of(equation.name))
        for equation in equations
        if key_of(equation.name) in joints and key_of(equation.name) not in known
        for item in walk(equation.expression)
        if isinstance(item, Reference) and item.name in parts
    ]
