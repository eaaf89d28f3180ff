"""A store as one netCDF file with the dimension ``run``, written one chunk at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..provenance import now
from .read import about_columns, batches, stored_runs
from .store import Store, stored

if TYPE_CHECKING:
    import netCDF4
    import pyarrow

RUN = "run"
"""Name of the dimension, and of the column that numbers the runs."""
BLOCK = 65_536
"""Runs that are compressed together."""


def write_netcdf(store: Store, path: Path, progress: Callable[[int, int], None]) -> None:
    """Write all stored runs.

    Parameters
    ----------
    store
        The store.
    path
        File to write; it does not exist.
    progress
        Called with chunks written and chunks in all.

    Raises
    ------
    OSError
        If the disk is full or refuses.
    """
    import netCDF4

    total, first = len(stored(store)), 0
    try:
        with netCDF4.Dataset(path, "w", format="NETCDF4") as file:
            _define(store, file)
            for done, table in enumerate(batches(store)):
                progress(done, total)
                _fill(file, table, first)
                first += table.num_rows
    except RuntimeError as error:  # what the library makes of a full disk
        raise OSError(str(error)) from error


def _define(store: Store, file: netCDF4.Dataset) -> None:
    """Make the variables; text is made of letters, which every reader of netCDF knows."""
    runs = stored_runs(store)
    file.createDimension(RUN, runs)
    file.setncatts({"title": "runs of tumbuh", "history": f"{now()}: tumbuh experiment export"})
    file.setncatts({f"made_from_{k}": str(v) for k, v in store.manifest.identity.items()})
    block = min(BLOCK, max(1, runs))
    for column in about_columns(store):
        name, kind = safe(column["name"]), column["kind"]
        shape, sizes = (RUN,), (block,)
        if kind == "text":
            width = max(len(word.encode()) for word in store.manifest.categories(column["name"]))
            file.createDimension(f"{name} letters", max(1, width))
            shape, sizes = (RUN, f"{name} letters"), (block, max(1, width))
        made = file.createVariable(
            name,
            {"int": "i8", "float": "f8", "text": "S1"}[kind],
            shape,
            compression="zlib",
            complevel=1,
            chunksizes=sizes,
        )
        # The library would keep 64 MB for each column; every block is written once.
        made.set_var_chunk_cache(size=2 * 8 * block)
        made.role = column["role"]
        if column["unit"]:
            made.units = column["unit"]
        if kind == "text":
            made.setncattr("_Encoding", "utf-8")
            made.set_auto_chartostring(False)


def _fill(file: netCDF4.Dataset, table: pyarrow.Table, first: int) -> None:
    """Write the runs of a chunk."""
    part = slice(first, first + table.num_rows)
    for name in table.column_names:
        variable, values = file.variables[safe(name)], table.column(name).combine_chunks()
        if variable.ndim == 1:
            variable[part] = values.to_numpy(zero_copy_only=False)
            continue
        width = variable.shape[1]
        words = [word.encode() for word in values.dictionary.to_pylist()]
        letters = np.array(words, f"S{width}").view("S1").reshape(len(words), width)
        variable[part] = letters[values.indices.to_numpy(zero_copy_only=False)]


def safe(name: str) -> str:
    """Return a name that netCDF takes: it reserves the slash for groups."""
    return name.replace("/", " per ").strip()
