"""The vector units that kernels are printed for, and which of them this machine has."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from ..errors import InputError, Problem


@dataclass(frozen=True)
class Machine:
    """One kind of vector unit.

    Attributes
    ----------
    name
        Its name in options and in the cache.
    lanes
        Members computed by one instruction.
    fused
        Whether a product and a sum are one operation with one rounding.
    scale
        Whether one instruction multiplies by a power of two.
    cpu, features
        What the compiler is told; empty for whatever the compiler takes as the base.
    attributes
        Attributes of every function, so that the compiler keeps to the vector width.
    triple
        Target that the compiler is told; empty for the machine that it runs on.
    """

    name: str
    lanes: int
    fused: bool
    scale: bool = False
    cpu: str = ""
    features: str = ""
    attributes: str = ""
    triple: str = ""


# With a frame pointer the compiler can align what it keeps on the stack to the vectors.
_FRAME = '"frame-pointer"="all"'
_WIDE = f'"min-legal-vector-width"="512" "prefer-vector-width"="512" {_FRAME}'
_X86 = (
    Machine("avx512", 8, True, True, "x86-64-v4", "+avx512f,+avx512dq,+fma", _WIDE),
    Machine("avx2", 4, True, False, "x86-64-v3", "+avx2,+fma", _FRAME),
    Machine("sse2", 2, False, False, "x86-64", "", _FRAME),
)
# Every browser of today has the 128-bit vectors; a fused product and sum only some.
WASM = Machine("wasm", 2, False, False, "generic", "+simd128", triple="wasm32-unknown-unknown")
_ARM = (Machine("neon", 2, True, False, "generic", "+neon", _FRAME),)
_NEEDS = {"avx512": ("avx512f", "avx512dq"), "avx2": ("avx2", "fma"), "sse2": (), "neon": ()}


def machines(flags: dict[str, bool], architecture: str = "") -> tuple[Machine, ...]:
    """Return the machines that can run here, the fastest first.

    Parameters
    ----------
    flags
        By feature: whether the processor and the operating system offer it.
    architecture
        As in `platform.machine`; by default this one's.

    Examples
    --------
    >>> [m.name for m in machines({"avx2": True, "fma": True}, "x86_64")]
    ['avx2', 'sse2']
    """
    kind = (architecture or platform.machine()).lower()
    if kind in ("x86_64", "amd64"):
        known = _X86
    elif kind in ("arm64", "aarch64"):
        known = _ARM
    else:
        return ()
    return tuple(m for m in known if all(flags.get(name, False) for name in _NEEDS[m.name]))


def choose(available: tuple[Machine, ...], name: str = "") -> Machine | None:
    """Return the fastest machine, or the one asked for; nothing where there is none.

    Raises
    ------
    InputError
        If the one asked for is not here.
    """
    if not name:
        return available[0] if available else None
    for machine in available:
        if machine.name == name:
            return machine
    expected = "one of " + (", ".join(machine.name for machine in available) or "none")
    raise InputError([Problem("machine", expected, name, "Leave the choice to the program")])
