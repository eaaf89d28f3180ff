"""A job on compiled kernels: chunks of members on threads, outside the interpreter's lock."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, ModelError, Problem
from ...language.ir import Guard
from ..interpreter.interpreted import interpret, slices
from ..interpreter.rings import LONGEST
from ..job import Job
from ..machine import Machine, choose
from ..reductions import Reduction
from ..results import Raw
from ..trajectories import Floats
from .compile import available
from .plan import Plan, Reduced, keeps_often, make_plan
from .run import Run

# Members of one call; enough that a call's own cost does not count.
COMPILED_CHUNK = 4096
# Below so many members a second thread is not worth starting.
SMALLEST_CHUNK = 64
# Share of a delay by which the engines may differ.
_ROUNDING = 1e-9
# Plans of jobs of one form that are kept in memory.
_PLANS = 16
_plans: OrderedDict[object, Plan] = OrderedDict()
# Threads that run different chunks of a batch ask for the same plans at the same time.
_planning = Lock()


@lru_cache
def _machines() -> tuple[Machine, ...]:
    found = available()
    if not found:
        message = "tumbuh: no compiler here (llvmlite); the numpy engine answers, more slowly"
        print(message, file=sys.stderr)
    return found


def compiles(job: Job) -> bool:
    """Tell whether jobs of this model are compiled unless another engine is asked for.

    That must not depend on the number of draws: a draw has the same bits alone and among others.
    Models with fixed delays are interpreted, because only the interpreter hands over what a
    fixed delay remembers.
    """
    return not job.program.rings and bool(_machines())


def _hands_over_rings(job: Job) -> bool:
    return bool(job.program.rings) and (job.snapshot or job.start is not None)


def compute(job: Job, chunk: int, threads: int, machine: Machine | None = None) -> Raw:
    """Run a job.

    Parameters
    ----------
    job
        What to run.
    chunk
        Members of one call; the results do not depend on it.
    threads
        Calls at the same time; the results do not depend on it.
    machine
        Vector unit; by default the widest.

    Raises
    ------
    InputError
        If there is no compiler.
    ModelError
        If a delay is too short or too long in some draw.
    """
    if _hands_over_rings(job):
        return interpret(job, threads=threads)
    chosen = machine or choose(_machines())
    if chosen is None:
        remedy = "Install llvmlite, or use the numpy engine"
        raise InputError([Problem("engine", "a compiler", "none", remedy)])
    guards = _guards(job)
    reduced = _reduced(job, guards)
    run = Run(job, _plan(job, reduced, chosen))
    raw = _empty(job, reduced)
    _store_uniform(job, reduced, run, raw)
    parts = slices(job.draws, _balanced(job.draws, chunk, threads))

    def work(part: slice) -> None:
        _store_members(job, reduced, run, raw, part)

    if threads <= 1 or len(parts) == 1:
        for part in parts:
            work(part)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, parts))
    short = _check(job, guards, raw)
    return Raw(raw.store, raw.reduced[: len(job.reductions)], raw.states, (), short)


def _balanced(draws: int, chunk: int, threads: int) -> int:
    """Return a chunk that gives each thread as many calls as the others, if it is worth a call."""
    threads = max(1, threads)
    rounds = -(-draws // (chunk * threads))
    return min(chunk, max(SMALLEST_CHUNK, -(-draws // (rounds * threads))))


def _reduced(job: Job, guards: Sequence[Guard]) -> Reduced:
    """Return the reductions asked for, and behind them one for each guard."""
    asked = [(v.node, item) for v, item in zip(job.reduced, job.reductions, strict=True)]
    return (*asked, *((guard.node, Reduction(guard.variable, "least")) for guard in guards))


def _guards(job: Job) -> list[Guard]:
    needed = _needed_nodes(job) if job.program.guards else set()
    return [guard for guard in job.program.guards if guard.node in needed]


def _needed_nodes(job: Job) -> set[int]:
    program = job.program
    roots = [*job.outputs, *(variable.node for variable in job.reduced)]
    roots += [node for k in job.states for node in (program.states[k].rate, program.states[k].next)]
    roots += [program.rings[k].input for k in job.rings]
    seen: set[int] = set()
    pending = [node for node in roots if node >= 0]
    while pending:
        index = pending.pop()
        if index not in seen:
            seen.add(index)
            pending.extend(program.nodes[index].args)
    return seen


def form_of(job: Job, reduced: Reduced) -> object:
    """Return what decides about the kernels of a job."""
    start = None
    if job.start is not None:
        start = tuple(len(state) > 1 for state in job.start.states)
    wide = tuple(sorted(job.arrays))
    kinds = tuple((node, item.kind, item.threshold) for node, item in reduced)
    return (
        job.program.fingerprint,
        wide,
        job.states,
        job.rings,
        job.outputs,
        kinds,
        job.method,
        start,
        keeps_often(job),
    )


def _plan(job: Job, reduced: Reduced, machine: Machine) -> Plan:
    form = repr(form_of(job, reduced))
    # A plan holds its reductions; the first month that counts decides about none of its kernels.
    key = (form, tuple(item.after for _, item in reduced), machine)
    with _planning:
        plan = _plans.get(key)
        if plan is None:
            plan = make_plan(job, reduced, machine, form)
            _plans[key] = plan
            if len(_plans) > _PLANS:
                _plans.popitem(last=False)
        else:
            _plans.move_to_end(key)
    return plan


def _empty(job: Job, reduced: Reduced) -> Raw:
    shapes, rows = job.shapes, len(job.clock.kept)

    def size(wide: bool) -> int:
        return job.draws if wide else 1

    store = {node: np.empty((rows, size(shapes.wide[node]))) for node in job.outputs}
    found = tuple(np.empty(size(shapes.wide[node])) for node, _ in reduced)
    states: tuple[Floats, ...] = ()
    if job.snapshot:
        states = tuple(np.empty(size(shapes.wide_states[k])) for k in job.states)
    return Raw(store, found, states, ())


def _store_uniform(job: Job, reduced: Reduced, run: Run, raw: Raw) -> None:
    unit, found = run.plan.uniform, run.uniform
    _refuse_long_rings(job, found.reduced[len(unit.reductions) :], unit.rings)
    for place, node in enumerate(unit.outputs):
        raw.store[node][:, 0] = found.outputs[place, :, 0]
    places = [i for i, (node, _) in enumerate(reduced) if not job.shapes.wide[node]]
    for row, place in enumerate(places):
        raw.reduced[place][0] = found.reduced[row, 0]
    if job.snapshot:
        for row, k in enumerate(unit.states):
            raw.states[job.states.index(k)][0] = found.states[row, 0]


def _store_members(job: Job, reduced: Reduced, run: Run, raw: Raw, members: slice) -> None:
    unit = run.plan.wide
    if unit.idle:
        return
    found = run.members(members)
    _refuse_long_rings(job, found.reduced[len(unit.reductions) :], unit.rings)
    for place, node in enumerate(unit.outputs):
        raw.store[node][:, members] = found.outputs[place]
    places = [i for i, (node, _) in enumerate(reduced) if job.shapes.wide[node]]
    for row, place in enumerate(places):
        raw.reduced[place][members] = found.reduced[row]
    if job.snapshot:
        for row, k in enumerate(unit.states):
            raw.states[job.states.index(k)][members] = found.states[row]


def _refuse_long_rings(job: Job, lengths: Floats, rings: tuple[int, ...]) -> None:
    if lengths.size and (lengths > LONGEST).any():
        row = int(np.argmax(lengths.max(axis=1)))
        ring = job.program.rings[rings[row]]
        where = f"{job.program.label}:{ring.line}"
        expected = f"a delay of at most {LONGEST} steps in '{ring.variable}'"
        remedy = "Shorten the delay, lengthen the time step, or use DELAY3"
        raise ModelError([Problem(where, expected, f"{lengths[row].max():g} steps", remedy)])


def _check(job: Job, guards: Sequence[Guard], raw: Raw) -> NDArray[np.int32] | None:
    """Return the guards that members broke, or raise where the run has to stop.

    The interpreter says then when and for how many draws. It also decides: about a delay that is
    too short by a rounding only, and about a run without a step, in which nothing that changes is
    checked.
    """
    short, stepped = np.zeros(job.draws, np.int32), job.clock.last > job.clock.first
    for guard, least in zip(guards, raw.reduced[len(job.reductions) :], strict=True):
        bound = guard.order * job.clock.time_step
        broken = least < bound
        if not broken.any():
            continue
        if job.keep_going and job.shapes.wide[guard.node]:
            short[broken & (short == 0) & stepped] = job.program.guards.index(guard) + 1
            continue
        interpret(replace(job, reductions=(), variables=(*job.variables, *job.reduced)))
        if stepped and (least < bound * (1 - _ROUNDING)).any():
            raise AssertionError(f"the engines disagree about the delay of '{guard.variable}'")
    return short if short.any() else None
