"""Peak rates of the processor, measured with loops of independent vector instructions."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from functools import cache

from ..model.engine.kernel.compile import Code, build
from ..model.engine.machine import Machine
from .bench_engines import Sample

CHAINS = 12
"""Independent values of a loop: enough for the latency, few enough for 16 registers."""

LOOPS = 1_000_000


def _fma(kind: str, lanes: int, machine: Machine, k: int) -> str:
    half, one = "splat (double 0.5)", "splat (double 1.0)"
    if not machine.fused:
        return f"  %p{k} = fmul {kind} %a{k}, {half}\n  %b{k} = fadd {kind} %p{k}, {one}"
    call = f"@llvm.fma.v{lanes}f64({kind} %a{k}, {kind} {half}, {kind} {one})"
    return f"  %b{k} = call {kind} {call}"


def _select(kind: str, lanes: int, machine: Machine, k: int) -> str:
    low, high = "splat (double 1.0)", "splat (double 2.0)"
    test = f"  %p{k} = fcmp olt {kind} %a{k}, splat (double 1.5)\n"
    return test + f"  %b{k} = select <{lanes} x i1> %p{k}, {kind} {high}, {kind} {low}"


_OPERATIONS: dict[str, Callable[[str, int, Machine, int], str]] = {
    "fma": _fma,
    "add": lambda kind, lanes, machine, k: f"  %b{k} = fadd {kind} %a{k}, splat (double 1.0)",
    "div": lambda kind, lanes, machine, k: f"  %b{k} = fdiv {kind} splat (double 1.5), %a{k}",
    "select": _select,
}
OPERATIONS = tuple(_OPERATIONS)
"""A fused product and sum, a sum, a quotient, a comparison with a choice."""


def loop_text(operation: str, machine: Machine) -> str:
    """Return LLVM assembly of ``run(results, count)``, a loop over one operation.

    Parameters
    ----------
    operation
        One of `OPERATIONS`.
    machine
        Vector unit.
    """
    lanes = machine.lanes
    kind = f"<{lanes} x double>"
    chains = range(CHAINS)
    starts = [
        f"  %a{k} = phi {kind} [splat (double {1.0 + k / 16}), %entry], [%b{k}, %loop]"
        for k in chains
    ]
    body = [_OPERATIONS[operation](kind, lanes, machine, k) for k in chains]
    ends = [
        f"  %to{k} = getelementptr double, ptr %results, i64 {k * lanes}\n"
        f"  store {kind} %b{k}, ptr %to{k}, align 8"
        for k in chains
    ]
    return "\n".join(
        [
            f"declare {kind} @llvm.fma.v{lanes}f64({kind}, {kind}, {kind})",
            "define void @run(ptr %results, i64 %count) #0 {\nentry:\n  br label %loop\nloop:",
            "  %i = phi i64 [0, %entry], [%j, %loop]",
            *starts,
            *body,
            "  %j = add i64 %i, 1\n  %more = icmp slt i64 %j, %count",
            "  br i1 %more, label %loop, label %end\nend:",
            *ends,
            f"  ret void\n}}\nattributes #0 = {{ nounwind {machine.attributes} }}\n",
        ]
    )


@cache
def _code(operation: str, machine: Machine) -> Code:
    return build(loop_text(operation, machine), machine)


def timed(operation: str, machine: Machine, loops: int = LOOPS) -> Sample:
    """Run a loop once.

    Returns
    -------
    Sample
        Its units are instructions on whole vectors; a comparison and its choice count as one.
    """
    code = _code(operation, machine)
    function = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(code.address)
    results = (ctypes.c_double * (CHAINS * machine.lanes))()
    wall, cpu = time.perf_counter(), time.process_time()
    function(ctypes.addressof(results), loops)
    done = time.process_time() - cpu, time.perf_counter() - wall
    return Sample(float(loops * CHAINS), *done)
