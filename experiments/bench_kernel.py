"""What the kernel of a workload does in a step: operations, memory, and whether caches bind it."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ..model.engine.job import Job, make_job
from ..model.engine.kernel.compile import build
from ..model.engine.kernel.plan import Plan, kernels_of, make_plan
from ..model.engine.kernel.run import Run
from ..model.engine.machine import Machine
from ..model.engine.reductions import Reduction
from ..model.language.phases import phases_of
from .bench_engines import Sample
from .bench_models import Workload

FLOPS = {"fma": 2, "fadd": 1, "fsub": 1, "fmul": 1, "fdiv": 1, "sqrt": 1, "scalef": 1}
"""Floating-point operations of an instruction, by lane; comparisons and choices are none."""

_COUNTED = re.compile(
    r"= (fadd|fsub|fmul|fdiv|fcmp|select|fneg|load) |(?:@llvm\.|\.)(fma|sqrt|scalef)\.|^  (store) "
)
_DEFINED = re.compile(r"define .*?@([\w.]+)\(.*?\{\n(.*?)\n\}", re.DOTALL)
_CALL = re.compile(r"  call void @(stage0\.\d+)\(")
_BRANCH = re.compile(r"  br i1 (%\w+), label %(\w+), label %(\w+)")
_JUMP = re.compile(r"  br label %(\w+)")
_PIECE = re.compile(r"(  call void @stage0\.\d+\(.*\)\n)")


def operations(text: str, function: str = "stage0") -> Counter[str]:
    """Count the instructions of one evaluation on one vector, by kind.

    Of two ways of a power the usual one is counted, and what only steps with outputs do is not.

    Parameters
    ----------
    text
        LLVM assembly of a kernel.
    function
        Where to begin.
    """
    bodies = dict(_DEFINED.findall(text))
    found: Counter[str] = Counter()
    pending = [function]
    while pending:
        for line in _taken(bodies[pending.pop()]):
            call = _CALL.match(line)
            if call:
                pending.append(call[1])
            elif kind := _COUNTED.search(line):
                found[next(filter(None, kind.groups()))] += 1
    return found


def _taken(body: str) -> Iterator[str]:
    """Yield the lines that run: a branch goes its first way, but not to the outputs."""
    blocks = _blocks(body)
    label = "entry"
    while label:
        following, rare = "", set()
        for line in blocks[label]:
            if "icmp ne ptr %out, null" in line:
                rare.add(line.split()[0])
            if branch := _BRANCH.match(line):
                following = branch[3] if branch[1] in rare else branch[2]
            elif jump := _JUMP.match(line):
                following = jump[1]
            else:
                yield line
        label = following


def _blocks(body: str) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {}
    current: list[str] = []
    for line in body.split("\n"):
        if line.endswith(":") and not line.startswith(" "):
            blocks[line[:-1]] = current = []
        elif line:
            current.append(line)
    return blocks


def flops(counts: Counter[str]) -> int:
    """Return the floating-point operations of one member in one step."""
    return sum(FLOPS.get(kind, 0) * count for kind, count in counts.items())


@dataclass(frozen=True)
class Probe:
    """The kernel of a workload, as it is and changed.

    Attributes
    ----------
    counts
        Instructions of a step on a vector of members.
    memory
        Bytes that a vector of members has in memory.
    members, vector_steps
        Members of a timed call, and its steps times its vectors.
    usual
        The kernel as it is.
    doubled
        The same with every piece called twice in a row. The second call finds its code and its
        data in the first-level caches; if it takes as long as the first, they are not the bound.
    """

    counts: Counter[str]
    memory: int
    members: int
    vector_steps: int
    usual: Run = field(repr=False)
    doubled: Run = field(repr=False)

    def timed(self, run: Run) -> Sample:
        """Run once; the units are steps of a vector."""
        wall, cpu = time.perf_counter(), time.process_time()
        run.members(slice(0, self.members))
        done = time.process_time() - cpu, time.perf_counter() - wall
        return Sample(float(self.vector_steps), *done)


def probe(workload: Workload, machine: Machine, members: int = 512) -> Probe:
    """Return the kernel of a workload, compiled.

    Parameters
    ----------
    workload
        What it runs.
    machine
        Vector unit.
    members
        Members of a timed call, a whole number of vectors.
    """
    job = _job(workload, members)
    reduced = _guarded(job)
    form = f"bench/{job.program.fingerprint}/{job.outputs}/{sorted(job.arrays)}"
    text, facts = kernels_of(job, reduced, machine, form)[1].make()
    plan = make_plan(job, reduced, machine, form)
    steps = job.clock.last - job.clock.first
    return Probe(
        counts=operations(text),
        memory=facts["size"] * machine.lanes * 8,
        members=members,
        vector_steps=steps * members // machine.lanes,
        usual=Run(job, plan),
        doubled=_changed(job, plan, machine, text, lambda stage: _PIECE.sub(r"\1\1", stage)),
    )


def _job(workload: Workload, members: int) -> Job:
    given, until = workload.some(members), workload.until
    return make_job(
        workload.program, given, workload.outputs, (), [until], "euler", None, until, None, False
    )


def _guarded(job: Job) -> tuple[tuple[int, Reduction], ...]:
    """Return the reductions that watch over the delays, as every run has them."""
    needed = phases_of(job.program, job.outputs)
    return tuple(
        (guard.node, Reduction(guard.variable, "least"))
        for guard in job.program.guards
        if guard.node in needed
    )


def _changed(
    job: Job, plan: Plan, machine: Machine, text: str, change: Callable[[str], str]
) -> Run:
    head, name, rest = text.partition("define internal void @stage0(")
    stage, end, tail = rest.partition("\n}\n")
    code = build(f"{head}{name}{change(stage)}{end}{tail}", machine)
    return Run(job, replace(plan, wide=replace(plan.wide, code=code)))
