"""The result folder: tables, figures and provenance, all there or not at all."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..model.errors import OutputError, Problem
from ..model.files import write_atomic
from .batch import Batch
from .results import Comparison
from .written import intend

if TYPE_CHECKING:
    import xarray

OTHER_FOLDER = "Choose another folder with --out"


class UnusablePlace(OutputError):
    """The user named a place where nothing can be written."""

    exit_code = 2


def check_folder(folder: Path) -> None:
    """Refuse a result folder that cannot be made or is not empty, before anything is computed.

    Raises
    ------
    UnusablePlace
        If a file has its name, it holds something, or nothing can be written there.
    """
    where, expected = str(folder), "a new or empty folder"
    if folder.is_file():
        raise UnusablePlace([Problem(where, expected, "a file of this name", OTHER_FOLDER)])
    if folder.is_dir() and any(folder.iterdir()):
        raise UnusablePlace([Problem(where, expected, "one with files in it", OTHER_FOLDER)])
    _probe(folder, folder.parent, "a folder that can be written", OTHER_FOLDER)


def check_file(path: Path) -> None:
    """Refuse a file that cannot be written, before anything is computed.

    Raises
    ------
    UnusablePlace
        If it is a folder, or nothing can be written there.
    """
    remedy, expected = "Choose another folder", "a place that can be written"
    if path.is_dir():
        raise UnusablePlace([Problem(str(path), expected, "a folder", remedy)])
    _probe(path, path.parent, expected, remedy)


def _probe(path: Path, parent: Path, expected: str, remedy: str) -> None:
    """Try to make something in the nearest folder that exists, and remove it again."""
    place = parent
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=place)).rmdir()
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        raise UnusablePlace([Problem(str(path), expected, found, remedy)]) from error


def write_folder(
    folder: Path,
    files: Mapping[str, bytes | str],
    dataset: xarray.Dataset | None,
    last: Callable[[Mapping[str, str]], tuple[str, str]],
) -> None:
    """Write files into a new sibling and rename it into place.

    Parameters
    ----------
    folder
        Result folder; it must not exist, or be empty.
    files
        Content by file name.
    dataset
        Written as ``compare.nc`` when given.
    last
        Gets the SHA-256 of every file by name, and returns name and text of one more.

    Raises
    ------
    UnusablePlace
        If the folder cannot be made or holds something already.
    """
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in files.items():
            write_atomic(staging / name, content)
        if dataset is not None:
            dataset.to_netcdf(staging / "compare.nc", engine="netcdf4")
        name, text = last(_hashes(staging))
        write_atomic(staging / name, text)
        staging.chmod(0o755)
        staging.replace(intend(folder))
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            # Another command was quicker: the folder was free when this one began.
            check_folder(folder)
        raise
    except OutputError as error:
        # The staging folder is gone when this is read; the user knows the other name.
        shutil.rmtree(staging, ignore_errors=True)
        raise OutputError([replace(p, where=str(folder)) for p in error.problems]) from error
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def as_dataset(answer: Comparison, attributes: Mapping[str, str]) -> xarray.Dataset:
    """Return every path of every draw and scenario, and of what each is compared with.

    Parameters
    ----------
    answer
        The comparison.
    attributes
        Global attributes of the file.
    """
    import xarray

    batch = answer.batch
    plans = [plan.scenario.id for plan in answer.plans]
    names = list(dict.fromkeys([*plans, *(result.base for result in answer.strategies)]))
    variables = {
        outcome.replace(" ", "_"): (
            ("scenario", "draw", "time"),
            np.stack([batch.path(name, outcome) for name in names]).astype("float32"),
            {"units": unit, "long_name": outcome},
        )
        for outcome, unit in batch.units.items()
    }
    time = ("time", batch.times, {"units": "month", "origin": "January 2018"})
    draw = np.flatnonzero(~batch.failed)
    coordinates = {"scenario": names, "draw": draw, "time": time}
    return xarray.Dataset(variables, coordinates, attrs=dict(attributes))


def read_batch(path: Path, draws: int) -> Batch:
    """Return the runs of a stored comparison, in single precision.

    Parameters
    ----------
    path
        A file as `as_dataset` makes it.
    draws
        Draws that were run; those that are not in the file had failed.
    """
    import xarray

    with xarray.open_dataset(path, engine="netcdf4", decode_times=False) as data:
        kept = data["draw"].to_numpy()
        failed = np.ones(draws, bool)
        failed[kept] = False
        names = [str(name) for name in data["scenario"].to_numpy()]
        units = {str(item.attrs["long_name"]): str(item.attrs["units"]) for item in data.values()}
        values = {name: {} for name in names}
        for item in data.values():
            table = np.full((len(names), draws, data.sizes["time"]), np.nan)
            table[:, kept] = item.to_numpy()
            for name, paths in zip(names, table, strict=True):
                values[name][str(item.attrs["long_name"])] = paths
        return Batch(data["time"].to_numpy().astype(float), units, values, failed, None)
