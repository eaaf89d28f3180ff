"""A program as C, one member at a time: what a translator to C gives, as a yardstick.

The printer is kind to the compiler: dead code is gone, what does not change is hoisted, every
value is a local constant, and constants of the file are literals. Guards are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..model.engine.shapes import depth_first
from ..model.errors import ModelError, Problem
from ..model.language.ir import Node, Program
from ..model.language.phases import DYNAMIC, INVARIANT, needed, phases_of
from ..model.language.syntax import Table

_INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "and": "&&",
    "or": "||",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
}
_CALLS = {
    "min": "smaller",
    "max": "larger",
    "abs": "fabs",
    "ln": "log",
    "pow": "pow",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
}
_HEAD = """#include <math.h>
static inline double smaller(double a, double b) { return a < b || a != a ? a : b; }
static inline double larger(double a, double b) { return a > b || a != a ? a : b; }
"""
_LINE = "    return y[i - 1] + (y[i] - y[i - 1]) / (x[i] - x[i - 1]) * (at - x[i - 1]);\n}\n"


@dataclass(frozen=True)
class Source:
    """What is printed.

    Attributes
    ----------
    program
        The program.
    outputs
        Nodes whose last values are wanted.
    varied
        Indices of the constants given for each member; the others are literals.
    step
        Index of the constant that is the time step.
    states, phases
        States that are needed, and when each node is computed.
    """

    program: Program
    outputs: tuple[int, ...]
    varied: tuple[int, ...]
    step: int
    states: list[int] = field(default_factory=list)
    phases: dict[int, str] = field(default_factory=dict)


def source_of(program: Program, outputs: Sequence[int], varied: Sequence[int], step: int) -> Source:
    """Return what to print.

    Raises
    ------
    ModelError
        If an output needs a fixed delay.
    """
    states, rings = needed(program, outputs)
    if rings:
        ring = program.rings[rings[0]]
        where, remedy = f"{program.label}:{ring.line}", "Measure the other engines"
        raise ModelError([Problem(where, "no fixed delay, for C", ring.variable, remedy)])
    phases = phases_of(program, outputs)
    return Source(program, tuple(outputs), tuple(varied), step, states, phases)


def c_text(source: Source) -> str:
    """Return the text of ``run``, which takes one member after the other through all steps."""
    program, states = source.program, source.states
    tables = "".join(_table(k, table) for k, table in enumerate(program.tables))
    stepped = "\n".join(_moves(source))
    kept = "\n".join(
        f"        out[m * {len(source.outputs)} + {place}] = {_named('n', program, index)};"
        for place, index in enumerate(source.outputs)
    )
    return f"""{_HEAD}{tables}
void run(long members, long steps, double origin, double step, const double *given, double *out) {{
  for (long m = 0; m < members; m++) {{
    const double *c = given + m * {len(source.varied)};
    double {", ".join(f"s{k}" for k in states) or "none"};
    {{
      const double t = origin;
{_block("a", source, _starting(source))}
{"".join(f"      s{k} = {_named('a', program, program.states[k].initial)};{chr(10)}" for k in states)}    }}
{_block("n", source, [i for i, phase in source.phases.items() if phase == INVARIANT])}
    for (long k = 0;; k++) {{
      const double t = origin + k * step;
{_block("n", source, [i for i, phase in source.phases.items() if phase == DYNAMIC])}
      if (k == steps) {{
{kept}
        break;
      }}
{stepped}
    }}
  }}
}}
"""


def _starting(source: Source) -> list[int]:
    """Return the nodes of the values at the start; a state stands for its initial node."""
    program = source.program

    def needs(index: int) -> tuple[int, ...]:
        node = program.nodes[index]
        if node.op in ("state", "frozen"):
            return (program.states[int(node.value)].initial,)
        return node.args

    return depth_first([program.states[k].initial for k in source.states], needs)


def _block(prefix: str, source: Source, order: Sequence[int]) -> str:
    """Return a line for each node; literals stand where they are used."""
    lines = []
    for index in order:
        node = source.program.nodes[index]
        if node.op != "number":
            kind = "int" if node.truth else "double"
            text = _expression(prefix, source, node)
            lines.append(f"      const {kind} {prefix}{index} = {text};")
    return "\n".join(lines)


def _expression(prefix: str, source: Source, node: Node) -> str:
    program, place = source.program, int(node.value) if node.op != "number" else 0
    args = [_named(prefix, program, index) for index in node.args]
    if node.op == "constant":
        return _constant(source, place)
    if node.op in ("state", "frozen"):
        initial = _named("a", program, program.states[place].initial)
        return initial if prefix == "a" else f"s{place}"
    if node.op in _INFIX:
        return f" {_INFIX[node.op]} ".join(args)
    if node.op == "pow" and program.nodes[node.args[1]] == Node("number", (), 2.0):
        return f"{args[0]} * {args[0]}"
    if node.op == "select":
        return f"{args[0]} ? {args[1]} : {args[2]}"
    single = {
        "time": "t",
        "neg": f"-{args[0] if args else ''}",
        "not": f"!{args[0] if args else ''}",
    }
    if node.op in single:
        return single[node.op]
    name = f"table{place}" if node.op == "lookup" else _CALLS.get(node.op, node.op)
    return f"{name}({', '.join(args)})"


def _constant(source: Source, index: int) -> str:
    if index in source.varied:
        return f"c[{source.varied.index(index)}]"
    return "step" if index == source.step else _number(source.program.defaults[index])


def _named(prefix: str, program: Program, index: int) -> str:
    node = program.nodes[index]
    return _number(node.value) if node.op == "number" else f"{prefix}{index}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NAN" if math.isnan(value) else f"({'-' if value < 0 else ''}INFINITY)"
    return f"({value!r})"


def _moves(source: Source) -> Iterator[str]:
    program = source.program
    for k in source.states:
        state = program.states[k]
        if state.rate >= 0:
            yield f"      s{k} += step * {_named('n', program, state.rate)};"
        elif state.next >= 0:
            yield f"      s{k} = {_named('n', program, state.next)};"
        if state.floor:
            yield f"      if (s{k} < 0) s{k} = 0;"


def _table(k: int, table: Table) -> str:
    """Return a function that looks for the piece of a table, point by point."""
    size = len(table.x)
    rows = [", ".join(map(_number, row)) for row in (table.x, table.y)]
    head = f"static double table{k}(double at) {{\n"
    head += "".join(
        f"    static const double {name}[] = {{{row}}};\n"
        for name, row in zip("xy", rows, strict=True)
    )
    head += "    int i = 1;\n    if (at != at) return at;\n"
    if size == 1:
        return head + "    return y[0];\n}\n"
    last = size - 1
    if table.kind == "backward":
        return head + f"    while (i < {size} && at >= x[i]) i++;\n    return y[i - 1];\n}}\n"
    if table.kind == "forward":
        return head + f"    while (i < {size} && at > x[i - 1]) i++;\n    return y[i - 1];\n}}\n"
    if table.kind == "clip":
        head += f"    if (at <= x[0]) return y[0];\n    if (at >= x[{last}]) return y[{last}];\n"
    return head + f"    while (i < {last} && at > x[i]) i++;\n" + _LINE
