"""What a kernel computes, and when: once, at every step, or only where results are wanted.

Two kernels make a run. The *uniform* one computes what is the same for all members, once, and
keeps the values that the others need: at the start, for the whole run, and at every evaluation.
The *wide* one computes the rest for every member. Both are described by a :class:`Part`.

A value is named by a key, see :mod:`.rewriting`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .rewriting import Key, Rewriting


@dataclass(frozen=True)
class Part:
    """What one kernel does.

    Attributes
    ----------
    wide
        Whether its values differ between members.
    states, rings
        States and rings that it holds.
    carried
        Those states that change.
    initial
        Nodes and fills in order, for the values at the start: ``~k`` fills state ``k``, and
        beyond the program's states its rings.
    invariant
        Nodes that do not change, in order.
    before, after
        Nodes of an evaluation that the rates need, in one order that is cut where all is there
        that results need too.
    for_outputs, for_reduced
        Nodes that only the outputs of most steps, or only the reductions that go on at most steps,
        need; a node may stand in both.
    for_results
        Nodes of an evaluation that all results need.
    outputs, reduced
        Nodes that are kept, and nodes that are reduced.
    often
        Places of the reductions that go on at most steps.
    sources
        Node that each carried state follows, by state: its rate, or its next value.
    kept
        Keys of unchanging values that evaluations read.
    at_start, fixed, changing
        Keys that the wide kernel reads from the uniform one, or that the uniform one hands over.
    """

    wide: bool
    states: tuple[int, ...]
    rings: tuple[int, ...]
    carried: tuple[int, ...]
    initial: tuple[int, ...]
    invariant: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    for_outputs: tuple[int, ...]
    for_reduced: tuple[int, ...]
    for_results: tuple[int, ...]
    outputs: tuple[int, ...]
    reduced: tuple[int, ...]
    often: tuple[int, ...]
    sources: dict[int, int]
    kept: tuple[Key, ...]
    at_start: tuple[Key, ...]
    fixed: tuple[Key, ...]
    changing: tuple[Key, ...]


@dataclass(frozen=True)
class Schedule:
    """Both kernels, and how evaluations are rewritten."""

    uniform: Part
    wide: Part
    rewriting: Rewriting
