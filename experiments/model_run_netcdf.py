"""Every draw of a run as netCDF: outputs by time, reductions and the constants drawn."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from ..model.distributions import Array
from ..model.engine.trajectories import Trajectories
from ..model.errors import OutputError
from .draw_sampler import chunks
from .model_request import Request
from .model_run import Result


def write_netcdf(result: Result, path: Path) -> None:
    """Write every draw, so that a reader sees the old file or the whole new one.

    Parameters
    ----------
    result
        The run; its request was checked to fit into memory.
    path
        File to write; missing folders are made.

    Raises
    ------
    OutputError
        If it cannot be written. Nothing is left behind.
    """
    request = result.request
    paths = {name: _paths(result, name) for name in request.outputs}
    units = {name: request.unit(name) for name in request.outputs}
    whole = Trajectories(request.times, paths, units, result.snapshot, result.failed)
    dataset = whole.to_xarray()
    dataset["time"].attrs["units"] = request.time_unit
    dataset.attrs |= {"model": request.program.label, "sha256": request.program.digest}
    dataset["failed"] = ("draw", result.failed.astype("int8"), {"long_name": "draw failed"})
    for item in request.reductions:
        unit = {"units": request.reduced_unit(item)}
        dataset[item.name] = ("draw", np.array(result.reduced(item)), unit)
    for name, values in _drawn(request).items():
        dataset[f"constant {name}"] = ("draw", values, {"units": request.unit(name)})
    names = {str(name): _safe(str(name)) for name in dataset.variables}
    dataset = dataset.rename({old: new for old, new in names.items() if old != new})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            staged = Path(folder) / "run.nc"
            dataset.to_netcdf(staged, engine="netcdf4")
            staged.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: expected a place that can be written, found: {error.strerror or error}. "
            "Choose another folder, or free space and check the permissions."
        ) from error


def _paths(result: Result, name: str) -> Array:
    columns = [result.path(name, at) for at in range(len(result.request.times))]
    return np.stack(columns, axis=1)


def _drawn(request: Request) -> dict[str, Array]:
    """Make the constants of all draws once more: they are the same numbers."""
    if request.spec is None:
        return {}
    parts = list(chunks(request.spec, request.draws))
    return {
        name: np.broadcast_to(np.asarray(values, float), request.draws)
        for name, values in parts[0].items()
        if name not in request.constants
    }


def _safe(name: str) -> str:
    """Return a name that netCDF takes: it reserves the slash for groups."""
    return name.replace("/", " per ").strip()
