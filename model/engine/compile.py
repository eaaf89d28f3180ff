"""Assembly text to machine code: the only module that imports llvmlite.

Compiled code is kept in the user's cache by the hash of its text and of everything that decides
about the bits: compiler, processor, options. A file that is damaged or half-written is noticed by
its checksum and made again; two processes that make it at once write the same bytes under
different names and rename them.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..errors import OutputError
from ..files import cache_directory, write_atomic
from .machine import Machine, machines

_FORMAT = b"tumbuh kernel 1\n"
# The C library's functions that kernels may call.
LIBRARY = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh")


@dataclass(frozen=True)
class Code:
    """Machine code in memory.

    Attributes
    ----------
    address
        Of the function ``run``.
    cached
        Whether it was read from the cache.
    owner
        Keeps the memory.
    """

    address: int
    cached: bool
    owner: Any


def available() -> tuple[Machine, ...]:
    """Return the vector units of this machine, or none if the compiler cannot be imported."""
    llvm = _llvm()
    return () if llvm is None else _machines()


@lru_cache
def _machines() -> tuple[Machine, ...]:
    return machines(dict(_llvm().get_host_cpu_features()))


@lru_cache
def _llvm() -> Any:  # noqa: ANN401 - a module without types
    try:
        import llvmlite.binding as llvm
    except (ImportError, OSError):
        return None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    for name in LIBRARY:
        function = getattr(library, name)
        llvm.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)
    return llvm


def build(text: str, machine: Machine) -> Code:
    """Return the code of a module, from the cache if it is there.

    Parameters
    ----------
    text
        LLVM assembly with a function ``run``.
    machine
        Vector unit that it was printed for.
    """
    llvm = _llvm()
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=machine.cpu, features=machine.features, opt=2, jit=True, codemodel="small", reloc="pic"
    )
    key = _key((text, machine.cpu, machine.features, str(llvm.llvm_version_info), target.triple))
    path = cache_directory() / f"{key}.kernel"
    stored = _read(path)
    if stored is None:
        module = llvm.parse_assembly(text)
        module.verify()
        code = bytes(target.emit_object(module))
        # A cache that cannot be written costs time, not the answer.
        with contextlib.suppress(OutputError):
            write_atomic(path, _FORMAT + hashlib.sha256(code).digest() + code)
    else:
        code = stored
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return Code(engine.get_function_address("run"), stored is not None, engine)


def _key(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _read(path: Any) -> bytes | None:  # noqa: ANN401
    """Return the code of a cache file, or nothing if it is missing or damaged."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    start = len(_FORMAT) + 32
    code = raw[start:]
    sound = raw.startswith(_FORMAT) and raw[len(_FORMAT) : start] == hashlib.sha256(code).digest()
    return code if sound and code else None
