"""Vectors taken apart into single lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .assembly import Assembly


def each_lane(a: Assembly, write: Callable[..., str], *values: str) -> str:
    """Return what a function makes of one lane after the other.

    Parameters
    ----------
    a
        Where to write.
    write
        Writes the result of a lane, given its number and the scalars in it.
    values
        Vectors.
    """
    if a.lanes == 1:
        return write(0, *values)
    result = "poison"
    for lane in range(a.lanes):
        parts = [a.put(f"extractelement {a.real} {value}, i64 {lane}") for value in values]
        found = write(lane, *parts)
        result = a.put(f"insertelement {a.real} {result}, double {found}, i64 {lane}")
    return result


def library(a: Assembly, name: str, args: Sequence[str]) -> str:
    """Return a function of the C library, called for one lane after the other."""
    kinds = ", ".join(["double"] * len(args))
    a.module.declared.add(f"declare double @{name}({kinds}) nounwind")

    def call(_lane: int, *parts: str) -> str:
        given = ", ".join(f"double {part}" for part in parts)
        return a.put(f"call double @{name}({given})")

    return each_lane(a, call, *args)
