"""One vector function compiled on its own and applied to arrays, and errors in its last place."""

from __future__ import annotations

import ctypes
from functools import lru_cache

import mpmath
import numpy as np
from engines import MACHINES

from tumbuh.model.engine.kernel.compile import build
from tumbuh.model.engine.vector.assembly import Assembly, Module

# Every vector unit here, with its own width and with the width of what is the same for all.
WIDTHS = [(machine, lanes) for machine in MACHINES for lanes in (machine.lanes, 1)]
IDS = [f"{machine.name}-{lanes}" for machine, lanes in WIDTHS]
SMALLEST, LARGEST = 5e-324, np.finfo(float).max
_BITS = 160


@lru_cache
def compiled(write, machine, lanes, arguments):
    """Return the code of a function that is written by ``write(assembly, *arguments)``."""
    module = Module()
    a = Assembly(machine, lanes, module)
    given = [a.load(a.address(f"%x{k}", "%i")) for k in range(arguments)]
    a.store(write(a, *given), a.address("%out", "%i"))
    pointers = "".join(f"ptr %x{k}, " for k in range(arguments))
    body = "\n".join(a.lines)
    text = f"""define void @run({pointers}ptr %out, i64 %n) #0 {{
entry:
  br label %loop
loop:
  %i = phi i64 [0, %entry], [%i.next, %next]
{body}
  br label %next
next:
  %i.next = add i64 %i, {lanes}
  %more = icmp slt i64 %i.next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}}
"""
    attributes = f"attributes #0 = {{ nounwind {machine.attributes} }}"
    return build("\n".join([*module.text(), text, attributes, ""]), machine)


def apply(write, machine, lanes, *arrays):
    """Return what a function makes of arrays; the last element fills up the last vector."""
    count = len(arrays[0])
    given = [np.pad(np.asarray(array, float), (0, -count % lanes), "edge") for array in arrays]
    out = np.empty_like(given[0])
    code = compiled(write, machine, lanes, len(arrays))
    types = [ctypes.c_void_p] * (len(arrays) + 1) + [ctypes.c_int64]
    call = ctypes.CFUNCTYPE(None, *types)(code.address)
    call(*(array.ctypes.data for array in given), out.ctypes.data, len(out))
    return out[:count]


def same_bits(left, right):
    """Tell whether arrays agree to the sign of zero; a NaN is a NaN."""
    left, right = np.asarray(left, float), np.asarray(right, float)
    same = left.view(np.int64) == right.view(np.int64)
    return bool((same | (np.isnan(left) & np.isnan(right))).all())


def exact(function, *arrays):
    """Return the true values, with many digits."""
    with mpmath.workprec(_BITS):
        rows = zip(*(np.asarray(array).tolist() for array in arrays), strict=True)
        return [function(*map(mpmath.mpf, row)) for row in rows]


def ulps(found, true):
    """Return the error of each number in units of the last place of its true value.

    Infinity stands for the number after the largest, so that an early overflow is an error.
    """
    errors = np.empty(len(true))
    with mpmath.workprec(_BITS):
        for place, (got, value) in enumerate(zip(np.asarray(found).tolist(), true, strict=True)):
            size = abs(value)
            exponent = int(mpmath.floor(mpmath.log(size, 2))) if size else -1074
            unit = mpmath.ldexp(1, min(max(exponent, -1022), 1023) - 52)
            if not np.isfinite(got):
                beyond = np.isinf(got) and (got > 0) == (value > 0)
                missing = max(mpmath.ldexp(1, 1024) - size, 0) / unit
                errors[place] = float(missing) if beyond else np.inf
            elif size >= mpmath.ldexp(1, 1024):
                errors[place] = float((size - abs(mpmath.mpf(got))) / unit)
            else:
                errors[place] = float(abs(mpmath.mpf(got) - value) / unit)
    return errors
