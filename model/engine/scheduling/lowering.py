"""Powers taken apart for the compiler, so that a logarithm is taken once and only when needed.

A power is a logarithm, a product and an exponential, and the logarithm is the longer half. Apart,
it stands with what does not change where its base does not change, with what is the same for all
members where its base is, and is shared by the powers of one base. No bit of a result depends on
it. The two parts of a logarithm are operations that no model file can write:

``log_high x``, ``log_low x``    ln x in two parts; only where x is positive, normal and finite
``raise x y high low``           x to the power of y, given both parts of ln x
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ...language.ir import Node, Program
from ..job import Job
from ..shapes import Shapes
from ..vector.operations import is_power


def lowered(job: Job) -> Job:
    """Return a job whose program has its powers taken apart.

    Nodes keep their indices; the new ones stand behind all others, though powers read them.

    Parameters
    ----------
    job
        What to run.
    """
    program, bases = _lowered(_ByForm(job.program))
    shapes = job.shapes
    wide = [*shapes.wide, *(shapes.wide[base] for base in bases)]
    varying = [*shapes.varying, *(shapes.varying[base] for base in bases)]
    both = Shapes(wide, varying, shapes.wide_states, shapes.wide_rings)
    return replace(job, program=program, shapes=both)


class _ByForm:
    """A program as a key: programs of one form are lowered the same way."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __hash__(self) -> int:
        return hash(self.program.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByForm) and other.program.fingerprint == self.program.fingerprint


@lru_cache(maxsize=4)
def _lowered(form: _ByForm) -> tuple[Program, tuple[int, ...]]:
    """Return a program with its powers taken apart, and the base of each new node."""
    program = form.program
    nodes = list(program.nodes)
    parts: dict[int, tuple[int, int]] = {}
    bases: list[int] = []
    for index, node in enumerate(program.nodes):
        if not is_power(program, node):
            continue
        base = node.args[0]
        if base not in parts:
            parts[base] = (len(nodes), len(nodes) + 1)
            nodes += [Node("log_high", (base,)), Node("log_low", (base,))]
            bases += [base, base]
        nodes[index] = Node("raise", (*node.args, *parts[base]))
    return replace(program, nodes=tuple(nodes)), tuple(bases)
