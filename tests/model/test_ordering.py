"""The order of operations: complete, after what each needs, and with work beside long waits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from engines import MACHINES
from hypothesis import given, settings
from programs import cases

from tumbuh.model.engine.job import make_job
from tumbuh.model.engine.kernel.plan import kernels_of
from tumbuh.model.engine.reductions import Reduction
from tumbuh.model.engine.scheduling.ordering import interleaved
from tumbuh.model.engine.shapes import depth_first
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


def test_what_only_rates_need_stands_beside_a_long_chain_that_results_need():
    chain, stocks = 12, 60
    rows = ["c0 = pool + 1 ~~|\npool = INTEG(c12, start) ~~|\nstart = 1 ~~|\n"]
    rows += [f"c{k + 1} = 1/(c{k} + 1) ~~|\n" for k in range(chain)]
    rows += [f"x{k} = INTEG(-x{k}*x{k}*pool, start) ~~|\n" for k in range(stocks)]
    rows += ["all = " + " + ".join(f"x{k}" for k in range(stocks)) + " ~~|\n"]
    program = translate_text("".join(rows) + CONTROL, "chain.mdl")
    given, reductions = {"start": np.array([1.0, 2.0])}, (Reduction("c12", "maximum"),)
    job = make_job(program, given, ["all"], reductions, None, "euler", None, None, None, False)
    reduced = ((job.reduced[0].node, reductions[0]),)
    part = kernels_of(job, reduced, MACHINES[-1], "test")[1].schedule().wide
    wanted = set(depth_first(part.reduced, lambda index: program.nodes[index].args))
    assert wanted & set(part.before) and not wanted & set(part.after)
    quotients = [place for place, i in enumerate(part.before) if program.nodes[i].op == "div"]
    beside = set(part.before[quotients[0] : quotients[-1]]) - wanted
    assert len(beside) > chain, "products of the stocks stand between the quotients"
