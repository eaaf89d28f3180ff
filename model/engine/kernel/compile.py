"""Assembly text to machine code: the only module that imports llvmlite.

Compiled code is kept in the user's cache (`...kept`) by the hash of all that decides about its
bits: what it computes and how, compiler, vector unit.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...kept import Kind, keep, key_of, read_kept
from ..machine import Machine, machines

_HEAD = b"tumbuh kernel 3\n"
# Kernels that stay in the cache, of about 50 kB each; a comparison needs two.
KEPT_KERNELS = 500
# The C library's functions that kernels may call.
LIBRARY = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh")

Facts = dict[str, Any]


@dataclass(frozen=True)
class Code:
    """Machine code in memory.

    Attributes
    ----------
    address
        Of the function ``run``.
    cached
        Whether it was read from the cache.
    facts
        What was kept beside it.
    owner
        Keeps the memory.
    """

    address: int
    cached: bool
    facts: Facts
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
    return build_once([text], machine, lambda: (text, {}))


def build_once(
    parts: Sequence[str], machine: Machine, make: Callable[[], tuple[str, Facts]]
) -> Code:
    """Return code from the cache, or make it.

    Parameters
    ----------
    parts
        What decides about the text and the facts.
    machine
        Vector unit.
    make
        Gives the assembly with a function ``run``, and facts to keep beside the code.
    """
    facts, code, cached = object_once(parts, machine, make)
    llvm = _llvm()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target(machine))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return Code(engine.get_function_address("run"), cached, facts, engine)


def object_once(
    parts: Sequence[str], machine: Machine, make: Callable[[], tuple[str, Facts]]
) -> tuple[Facts, bytes, bool]:
    """Return facts and object file from the cache, or make them, and whether they were there.

    Parameters
    ----------
    parts, machine, make
        As for `build_once`; the machine may be one that is not here.
    """
    llvm, target = _llvm(), _target(machine)
    key = key_of(
        (*parts, machine.cpu, machine.features, str(llvm.llvm_version_info), target.triple)
    )
    stored = _read(key)
    if stored is not None:
        return *stored, True
    text, facts = make()
    module = llvm.parse_assembly(text)
    module.verify()
    code = bytes(target.emit_object(module))
    _write(key, facts, code)
    return facts, code, False


def _target(machine: Machine) -> Any:  # noqa: ANN401
    llvm = _llvm()
    if machine.triple:
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
        target = llvm.Target.from_triple(machine.triple)
        return target.create_target_machine(
            cpu=machine.cpu, features=machine.features, opt=2, reloc="static"
        )
    # With the small model the process aborts when the system puts code and constants more than
    # 2 GiB apart, as in one that holds much memory; the large one costs about two percent. One block
    # for both (`use_lmm`) aborts on some small kernels.
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=machine.cpu,
        features=machine.features,
        opt=2,
        jit=True,
        codemodel="large",
        reloc="pic",
    )


def _kind() -> Kind:
    return Kind(".kernel", _HEAD, KEPT_KERNELS)


def _write(key: str, facts: Facts, code: bytes) -> None:
    keep(_kind(), key, json.dumps(facts).encode() + b"\n" + code)


def _read(key: str) -> tuple[Facts, bytes] | None:
    """Return facts and code of a cache file, or nothing if it is missing or damaged."""
    body = read_kept(_kind(), key)
    if body is None:
        return None
    facts, _, code = body.partition(b"\n")
    return json.loads(facts), code
