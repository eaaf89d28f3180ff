"""A job for other machines: the wide kernel as a WebAssembly module, and all that its caller passes.

What is the same for all members is computed here, once, and handed over as tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import InputError, ModelError, Problem
from .job import Job
from .kernel.compile import Code, available, build_once, object_once
from .kernel.compiled import form_of
from .kernel.plan import Plan, kernels_of
from .kernel.run import Run
from .kernel.wasm import module_of
from .machine import WASM, Machine
from .trajectories import Floats


@dataclass(frozen=True)
class Portable:
    """A kernel in a form that runs in a browser.

    Attributes
    ----------
    module
        WebAssembly; exports ``run``, whose arguments are those of `.kernel.driver.ARGUMENTS`.
    lanes, size
        Members of a block, and places of scratch memory for each.
    constants
        Names of its inputs, in order.
    states
        Places among the program's states of those that it holds, in order.
    outputs
        Names of what it gives, in order.
    at_start, fixed, changing
        What is the same for all members: at the start, for the whole run, and
        (evaluation, value).
    """

    module: bytes = field(repr=False)
    lanes: int
    size: int
    constants: tuple[str, ...]
    states: tuple[int, ...]
    outputs: tuple[str, ...]
    at_start: Floats = field(repr=False)
    fixed: Floats = field(repr=False)
    changing: Floats = field(repr=False)


def even_machine() -> Machine:
    """Return the vector unit whose bits other machines have too: without fused products.

    Raises
    ------
    InputError
        If there is no compiler.
    """
    found = available()
    if not found:
        remedy = "Install llvmlite"
        raise InputError([Problem("engine", "a compiler", "none", remedy)])
    return found[-1]


def portable(job: Job) -> Portable:
    """Return the wide kernel of a job for browsers.

    Parameters
    ----------
    job
        An Euler run without fixed delays and reductions. Its arrays become the inputs.

    Raises
    ------
    ModelError
        If it has something that the module has not.
    """
    _refuse(job)
    form, here = repr(form_of(job, ())), even_machine()
    own = kernels_of(job, (), here, form)[0]
    uniform = own.unit(build_once(own.parts, here, own.make))
    other = kernels_of(job, (), WASM, form)[1]
    facts, code, _ = object_once(other.parts, WASM, other.make)
    wide = other.unit(Code(0, False, facts, None))
    run = Run(job, Plan(uniform, wide))
    names = {variable.node: variable.name for variable in job.variables}
    at_start, fixed, changing = run.shared
    return Portable(
        module=module_of(code),
        lanes=wide.lanes,
        size=wide.size,
        constants=tuple(job.program.constants[index] for index in wide.constants),
        states=wide.states,
        outputs=tuple(names[node] for node in wide.outputs),
        at_start=at_start,
        fixed=fixed,
        changing=changing,
    )


def _refuse(job: Job) -> None:
    problems = []
    if job.rings:
        names = ", ".join(job.program.rings[k].variable for k in job.rings)
        remedy = "Use DELAY3 or SMOOTH"
        problems.append(Problem("page", "a model without fixed delays", names, remedy))
    if job.reductions or job.method != "euler":
        found = f"{job.method} with {len(job.reductions)} reductions"
        problems.append(Problem("page", "an Euler run without reductions", found, "Leave them out"))
    same = [v.name for v in job.variables if not job.shapes.wide[v.node]]
    if same:
        found, remedy = ", ".join(same), "Ask for outputs that differ between draws"
        problems.append(Problem("page", "outputs that differ between draws", found, remedy))
    if problems:
        raise ModelError(problems)
