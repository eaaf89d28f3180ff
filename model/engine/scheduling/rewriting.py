"""How the operations of an evaluation are written for speed, the same way for every job.

A value is named by a key: the index of its node, or ``~index`` for the reciprocal of that node's
value. A division by something that several divisions share, or that does not change, becomes a
product with its reciprocal. A product that only one sum reads is rounded together with it. Both
move a result by a rounding or two, so that they are decided by the program alone: not by which
results are asked for, nor by which constants differ between members. A member has the same bits in
every job.

What decides on a jump is written as it stands, see :mod:`.exact`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ...language.ir import Program
from .exact import exact_nodes

Key = int

_SUMS = ("add", "sub")


def node_of(key: Key) -> int:
    """Return the node of a key."""
    return key if key >= 0 else ~key


@dataclass(frozen=True)
class Rewriting:
    """What is written otherwise.

    Attributes
    ----------
    program
        The program.
    inverted
        Divisors whose reciprocal is used.
    fused
        By sum or difference: the product that is rounded together with it.
    exact
        Nodes that are written as they stand.
    """

    program: Program
    inverted: frozenset[int]
    fused: dict[int, int]
    exact: frozenset[int]

    def reads(self, index: int) -> tuple[Key, ...]:
        """Return the keys that a node reads in an evaluation."""
        product = self.fused.get(index)
        if product is None:
            return self.factors(index)
        others = [arg for arg in self.program.nodes[index].args if arg != product]
        return (*others, *self.factors(product))

    def factors(self, index: int) -> tuple[Key, ...]:
        """Return the arguments of a node, a known divisor by its reciprocal."""
        node = self.program.nodes[index]
        if self.divides(index):
            return (node.args[0], ~node.args[1])
        return node.args

    def divides(self, index: int) -> bool:
        """Tell whether a node is a division that is written as a product."""
        node = self.program.nodes[index]
        return node.op == "div" and node.args[1] in self.inverted and index not in self.exact


def rewriting_of(program: Program, varying: list[bool]) -> Rewriting:
    """Return how the evaluations of a program are written.

    Parameters
    ----------
    program
        The program.
    varying
        Whether each node changes during a run.
    """
    evaluated = [index for index in range(len(program.nodes)) if varying[index]]
    all_inverted = Rewriting(program, _inverted(program, evaluated, varying), {}, frozenset())
    quotients = {index for index in evaluated if all_inverted.divides(index)}
    exact = exact_nodes(program, evaluated, quotients)
    free = [index for index in evaluated if index not in exact]
    plain = Rewriting(program, _inverted(program, free, varying), {}, exact)
    return replace(plain, fused=_fused(plain, evaluated))


def _inverted(program: Program, evaluated: list[int], varying: list[bool]) -> frozenset[int]:
    nodes = program.nodes
    divisors = Counter(nodes[i].args[1] for i in evaluated if nodes[i].op == "div")
    return frozenset(i for i, count in divisors.items() if count > 1 or not varying[i])


def _fused(plain: Rewriting, evaluated: list[int]) -> dict[int, int]:
    """Choose for each sum the product that it takes in.

    A product that only one sum reads disappears in it. So does one that several sums read and
    nothing else, once each, where all of them take it in.
    """
    nodes = plain.program.nodes
    readers: dict[int, list[int]] = {}
    for index in evaluated:
        for arg in nodes[index].args:
            readers.setdefault(arg, []).append(index)
    free = {i for i in evaluated if nodes[i].op in _SUMS and i not in plain.exact}
    products = [i for i in evaluated if nodes[i].op == "mul" or plain.divides(i)]
    found: dict[int, int] = {}
    for product in products:
        if len(readers.get(product, ())) == 1 and readers[product][0] in free:
            found[readers[product][0]] = product
    for product in products:
        sums = readers.get(product, ())
        all_free = all(i in free and i not in found for i in sums)
        if len(sums) > 1 and all_free and len(set(sums)) == len(sums):
            found.update(dict.fromkeys(sums, product))
    return found
