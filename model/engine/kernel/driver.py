"""The outer loops of a kernel: over blocks of members, and over steps."""

from __future__ import annotations

from dataclasses import dataclass

# Order of the arguments of ``run``; `run.py` passes them in this order.
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
    "ptr %rings",
    "i64 %remembered",
)
# Function, place of its amount (whole, half, sixth of the step), evaluation within the step.
_EULER = (("stage0", 0, 0),)
_RUNGE_KUTTA = (("stage0", 1, 0), ("stage1", 1, 1), ("stage1", 0, 2), ("stage3", 2, 3))


@dataclass(frozen=True)
class Shape:
    """What the loops need to know of a kernel.

    Attributes
    ----------
    lanes
        Members of a block.
    method
        ``euler`` or ``rk4``.
    changing, reductions
        Lengths of a row of what is the same for all members, and of a row of weights.
    keeps
        Whether the first stage computes outputs too.
    """

    lanes: int
    method: str
    changing: int
    reductions: int
    keeps: bool


# The start of a block of members.
_BLOCK = """block:
  %m = phi i64 [0, %entry], [%m.next, %end]
  %in = getelementptr double, ptr %inputs, i64 %m
  %begin = getelementptr double, ptr %from, i64 %m
  call void @start(ptr %in, i64 %members, ptr %at_start, ptr %time, ptr %scratch, ptr %begin, ptr %over_start, ptr %amounts)
  call void @fix(ptr %in, i64 %members, ptr %always, ptr %time, ptr %scratch, ptr %begin, ptr %over_fixed, ptr %amounts)
  %column = getelementptr double, ptr %out, i64 %m
  %any = icmp sgt i64 %steps, 0
  br i1 %any, label %march, label %end"""


def driver(shape: Shape) -> str:
    """Return the text of ``run``."""
    return f"""define void @run({", ".join(ARGUMENTS)}) #0 {{
entry:
  %step = load double, ptr %amounts
  br label %block
{_BLOCK}
{_march(shape)}
{_end(shape)}
done:
  ret void
}}
"""


def _stages(shape: Shape) -> tuple[tuple[str, int, int], ...]:
    return _EULER if shape.method == "euler" else _RUNGE_KUTTA


def _march(shape: Shape) -> str:
    """Return the loop over steps."""
    stages = _stages(shape)
    calls = "\n".join(_call(*stage, shape, prefix="s") for stage in stages)
    if not shape.keeps:
        calls = _outputs_apart(shape) + calls
    return f"""march:
  %s = phi i64 [0, %block], [%s.next, %stepped]
{_results("s", "%s", len(stages), shape.reductions)}
{calls}
  br label %stepped
stepped:
  %s.next = add i64 %s, 1
  %more = icmp slt i64 %s.next, %steps
  br i1 %more, label %march, label %end"""


def _end(shape: Shape) -> str:
    """Return the end of a block: what is found after the last step, and the next block."""
    return f"""end:
{_results("e", "%steps", len(_stages(shape)), shape.reductions)}
{_call("last", 0, 0, shape, prefix="e")}
  %final = getelementptr double, ptr %to, i64 %m
  %found = getelementptr double, ptr %reduced, i64 %m
  call void @finish(i64 %members, ptr %scratch, ptr %final, ptr %found)
  %m.next = add i64 %m, {shape.lanes}
  %again = icmp slt i64 %m.next, %members
  br i1 %again, label %block, label %done"""


def _outputs_apart(shape: Shape) -> str:
    """Return the call that computes outputs, at the steps that keep them; nothing is reduced."""
    call = _call("last", 0, 0, shape, prefix="s").replace("%s0.", "%sr.")
    call = call.replace("i64 %s.count,", "i64 0,")
    return f"""  %s.keeps = icmp sge i64 %s.row, 0
  br i1 %s.keeps, label %results, label %moves
results:
{call}
  br label %moves
moves:
"""


def _results(p: str, step: str, stages: int, reductions: int) -> str:
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


def _call(name: str, amount: int, stage: int, shape: Shape, prefix: str) -> str:
    """Return the call of one stage; with several, the time of the step stands behind its own."""
    p, step = f"{prefix}{stage}", "%s" if prefix == "s" else "%steps"
    out, count = (f"%{prefix}.out", f"%{prefix}.count") if stage == 0 else ("null", "0")
    times = "double" if shape.method == "euler" else "{ double, double }"
    return f"""  %{p}.n = add i64 %{prefix}.eval, {stage}
  %{p}.t = getelementptr {times}, ptr %time, i64 %{p}.n
  %{p}.u = mul i64 %{p}.n, {shape.changing}
  %{p}.same = getelementptr double, ptr %same, i64 %{p}.u
  %{p}.over = getelementptr double, ptr %over, i64 %{p}.u
  %{p}.ap = getelementptr double, ptr %amounts, i64 {amount}
  %{p}.amount = load double, ptr %{p}.ap
  call void @{name}(ptr %always, ptr %{p}.same, ptr %{p}.t, ptr %scratch, ptr %{p}.over, double %{p}.amount, double %step, ptr {out}, i64 %apart, i64 {count}, ptr %{prefix}.weights, ptr %rings, i64 %remembered, i64 {step})"""
