"""Many tables as one compressed text that a page carries, and that a browser unpacks at once."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8
"""Bytes; a table of double numbers must begin at a multiple."""


def pack(tables: Mapping[str, bytes | NDArray[np.float64]]) -> dict[str, Any]:
    """Return tables in one text.

    Parameters
    ----------
    tables
        Bytes, or double numbers of any shape, by name.

    Returns
    -------
    dict
        ``text``: base64 of what zlib made of all bytes, numbers little-endian. ``places``: first
        byte and number of bytes, by name.
    """
    places: dict[str, list[int]] = {}
    body = bytearray()
    for name, table in tables.items():
        raw = table if isinstance(table, bytes) else np.ascontiguousarray(table, "<f8").tobytes()
        places[name] = [len(body), len(raw)]
        body += raw + bytes(-len(raw) % ALIGNMENT)
    packed = zlib.compress(bytes(body), 9)
    return {"text": base64.b64encode(packed).decode(), "places": places}
