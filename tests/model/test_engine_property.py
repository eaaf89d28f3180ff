"""Random programs: every operation of every compiled engine, held against numpy's own.

Two ways. One by one: each operation on the arguments that the kernel itself found, so that neither
cancellation nor a branch taken otherwise can hide an error. And as a whole: kernel against
interpreter, for the members whose value hardly moves when every operation is off by a little.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engines import MACHINES
from hypothesis import Phase, given, settings
from programs import cases, constants_of, seeds
from singles import TINY, expected_value, tolerance_of

from tumbuh.model.engine.interpreter.interpreted import interpret
from tumbuh.model.engine.job import make_job
from tumbuh.model.engine.kernel import compiled
from tumbuh.model.engine.kernel.compiled import compute
from tumbuh.model.engine.scheduling.rewriting import rewriting_of
from tumbuh.model.engine.shapes import shapes_of
from tumbuh.model.language.ir import LEAVES, Node

MEMBERS = 19
pytestmark = pytest.mark.skipif(not MACHINES, reason="no compiler here")
# A failure names the operation and its arguments: shrinking, which compiles anew, tells no more.
ONCE = (Phase.explicit, Phase.reuse, Phase.generate)
few, many = (settings(max_examples=count, phases=ONCE) for count in (10, 150))
METHODS = ("euler", "rk4")
LEAST_COMPARED = 0.3


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Keep the kernels of random programs out of the user's cache and out of memory."""
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path))
    yield
    compiled._plans.clear()


def raw(program, constants, names, machine, method="euler"):
    """Return values by node, (time, draw), infinite ones as they are."""
    job = make_job(program, constants, names, (), None, method, None, None, None, False)
    found = compute(job, 4096, 1, machine) if machine else interpret(job)
    shape = (len(job.clock.kept), job.draws)
    return {node: np.broadcast_to(values, shape) for node, values in found.store.items()}


def by_node(case, constants, machine, method):
    """Return the value of every node; a truth is 1 or 0."""
    found = raw(case.program, constants, list(case.names.values()), machine, method)
    return {k: found[case.program.variables[name].node] for k, name in case.names.items()}


def check_singles(case, constants, machine, method):
    program = case.program
    values = by_node(case, constants, machine, method)
    own = {program.constants.index(name) for name in constants if np.ndim(constants[name])}
    rewriting = rewriting_of(program, shapes_of(program, own, None).varying)
    for index in case.names:
        node = program.nodes[index]
        if node.op in LEAVES:
            continue
        args = [values[arg] for arg in node.args]
        with np.errstate(all="ignore"):
            expected = expected_value(program, node, args)
            tolerance = tolerance_of(program, index, args, expected, values, rewriting)
            found = values[index]
            same = (found == expected) | (np.isnan(found) & np.isnan(expected))
            near = np.abs(found - expected) <= tolerance
        bad = ~(same | near | np.isinf(tolerance))
        if bad.any():
            place = tuple(np.argwhere(bad)[0])
            shown = [float(arg[place]) for arg in args]
            raise AssertionError(f"{node} of {shown}: {found[place]}, not {expected[place]}")


def check_leaves_and_steps(case, constants, machine):
    """States begin at their initial value and move by their rate; frozen ones stay."""
    program, values = case.program, by_node(case, constants, machine, "euler")
    step = program.defaults[program.constants.index("TIME STEP")]
    for index in case.names:
        node = program.nodes[index]
        if node.op not in ("state", "frozen"):
            continue
        state = program.states[int(node.value)]
        given = constants[program.constants[int(program.nodes[state.initial].value)]]
        start = np.broadcast_to(given, (values[index].shape[1],))
        np.testing.assert_array_equal(values[index][0], start)
        if node.op == "frozen":
            np.testing.assert_array_equal(
                values[index], np.broadcast_to(start, values[index].shape)
            )
        elif state.rate in values:
            with np.errstate(all="ignore"):
                change = step * values[state.rate][:-1]
                moved = values[index][:-1] + change
                allowed = 1e-15 * np.abs([moved, change]).sum(0) + TINY
                near = np.abs(values[index][1:] - moved) <= allowed
            lost = np.isnan(moved) | ~np.isfinite(change)
            bad = ~(near | lost | (values[index][1:] == moved))
            if bad.any():
                place = tuple(np.argwhere(bad)[0])
                shown = [float(v[place]) for v in (values[index], change, values[index][1:], moved)]
                raise AssertionError(f"state {state} began, change, found, not: {shown}")


