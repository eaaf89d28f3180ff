"""Which operations must be computed as they stand, because a jump hangs on their last digit.

Where a value is rounded down or compared, its last digit can decide: 49 times the reciprocal of 49
is less than 1, and rounded down it is 0. So what a jump reads is not rewritten, back to the states.

A state whose rate holds a function that is right to some digits only, or a quotient by a reciprocal,
differs between engines in its last digits anyway, and no writing of the comparison mends that. What
rests on such a state is rewritten as everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ...language.ir import Node, Program

_COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
_STEPPED = ("backward", "forward")
# Their sign follows from the signs of what they read, however they are rounded.
_SIGNED = ("mul", "div", "neg", "min", "max")
# Their result is one of what they read.
_CHOOSING = ("min", "max", "select")
_EXACT = (
    *("number", "constant", "time", "state", "frozen", "ring", "lookup", "select"),
    *("add", "sub", "mul", "div", "min", "max", "neg", "abs", "sqrt", "trunc"),
    *(*_COMPARISONS, "and", "or", "not"),
)
_ZERO = Node("number")


def exact_nodes(
    program: Program, evaluated: Collection[int], quotients: Collection[int]
) -> frozenset[int]:
    """Return the nodes whose last digit may decide on which side of a jump a value lies.

    Of what is compared with zero only the sign counts.

    Parameters
    ----------
    program
        The program, its powers taken apart or not.
    evaluated
        Nodes that change during a run.
    quotients
        Those that would be written as a product with a reciprocal.
    """
    nodes = program.nodes
    rough = _rough(program, _rough_states(program, quotients), ())
    read = [pair for index in evaluated for pair in _decisive(program, nodes[index])]
    seen: set[tuple[int, bool]] = set()
    while read:
        index, sign = pair = read.pop()
        if pair in seen or (rough[index] and nodes[index].op not in _CHOOSING):
            continue
        seen.add(pair)
        read += [(arg, sign and nodes[index].op in _SIGNED) for arg in nodes[index].args]
    return frozenset(i for i, sign in seen if not (sign and nodes[i].op in _SIGNED))


def _decisive(program: Program, node: Node) -> Iterator[tuple[int, bool]]:
    """Yield what decides on a jump of a node, and whether its sign alone does."""
    jumps = node.op == "trunc" or (
        node.op == "lookup" and program.tables[int(node.value)].kind in _STEPPED
    )
    sign = any(program.nodes[arg] == _ZERO for arg in node.args)
    if jumps or node.op in _COMPARISONS:
        yield from ((arg, sign and not jumps) for arg in node.args)


def _rough_states(program: Program, quotients: Collection[int]) -> frozenset[tuple[str, int]]:
    """Return the states and rings, as op and place, whose last digits differ between engines."""
    sources = {
        ("state", place): (state.initial, state.rate, state.next)
        for place, state in enumerate(program.states)
    } | {("ring", place): (ring.input, ring.initial) for place, ring in enumerate(program.rings)}
    found: frozenset[tuple[str, int]] = frozenset()
    while True:
        rough = _rough(program, found, quotients)
        now = frozenset(
            key for key, read in sources.items() if any(rough[i] for i in read if i >= 0)
        )
        if now == found:
            return found
        found = now


def _rough(
    program: Program, states: Collection[tuple[str, int]], quotients: Collection[int]
) -> list[bool]:
    """Return by node whether its last digits differ between engines."""
    rough: list[bool] = []
    for index, node in enumerate(program.nodes):
        carried = (node.op.replace("frozen", "state"), int(node.value)) in states
        # A power reads its logarithm, which stands behind it; it is rough by itself.
        own = carried or node.op not in _EXACT or index in quotients
        rough.append(own or any(rough[arg] for arg in node.args))
    return rough
