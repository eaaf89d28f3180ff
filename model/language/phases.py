"""When each node is computed, and what outputs need at all: dead code has no phase."""

from __future__ import annotations

from collections.abc import Iterable

from .ir import Program, State

# Leaves whose value is another at the next step.
CHANGING = ("time", "state", "ring")

INIT, INVARIANT, DYNAMIC = "init", "invariant", "dynamic"


def sources(state: State, initial: bool = True) -> list[int]:
    """Return the nodes that a state comes from, with or without its initial value."""
    found = (state.initial if initial else -1, state.rate, state.next)
    return [index for index in found if index >= 0]


def needed(program: Program, outputs: Iterable[int]) -> tuple[list[int], list[int]]:
    """Return the states and the rings that some output depends on, through any number of steps."""
    pending, seen = list(outputs), set[int]()
    states, rings = set[int](), set[int]()
    while pending:
        index = pending.pop()
        if index in seen:
            continue
        seen.add(index)
        node = program.nodes[index]
        pending.extend(node.args)
        if node.op in ("state", "frozen"):
            states.add(int(node.value))
            pending.extend(sources(program.states[int(node.value)]))
        elif node.op == "ring":
            rings.add(int(node.value))
            ring = program.rings[int(node.value)]
            pending.extend((ring.input, ring.initial, ring.delay))
    return sorted(states), sorted(rings)


def varying_nodes(program: Program) -> list[bool]:
    """Return for each node whether it changes during a run."""
    varying: list[bool] = []
    for node in program.nodes:
        varying.append(node.op in CHANGING or any(varying[arg] for arg in node.args))
    return varying


def phases_of(program: Program, outputs: Iterable[int] | None = None) -> dict[int, str]:
    """Return the phase of every node that is needed, in the order of the nodes.

    Parameters
    ----------
    program
        The program.
    outputs
        Nodes wanted; by default every variable.

    Returns
    -------
    dict
        ``dynamic`` for what is computed at every step; ``invariant`` for what is computed once
        and read while running; ``init`` for what only the values at the start need.
    """
    if outputs is None:
        outputs = [item.node for item in program.variables.values() if item.node >= 0]
    roots = list(outputs)
    states, rings = needed(program, roots)
    starts: list[int] = []
    for state in (program.states[k] for k in states):
        roots += sources(state, initial=False)
        starts.append(state.initial)
    for ring in (program.rings[k] for k in rings):
        roots.append(ring.input)
        starts += [ring.initial, ring.delay]
    running, starting = _closure(program, roots), _closure(program, starts)
    varying = varying_nodes(program)
    phase = dict.fromkeys(starting, INIT)
    phase |= {index: DYNAMIC if varying[index] else INVARIANT for index in running}
    return dict(sorted(phase.items()))


def _closure(program: Program, roots: Iterable[int]) -> set[int]:
    """Return nodes and all that they need at the same instant."""
    pending, seen = list(roots), set[int]()
    while pending:
        index = pending.pop()
        if index not in seen:
            seen.add(index)
            pending.extend(program.nodes[index].args)
    return seen
