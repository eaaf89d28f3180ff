"""Two ways of which only one is gone: what is rarely needed costs nothing where it is not."""

from __future__ import annotations

from collections.abc import Callable

from .assembly import Assembly


def choose_all(
    a: Assembly, condition: str, every: Callable[[], str], otherwise: Callable[[], str]
) -> str:
    """Return one value where a condition holds in every lane, else another.

    Parameters
    ----------
    a
        Where to write.
    condition
        Truth value.
    every, otherwise
        Write the two values; only one of them is computed.
    """
    condition = _in_every_lane(a, condition)
    ways = [a.fresh("way") for _ in range(2)]
    meeting = a.fresh("met")
    a.do(f"br i1 {condition}, label %{ways[0]}, label %{ways[1]}")
    found = []
    for label, write in zip(ways, (every, otherwise), strict=True):
        a.begin(label)
        value = write()
        # The way may have blocks of its own; the value comes from the last of them.
        end = a.fresh("end")
        a.do(f"br label %{end}")
        a.begin(end)
        a.do(f"br label %{meeting}")
        found.append(f"[{value}, %{end}]")
    a.begin(meeting)
    return a.put(f"phi {a.real} {', '.join(found)}")


def _in_every_lane(a: Assembly, condition: str) -> str:
    if a.lanes == 1:
        return condition
    name = f"llvm.vector.reduce.and.v{a.lanes}i1"
    a.module.declared.add(f"declare i1 @{name}({a.truth})")
    return a.put(f"call i1 @{name}({a.truth} {condition})")


def apart(a: Assembly, name: str, write: Callable[..., str], *args: str) -> str:
    """Return what a function of its own makes of values: for long ways that are rarely gone.

    Not where numbers are tabled, in what runs often: a call, even one that is never made,
    costs the registers around it.

    Parameters
    ----------
    a
        Where to write.
    name
        Of the function.
    write
        Writes it, given an assembly and the names of the values.
    args
        The values.
    """
    if a.tabled:
        return write(a, *args)
    name = f"{name}.{a.lanes}"
    if name not in a.module.apart:
        a.module.apart[name] = _function(a, name, write, len(args))
    given = ", ".join(f"{a.real} {arg}" for arg in args)
    return a.put(f"call {a.real} @{name}({given})")


def _function(a: Assembly, name: str, write: Callable[..., str], count: int) -> str:
    inner = Assembly(a.machine, a.lanes, a.module)
    names = [f"%x{place}" for place in range(count)]
    result = write(inner, *names)
    given = ", ".join(f"{a.real} {each}" for each in names)
    body = "\n".join(["entry:", *inner.lines, f"  ret {a.real} {result}"])
    return f"define internal {a.real} @{name}({given}) noinline cold #0 {{\n{body}\n}}"
