"""PySD and pysimlin on a workload: the only module of the experiments that imports them."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.errors import ModelError, Problem
from .bench_models import Workload

if TYPE_CHECKING:
    from .bench_engines import Draws, Floats, Run


def _copy(workload: Workload, folder: Path) -> Path:
    """Return a copy of the model file: PySD writes its translation beside what it reads."""
    return Path(shutil.copy(workload.path, folder / f"copy_{workload.path.name}"))


def _of_member(draws: Draws, member: int) -> dict[str, float]:
    return {name: float(values[member]) for name, values in draws.items()}


def settable(draws: Draws) -> dict[str, Floats]:
    """Return the constants that PySD takes one by one: those without subscripts."""
    return {name: values for name, values in draws.items() if "[" not in name}


def pysd_run(workload: Workload, folder: Path) -> Callable[[float, Draws], Floats]:
    """Return a function that runs PySD, given the end of the run in months and draws."""
    import pysd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model: Any = pysd.read_vensim(str(_copy(workload, folder)))
    wanted = {"return_columns": list(workload.outputs)}

    def run(until: float, draws: Draws) -> Floats:
        rows = []
        given = settable(draws)
        for member in range(len(next(iter(given.values())))):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                constants = _of_member(given, member)
                table = model.run(constants, final_time=until, return_timestamps=[until], **wanted)
            rows.append(table[list(workload.outputs)].to_numpy(float)[-1])
        return np.array(rows)

    return run


def simlin_run(workload: Workload, folder: Path) -> Run:
    """Return a function that runs pysimlin over the whole horizon.

    Raises
    ------
    ModelError
        If pysimlin does not read the model.
    """
    import simlin

    try:
        model: Any = simlin.load(_copy(workload, folder))
    except Exception as error:  # its own classes of errors are not documented
        remedy = "Measure the other engines"
        raise ModelError(
            [Problem("pysimlin", "a model that it reads", str(error), remedy)]
        ) from error

    def run(draws: Draws) -> Floats:
        rows = []
        for member in range(len(next(iter(draws.values())))):
            simulation = model.simulate(overrides=_of_member(draws, member))
            simulation.run_to_end()
            rows.append([simulation.get_value(name) for name in workload.outputs])
        return np.array(rows)

    return run
