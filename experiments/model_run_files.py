"""Files of a run of any model, written block after block: a CSV table, and netCDF.

Constants are drawn once more for each block; they are the same numbers.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..model.distributions import Array
from ..model.engine.interpreter.interpreted import slices
from ..model.files import staged
from .draw_sampler import chunks
from .model_run import Progress, Result
from .written import intend

if TYPE_CHECKING:
    import netCDF4

BLOCK = 8192
"""Draws of a block at most; the number of values in it is kept below ten million."""


def write_csv(result: Result, path: Path, progress: Progress) -> None:
    """Write a row for each draw, with its constants; of one run a row for each time.

    Parameters
    ----------
    result
        The run.
    path
        File to write; missing folders are made.
    progress
        Called with the draws written and those in all.

    Raises
    ------
    OutputError
        If it cannot be written. Nothing is left behind.
    """
    rows = _draw_rows(result, progress) if result.request.spec else _time_rows(result)
    with (
        staged(intend(path)) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        csv.writer(file, lineterminator="\n").writerows(rows)


def _draw_rows(result: Result, progress: Progress) -> Iterator[Sequence[object]]:
    request, columns = result.request, result.columns
    times = [f"{time:.12g}" for time in request.times]
    at = f" {request.time_unit}".rstrip()
    outputs = [
        _labelled(f"{name} at {time}{at}", request.unit(name))
        for name in request.outputs
        for time in times
    ]
    constants = [_labelled(name, request.unit(name)) for name in request.inputs]
    yield ("draw", *constants, "failed", *outputs, *_reduced_labels(result))
    for part, given in _blocks(result, progress):
        inputs = [given[name].tolist() for name in request.inputs]
        failed = result.failed[part].astype(int).tolist()
        found = [_cells(columns.part(place, part)) for place in range(columns.count)]
        yield from zip(range(part.start, part.stop), *inputs, failed, *found, strict=True)


def _time_rows(result: Result) -> Iterator[Sequence[object]]:
    """Yield the path of one run; reductions and constants set by hand stand in every row."""
    request = result.request
    names = [_labelled(name, request.unit(name)) for name in request.outputs]
    inputs = [_labelled(name, request.unit(name)) for name in request.inputs]
    given = request.constants.values()
    reduced = [_cells(result.reduced(item))[0] for item in request.reductions]
    kept = request.times if names else request.times[-1:]
    yield (*inputs, _labelled("time", request.time_unit), *names, *_reduced_labels(result))
    for at, time in enumerate(kept):
        values = (_cells(result.path(name, at))[0] for name in request.outputs)
        yield (*given, float(time), *values, *reduced)


def _reduced_labels(result: Result) -> list[str]:
    request = result.request
    return [_labelled(item.name, request.reduced_unit(item)) for item in request.reductions]


def _labelled(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _cells(values: Array) -> list[float | None]:
    """Return numbers, which the table writes in their shortest form; what is not there is empty."""
    found: list[float | None] = values.tolist()
    for row in np.flatnonzero(np.isnan(values)):
        found[row] = None
    return found


def _blocks(result: Result, progress: Progress) -> Iterator[tuple[slice, dict[str, Array]]]:
    """Yield the draws of each block, and the constants that were drawn or set, (draw,) each."""
    request = result.request
    width = result.columns.count + len(request.inputs)
    size = max(1, min(BLOCK, 10_000_000 // max(width, 1)))
    parts = slices(request.draws, size)
    drawn = chunks(request.spec, size) if request.spec else iter([{}])
    for part, given in zip(parts, drawn, strict=True):
        merged = {**given, **request.constants}
        count = part.stop - part.start
        inputs = {name: np.asarray(merged[name], float) for name in request.inputs}
        yield part, {name: np.broadcast_to(value, count) for name, value in inputs.items()}
        progress(part.stop, request.draws)


def write_netcdf(result: Result, path: Path, progress: Progress) -> None:
    """Write every draw: outputs by draw and time, reductions, constants, and what failed.

    Parameters
    ----------
    result
        The run.
    path
        File to write; missing folders are made.
    progress
        Called with the draws written and those in all.

    Raises
    ------
    OutputError
        If it cannot be written. Nothing is left behind.
    """
    import netCDF4

    with staged(intend(path)) as temporary:
        try:
            with netCDF4.Dataset(temporary, "w", format="NETCDF4") as file:
                _define(result, file)
                for part, given in _blocks(result, progress):
                    _fill(result, file, part, given)
        except RuntimeError as error:  # what the library makes of a full disk
            raise OSError(str(error)) from error


def _define(result: Result, file: netCDF4.Dataset) -> None:
    """Make the variables, without values but for those that do not depend on the draw."""
    request = result.request
    file.setncatts(
        {"model": request.program.label, "sha256": request.program.digest}
        | {"method": request.method, "time_step": request.time_step, "until": request.until}
        | {"failed_draws": result.failures}
        | ({"seed": request.spec.seed, "sampler": request.spec.sampler} if request.spec else {})
    )
    file.createDimension("draw", request.draws)
    file.createDimension("time", len(request.times))
    time = file.createVariable("time", "f8", ("time",))
    time.units, time[:] = request.time_unit, request.times
    failed = file.createVariable("failed", "i1", ("draw",))
    failed.long_name, failed[:] = "draw failed", result.failed.astype("int8")
    shapes = dict.fromkeys(request.outputs, ("draw", "time"))
    units = {name: request.unit(name) for name in request.outputs}
    units |= {item.name: request.reduced_unit(item) for item in request.reductions}
    units |= {f"constant {name}": request.unit(name) for name in request.inputs}
    for name, unit in units.items():
        shape = shapes.get(name, ("draw",))
        made = file.createVariable(_safe(name), "f8", shape, fill_value=math.nan)
        made.units = unit


def _fill(result: Result, file: netCDF4.Dataset, part: slice, given: dict[str, Array]) -> None:
    request, columns = result.request, result.columns
    times = len(request.times)
    for place, name in enumerate(request.outputs):
        cells = range(place * times, (place + 1) * times)
        table = np.stack([columns.part(cell, part) for cell in cells], axis=1)
        file.variables[_safe(name)][part] = table
    for place, item in enumerate(request.reductions, len(request.outputs) * times):
        file.variables[_safe(item.name)][part] = columns.part(place, part)
    for name, values in given.items():
        file.variables[_safe(f"constant {name}")][part] = values


def _safe(name: str) -> str:
    """Return a name that netCDF takes: it reserves the slash for groups."""
    return name.replace("/", " per ").strip()
