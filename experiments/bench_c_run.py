"""The C loop of a program, compiled and called."""

from __future__ import annotations

import ctypes
import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..model.errors import InputError, Problem
from .bench_c import Source, c_text

Floats = NDArray[np.float64]

FLAGS = {"O3": ("-O3",), "fast": ("-O3", "-march=native", "-ffast-math")}


def compiler() -> str | None:
    """Return the C compiler of this machine, if there is one."""
    return shutil.which("gcc") or shutil.which("cc")


@dataclass(frozen=True)
class Compiled:
    """The loop, compiled.

    Attributes
    ----------
    library
        Keeps the code.
    outputs
        How many numbers a member gives.
    """

    library: ctypes.CDLL
    outputs: int

    def run(self, given: Floats, steps: int, origin: float, step: float) -> Floats:
        """Return (member, output), given (member, constant)."""
        given = np.ascontiguousarray(given, float)
        out = np.empty((len(given), self.outputs))
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in (given, out)]
        numbers = (ctypes.c_double(origin), ctypes.c_double(step))
        self.library.run(ctypes.c_long(len(given)), ctypes.c_long(steps), *numbers, *pointers)
        return out


def compile_c(source: Source, folder: Path, flags: Sequence[str] = FLAGS["O3"]) -> Compiled:
    """Return the loop, compiled in a folder.

    Raises
    ------
    InputError
        If there is no C compiler.
    """
    command = compiler()
    if command is None:
        raise InputError([Problem("gcc", "a C compiler", "none", "Install gcc, or do without")])
    written = c_text(source)
    # A library that is loaded must not be written over.
    stem = hashlib.sha256(" ".join((*flags, written)).encode()).hexdigest()[:16]
    text, library = folder / f"{stem}.c", folder / f"{stem}.so"
    text.write_text(written, encoding="utf-8")
    code = text.with_suffix(".o")
    # Linked without the flags: with -ffast-math the linker adds code that switches subnormal numbers
    # off in the whole process, for all engines.
    for words in (
        [command, *flags, "-w", "-fPIC", "-c", "-o", str(code), str(text)],
        [command, "-shared", "-o", str(library), str(code), "-lm"],
    ):
        subprocess.run(words, check=True, capture_output=True)
    return Compiled(ctypes.CDLL(str(library)), len(source.outputs))
