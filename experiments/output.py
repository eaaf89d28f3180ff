"""The result folder: tidy tables, figures and provenance, all there or not at all."""

from __future__ import annotations

import csv
import io
import json
import platform
import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..calibration.ensemble import Ensemble
from ..model.errors import OutputError
from ..model.files import write_atomic
from ..model.language.ir import Program
from .compare import Comparison
from .outcomes import AtDate

if TYPE_CHECKING:
    import xarray

LIBRARIES = ("numpy", "scipy", "xarray", "matplotlib")


class UnusableFolder(OutputError):
    """The output folder was named wrongly by the user."""

    exit_code = 2


def write_folder(folder: Path, files: Mapping[str, bytes | str], answer: Comparison | None) -> None:
    """Write files into a new sibling and rename it into place.

    Parameters
    ----------
    folder
        Result folder; it must not exist, or be empty.
    files
        Content by file name.
    answer
        Written as ``compare.nc`` when given.

    Raises
    ------
    UnusableFolder
        If the folder cannot be made or holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnusableFolder(
            f"{folder}: expected a new or empty folder, found one with files. Choose another with --out."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise UnusableFolder(
            f"{folder}: expected a folder that can be written, found {error.strerror}. "
            "Choose another with --out."
        ) from error
    try:
        for name, content in files.items():
            write_atomic(staging / name, content)
        if answer is not None:
            _dataset(answer).to_netcdf(staging / "compare.nc", engine="netcdf4")
        staging.chmod(0o755)
        staging.replace(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def draws_csv(ensemble: Ensemble) -> str:
    """Return every input of every draw, one row a draw."""
    names = list(ensemble.constants)
    table = np.column_stack([ensemble.constants[name] for name in names])
    lines = [_row(["draw", *names])]
    lines += [_row([k, *(repr(float(x)) for x in row)]) for k, row in enumerate(table)]
    return "".join(lines)


def runs_csv(answer: Comparison) -> str:
    """Return one row for each draw, scenario, outcome and date; inputs are keyed by draw."""
    batch = answer.batch
    months = [(date.month, date.year) for date in answer.base]
    kept = np.flatnonzero(~batch.failed)
    lines = [_row(["draw", "scenario", "outcome", "unit", "year_end", "value"])]
    for plan in answer.plans:
        name = plan.scenario.id
        for outcome, unit in batch.units.items():
            for month, year in months:
                values = batch.at(name, outcome, month)
                lines += [
                    _row([draw, name, outcome, unit, year, repr(float(value))])
                    for draw, value in zip(kept, values, strict=True)
                ]
    return "".join(lines)


def summary_rows(answer: Comparison) -> list[dict[str, Any]]:
    """Return one flat row for each strategy and date."""
    rows = [_flat("no_extra_action", date) for date in answer.base]
    for result in answer.strategies:
        for date in result.dates:
            row = _flat(result.id, date)
            row |= {
                "yearly_cost_million_idr": result.yearly_cost,
                "judged_share": result.judged.judged,
            }
            row |= _interval("cut_percent", result.cut.numbers)
            rows.append(row)
    return rows


def summary_csv(answer: Comparison) -> str:
    """Return the summary rows as CSV."""
    rows = summary_rows(answer)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return _row(names) + "".join(_row([row.get(name, "") for name in names]) for row in rows)


def manifest(program: Program, ensemble: Ensemble, command: list[str], seed: int) -> dict[str, Any]:
    """Return what is needed to make the result again; the same on every host."""
    return {
        "tumbuh": version("tumbuh"),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "model_sha256": program.digest,
        "ensemble": ensemble.provenance,
        "draws": ensemble.size,
        "seed": seed,
        "command": command,
    }


def as_json(value: object) -> str:
    """Return JSON with sorted keys and a final line end."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _flat(name: str, date: AtDate) -> dict[str, Any]:
    row: dict[str, Any] = {"scenario": name, "year_end": date.year}
    for field, unit in (
        ("survey", "percent"),
        ("true", "percent"),
        ("gain", "points"),
        ("true_gain", "points"),
        ("averted", "children"),
        ("child_years", "child_years"),
        ("spending", "million_idr"),
    ):
        row |= _interval(f"{field}_{unit}", getattr(date, field).numbers)
    row |= {"p_gain_half_point": date.chances[0], "p_gain_one_point": date.chances[1]}
    return row | {"p_target": date.on_target}


def _interval(name: str, numbers: tuple[float, ...]) -> dict[str, float]:
    ends = ("median", "low80", "high80", "low90", "high90")
    return {f"{name}_{end}": value for end, value in zip(ends, numbers, strict=True)}


def _row(cells: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def _dataset(answer: Comparison) -> xarray.Dataset:
    import xarray

    batch = answer.batch
    names = [plan.scenario.id for plan in answer.plans]
    variables = {
        outcome.replace(" ", "_"): (
            ("scenario", "draw", "time"),
            np.stack([batch.path(name, outcome) for name in names]).astype("float32"),
            {"units": unit},
        )
        for outcome, unit in batch.units.items()
    }
    time = ("time", batch.times, {"units": "month", "origin": "January 2018"})
    draw = np.flatnonzero(~batch.failed)
    return xarray.Dataset(variables, {"scenario": names, "draw": draw, "time": time})