def noisy(case):
    """Return the program with every number off by a factor of its own, and the factors' names."""
    program, nodes, names = case.program, [], []
    place = {-1: -1}
    for index, node in enumerate(program.nodes):
        nodes.append(Node(node.op, tuple(place[arg] for arg in node.args), node.value))
        if node.op not in LEAVES and not node.truth:
            constant = Node("constant", (), float(len(program.constants) + len(names)))
            names.append(f"noise {index}")
            nodes += [constant, Node("mul", (len(nodes) - 1, len(nodes)))]
        place[index] = len(nodes) - 1
    factors = [
        replace(program.variables["a"], name=name, node=nodes.index(Node("constant", (), k)))
        for k, name in enumerate(names, len(program.constants))
    ]
    states = tuple(replace(s, initial=place[s.initial], rate=place[s.rate]) for s in program.states)
    variables = {n: replace(v, node=place[v.node]) for n, v in program.variables.items()}
    return names, replace(
        program,
        nodes=tuple(nodes),
        states=states,
        constants=(*program.constants, *names),
        defaults=(*program.defaults, *[1.0] * len(names)),
        variables={**variables, **{factor.name: factor for factor in factors}},
    )


def steady(case, constants, truth, method, seed):
    """Return by node where a value hardly moves when every operation is off by 1e-13."""
    names, program = noisy(case)
    generator = np.random.default_rng(seed)
    calm = {index: np.ones(values.shape, bool) for index, values in truth.items()}
    for _ in range(4):
        off = {n: 1.0 + 1e-13 * generator.uniform(-1, 1, MEMBERS) for n in names}
        moved = raw(program, constants | off, list(case.names.values()), None, method)
        for index, name in case.names.items():
            other, value = moved[program.variables[name].node], truth[index]
            with np.errstate(all="ignore"):
                near = np.abs(other - value) <= 2e-11 * np.abs(value)
            calm[index] &= near | (other == value) | (np.isnan(other) & np.isnan(value))
    return calm


def moderate(case, truth):
    """Return the members in which nothing is lost to overflow, underflow or cancellation."""
    kept = np.ones(MEMBERS, bool)
    for index, values in truth.items():
        size, node = np.abs(values), case.program.nodes[index]
        lost = (size > 1e290) & np.isfinite(size) | (size < 1e-290) & (size > 0)
        if node.op == "mul":
            finite = [np.isfinite(truth[arg]) for arg in node.args]
            lost |= np.isinf(size) & np.logical_and(*finite)
        if node.op in ("add", "sub"):
            whole = sum(np.abs(truth[arg]) for arg in node.args)
            lost |= (size < 1e-10 * whole) & np.isfinite(whole)
        if node.op == "state":
            lost |= size < 1e-10 * np.max(size, axis=0, initial=0.0, where=np.isfinite(size))
        kept &= ~lost.any(axis=0)
    return kept


def check_whole(case, constants, method, seed):
    truth = by_node(case, constants, None, method)
    calm, kept = steady(case, constants, truth, method, seed), moderate(case, truth)
    for machine in MACHINES:
        found = by_node(case, constants, machine, method)
        for index, values in truth.items():
            compared = calm[index] & kept
            np.testing.assert_allclose(
                found[index][compared], values[compared], 1e-12, err_msg=f"{machine.name} {index}"
            )
    compared = sum(int((calm[index] & kept).sum()) for index in truth)
    return compared / sum(values.size for values in truth.values())


def check_everything(case, seed, wild):
    constants = constants_of(seed, MEMBERS, wild)
    method = METHODS[seed % 2]
    for machine in MACHINES:
        check_singles(case, constants, machine, method)
        check_leaves_and_steps(case, constants, machine)
    return check_whole(case, constants, method, seed)


def check_programs(examples, programs):
    """Check random programs; of all values a good part must be comparable as a whole."""
    shares = []

    @examples
    @given(programs, seeds)
    def every(case, seed):
        shares.append(check_everything(case, seed, 0.3 if seed % 3 else 0.0))

    every()
    assert np.mean(shares) > LEAST_COMPARED, shares


def test_every_operation_and_every_program():
    check_programs(few, cases())


@pytest.mark.slow
def test_every_operation_and_every_program_at_length():
    check_programs(many, cases(20, 90))


@few
@given(cases(), seeds)
def test_machines_that_fuse_have_the_same_bits(case, seed):
    constants = constants_of(seed, MEMBERS, 0.2)
    fused = [machine for machine in MACHINES if machine.fused]
    found = [by_node(case, constants, machine, METHODS[seed % 2]) for machine in fused]
    for other in found[1:]:
        for index, values in found[0].items():
            np.testing.assert_array_equal(other[index], values)
