"""Powers taken apart for the compiler: no bit depends on it, and no logarithm is taken twice."""

from __future__ import annotations

import numpy as np
import pytest
from engines import MACHINES
from micro import CONTROL

from tumbuh.model.engine.job import make_job
from tumbuh.model.engine.kernel.compiled import compute
from tumbuh.model.engine.kernel.plan import kernels_of
from tumbuh.model.engine.scheduling.lowering import lowered
from tumbuh.model.language.cache import translate_text

machines = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)

# One base that stays, one that all members share, one that two powers share, and each alone.
TEXT = (
    "base = 1.7 ~~|\nsame = 0.4 ~~|\nheight = INTEG(0.1*height, 0.3) ~~|\n"
    "clock = Time/8 + 0.1 ~~|\n"
    "stays = base^height ~~|\nshared = clock^height ~~|\n"
    "first = height^base ~~|\nsecond = height^same ~~|\n"
    "half = height^0.5 ~~|\nquarter = height^0.25 ~~|\n"
)
NAMES = ["stays", "shared", "first", "second", "half", "quarter"]
BASES = np.array([0.3, 1.7, 2.0, 1e-300, 5e-324, 0.0, -2.0, np.inf, np.nan, 1.0])


@pytest.fixture(scope="module")
def program():
    return translate_text(TEXT + CONTROL, "powers.mdl")


def job_of(program, names, bases=BASES):
    given = {"base": np.asarray(bases)}
    return make_job(program, given, names, (), None, "euler", None, None, None, False)


def values(job, machine):
    found = compute(job, 4096, 1, machine)
    return {variable.name: found.store[variable.node] for variable in job.variables}


@machines
def test_a_power_has_the_same_bits_alone_and_beside_others_of_its_base(program, machine):
    together = values(job_of(program, NAMES), machine)
    for name in NAMES:
        alone = values(job_of(program, [name]), machine)
        np.testing.assert_array_equal(alone[name], together[name], err_msg=name)


@machines
def test_a_base_that_members_share_gives_the_bits_of_one_that_they_do_not(program, machine):
    wide = values(job_of(program, ["stays", "first"], [1.7, 1.7]), machine)
    uniform = values(job_of(program, ["stays", "first"], [1.7]), machine)
    for name, found in uniform.items():
        np.testing.assert_array_equal(found[:, 0], wide[name][:, 0], err_msg=name)


@machines
def test_powers_of_every_base_are_those_of_numpy(program, machine):
    found = values(job_of(program, ["stays"]), machine)["stays"]
    height = 0.3 * 1.025 ** np.arange(33)
    with np.errstate(all="ignore"):
        expected = BASES ** height[:, None]
    # The stock itself is off by a few roundings, which large logarithms multiply.
    np.testing.assert_allclose(found, expected, 1e-11)


def test_one_logarithm_serves_all_powers_of_a_base_and_stands_where_it_is_needed(program):
    job = job_of(program, NAMES)
    nodes = lowered(job).program.nodes
    logarithms = [node for node in nodes if node.op == "log_high"]
    assert len(logarithms) == 3, "of base, clock and height"
    assert sum(node.op == "raise" for node in nodes) == 4
    assert not any(node.op == "raise" for node in job.program.nodes), "the job is as it was"
    uniform, wide = (recipe.schedule() for recipe in kernels_of(job, (), MACHINES[-1], "test"))
    assert count_of(nodes, uniform.uniform) == (2, 0), "of clock and height, which members share"
    assert count_of(nodes, wide.wide) == (0, 1), "of base, once for the run"


def count_of(nodes, part):
    """Return how many logarithms a part takes in a step, and once."""
    step = [nodes[index].op for index in (*part.before, *part.after, *part.for_outputs)]
    once = [nodes[index].op for index in part.invariant]
    return step.count("log_high"), once.count("log_high")


def test_roots_take_no_logarithm(program):
    nodes = lowered(job_of(program, ["half", "quarter"])).program.nodes
    assert sum(node.op == "pow" for node in nodes) == 2
