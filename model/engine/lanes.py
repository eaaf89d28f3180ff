"""Vectors taken apart: into single lanes, or into parts of another width."""

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


def in_parts(a: Assembly, size: int, write: Callable[..., str], *values: str) -> str:
    """Return a function of vectors of some size, applied to one part after the other.

    Parameters
    ----------
    a
        Where to write.
    size
        Lanes of a part; the whole has as many, or twice, four times, ... as many.
    write
        Writes the result of a part, given the parts of the values.
    values
        Vectors.
    """
    if a.lanes == size:
        return write(*values)
    parts = []
    for first in range(0, a.lanes, size):
        mask = ", ".join(f"i32 {lane}" for lane in range(first, first + size))
        kind = f"{a.real} %s, {a.real} poison, <{size} x i32> <{mask}>"
        parts.append(write(*(a.put(f"shufflevector {kind % value}") for value in values)))
    while len(parts) > 1:
        size *= 2
        parts = [_joined(a, size, *pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
    return parts[0]


def _joined(a: Assembly, size: int, low: str, high: str) -> str:
    half = f"<{size // 2} x double>"
    mask = ", ".join(f"i32 {lane}" for lane in range(size))
    return a.put(f"shufflevector {half} {low}, {half} {high}, <{size} x i32> <{mask}>")
