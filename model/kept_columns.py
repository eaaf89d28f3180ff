"""Columns of numbers in the cache: computed or parsed once, then read as they lie in memory."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from .files import sha256
from .kept import Kind, keep, key_of, read_kept

Floats = NDArray[np.float64]
KIND = Kind(".columns", b"tumbuh columns 1\n", 24)
"""Files of some 2 MB; each posterior needs two."""


def kept_columns(
    parts: Sequence[str], make: Callable[[], Mapping[str, Floats]]
) -> dict[str, Floats]:
    """Return columns from the cache, or make them and keep them.

    Parameters
    ----------
    parts
        All that decides about the bits of the columns.
    make
        Gives the columns by name, (row,) each and of one length.

    Returns
    -------
    dict
        In the order in which they were made; the arrays may be written to.
    """
    key = key_of(("columns", *parts))
    body = read_kept(KIND, key)
    if body is not None:
        return _decode(body)
    made = {name: np.asarray(values, np.float64) for name, values in make().items()}
    keep(KIND, key, _encode(made))
    return made


def arithmetic(*libraries: str) -> str:
    """Return what decides about the bits of a computation beside its code and its inputs.

    Parameters
    ----------
    libraries
        Distributions that compute, beside numpy.
    """
    found = {name: version(name) for name in ("numpy", *libraries)}
    return repr((found, platform.machine(), platform.system(), _vector_units()))


def code_of(*modules: ModuleType) -> str:
    """Return a hash of modules: other code does not read what this one keeps."""
    return key_of(sha256(Path(str(module.__file__))) for module in modules)


def _vector_units() -> list[str]:
    """Return the vector units that numpy uses: its functions may round otherwise on another."""
    from numpy._core._multiarray_umath import __cpu_features__ as features

    return sorted(name for name, there in features.items() if there)


def _encode(columns: Mapping[str, Floats]) -> bytes:
    head = json.dumps(list(columns)).encode() + b"\n"
    values = np.stack(list(columns.values())) if columns else np.empty((0, 0))
    return head + values.astype("<f8", copy=False).tobytes()


def _decode(body: bytes) -> dict[str, Floats]:
    head, _, raw = body.partition(b"\n")
    names = json.loads(head)
    values = np.frombuffer(raw, "<f8").reshape(len(names), -1).astype(np.float64)
    return dict(zip(names, values, strict=True))
