"""The order of operations: complete, after what each needs, and with work beside long waits."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from programs import cases

from tumbuh.model.engine.ordering import interleaved
from tumbuh.model.engine.plan import depth_first
from tumbuh.model.language.cache import translate_text
from tumbuh.model.language.ir import LEAVES

CONTROL = "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"


def operations(program):
    nodes = program.nodes
    order = depth_first(range(len(nodes)), lambda index: nodes[index].args)
    return [index for index in order if nodes[index].op not in LEAVES]


def ordered(program):
    return interleaved(operations(program), program, lambda index: program.nodes[index].args)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_operation_comes_once_and_after_what_it_needs(case):
    program = case.program
    found = ordered(program)
    assert sorted(found) == sorted(operations(program))
    place = {index: position for position, index in enumerate(found)}
    for index in found:
        for argument in program.nodes[index].args:
            assert place.get(argument, -1) < place[index]


def test_divisions_do_not_stand_in_a_row_where_other_work_is_at_hand():
    quotients, products = 5, 200
    rows = [f"x{k} = {k + 2} ~~|\nq{k} = 1/x{k} ~~|\n" for k in range(quotients)]
    rows += [f"y{k} = {k + 2} ~~|\np{k} = y{k}*y{k} + y{k} ~~|\n" for k in range(products)]
    program = translate_text("".join(rows) + CONTROL, "quotients.mdl")
    ops = [program.nodes[index].op for index in ordered(program)]
    assert ops.count("div") == quotients
    assert ("div", "div") not in pairwise(ops)
