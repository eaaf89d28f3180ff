"""The outer loops of a kernel: over blocks of members, and over steps."""

from __future__ import annotations

from dataclasses import dataclass

# Order of the arguments of ``run``; `kernel.py` passes them in this order.
ARGUMENTS = (
    "ptr %inputs",
    "i64 %members",
    "ptr %at_start",
    "ptr %always",
    "ptr %same",
    "ptr %time",
    "ptr %from",
    "ptr %rows",
    "ptr %counts",
    "ptr %weights",
    "ptr %out",
    "i64 %apart",
    "ptr %reduced",
    "ptr %to",
    "ptr %scratch",
    "ptr %amounts",
    "i64 %steps",
    "ptr %over_start",
    "ptr %over_fixed",
    "ptr %over",
)
# Function, place of its amount (whole, half, sixth of the step), evaluation within the step.
_EULER = (("stage0", 0, 0),)
_RUNGE_KUTTA = (("stage0", 1, 0), ("stage1", 1, 1), ("stage1", 0, 2), ("stage3", 2, 3))


@dataclass(frozen=True)
class Shape:
    """What the loops need to know of a kernel.

    Attributes
    ----------
    lanes, vectors
        Members of a vector, and vectors of a block.
    stride
        Numbers of scratch memory of a vector.
    method
        ``euler`` or ``rk4``.
    changing, reductions
        Lengths of a row of what is the same for all members, and of a row of weights.
    """

    lanes: int
    vectors: int
    stride: int
    method: str
    changing: int
    reductions: int


def driver(shape: Shape) -> str:
    """Return the text of ``run``."""
    stages = _EULER if shape.method == "euler" else _RUNGE_KUTTA
    sizes = (len(stages), shape.changing, shape.reductions)
    steps = "\n".join(_call(*stage, shape.changing, prefix="s") for stage in stages)
    last = _call("last", 0, 0, shape.changing, prefix="e")
    lanes, vectors, stride = shape.lanes, shape.vectors, shape.stride
    return f"""define void @run({", ".join(ARGUMENTS)}) #0 {{
entry:
  %step = load double, ptr %amounts
  br label %block
block:
  %m = phi i64 [0, %entry], [%m.next, %finished]
  br label %begin
begin:
  %u = phi i64 [0, %block], [%u.next, %begin]
  %b.column = mul i64 %u, {lanes}
  %b.m = add i64 %m, %b.column
  %b.in = getelementptr double, ptr %inputs, i64 %b.m
  %b.from = getelementptr double, ptr %from, i64 %b.m
  %b.so = mul i64 %u, {stride}
  %b.scratch = getelementptr double, ptr %scratch, i64 %b.so
  call void @start(ptr %b.in, i64 %members, ptr %at_start, ptr %time, ptr %b.scratch, ptr %b.from, ptr %over_start)
  call void @fix(ptr %b.in, i64 %members, ptr %always, ptr %time, ptr %b.scratch, ptr %b.from, ptr %over_fixed)
  %u.next = add i64 %u, 1
  %u.more = icmp slt i64 %u.next, {vectors}
  br i1 %u.more, label %begin, label %begun
begun:
  %column = getelementptr double, ptr %out, i64 %m
  %any = icmp sgt i64 %steps, 0
  br i1 %any, label %march, label %end
march:
  %s = phi i64 [0, %begun], [%s.next, %march]
{_results("s", "%s", *sizes)}
{steps}
  %s.next = add i64 %s, 1
  %more = icmp slt i64 %s.next, %steps
  br i1 %more, label %march, label %end
end:
{_results("e", "%steps", *sizes)}
{last}
  br label %finish
finish:
  %f = phi i64 [0, %end], [%f.next, %finish]
  %f.column = mul i64 %f, {lanes}
  %f.m = add i64 %m, %f.column
  %f.to = getelementptr double, ptr %to, i64 %f.m
  %f.red = getelementptr double, ptr %reduced, i64 %f.m
  %f.so = mul i64 %f, {stride}
  %f.scratch = getelementptr double, ptr %scratch, i64 %f.so
  call void @finish(i64 %members, ptr %f.scratch, ptr %f.to, ptr %f.red)
  %f.next = add i64 %f, 1
  %f.more = icmp slt i64 %f.next, {vectors}
  br i1 %f.more, label %finish, label %finished
finished:
  %m.next = add i64 %m, {lanes * vectors}
  %again = icmp slt i64 %m.next, %members
  br i1 %again, label %block, label %done
done:
  ret void
}}
"""  # noqa: E501


def _results(p: str, step: str, stages: int, _changing: int, reductions: int) -> str:
    """Return the addresses of a step's results; no row means a null pointer."""
    return f"""  %{p}.rp = getelementptr i64, ptr %rows, i64 {step}
  %{p}.row = load i64, ptr %{p}.rp
  %{p}.none = icmp slt i64 %{p}.row, 0
  %{p}.off = mul i64 %{p}.row, %members
  %{p}.op = getelementptr double, ptr %column, i64 %{p}.off
  %{p}.out = select i1 %{p}.none, ptr null, ptr %{p}.op
  %{p}.cp = getelementptr i64, ptr %counts, i64 {step}
  %{p}.count = load i64, ptr %{p}.cp
  %{p}.wo = mul i64 {step}, {reductions}
  %{p}.weights = getelementptr double, ptr %weights, i64 %{p}.wo
  %{p}.eval = mul i64 {step}, {stages}"""


def _call(name: str, amount: int, stage: int, changing: int, prefix: str) -> str:
    """Return the call of one stage."""
    p = f"{prefix}{stage}"
    out, count = (f"%{prefix}.out", f"%{prefix}.count") if stage == 0 else ("null", "0")
    return f"""  %{p}.n = add i64 %{prefix}.eval, {stage}
  %{p}.t = getelementptr double, ptr %time, i64 %{p}.n
  %{p}.u = mul i64 %{p}.n, {changing}
  %{p}.same = getelementptr double, ptr %same, i64 %{p}.u
  %{p}.over = getelementptr double, ptr %over, i64 %{p}.u
  %{p}.ap = getelementptr double, ptr %amounts, i64 {amount}
  %{p}.amount = load double, ptr %{p}.ap
  call void @{name}(ptr %always, ptr %{p}.same, ptr %{p}.t, ptr %scratch, ptr %{p}.over, double %{p}.amount, double %step, ptr {out}, i64 %apart, i64 {count}, ptr %{prefix}.weights)"""  # noqa: E501
