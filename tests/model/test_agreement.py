"""Our engine, PySD and simlin on the packaged model, from the same text."""

from __future__ import annotations

import shutil
import warnings

import numpy as np
import pytest

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import PACKAGED, load_program

# The second policy sets every lever in motion within the short window.
LEVERS = (
    "cadre training",
    "worker training",
    "supervision",
    "extra posts",
    "kit purchase",
    "ultrasound purchase",
    "service points",
    "maintenance",
    "forum meetings",
    "list sharing",
    "food coverage",
    "routine cut",
)
LEVELS = (1000.0, 300.0, 0.8, 100.0, 100.0, 4.0, 8.0, 0.8, 1.0, 0.8, 0.8, 0.3)
WINDOW = 24.0


def policy(name: str, start: float) -> dict[str, float]:
    if name == "none":
        return {}
    chosen = {f"{lever} level": level for lever, level in zip(LEVERS, LEVELS, strict=True)}
    chosen |= {f"{lever} start": start + k / 2 for k, lever in enumerate(LEVERS)}
    return chosen | {f"{lever} ramp": 3.0 for lever in LEVERS}


# Where a number may be zero, agreement is absolute, in the unit of the variable.
FLOORS = {"child": 1e-6, "person": 1e-6, "unit": 1e-6, "MIDR": 1e-6, "HAZ*child": 1e-5}


def compared(program, run, columns, table):
    """Compare every scalar that the other engine has; return how many."""
    count = 0
    for name, values in run.values.items():
        column = columns.get(name.lower().replace("_", " "))
        if column is None:
            continue
        found = table[column].to_numpy(float)[: values.shape[1]]
        floor = FLOORS.get(program.variables[name].unit, 1e-9)
        np.testing.assert_allclose(values[0], found, 1e-9, floor * 1e-3, err_msg=name)
        count += 1
    return count


def everything(program):
    left_out = ("lookup", "control")
    return [name for name, variable in program.variables.items() if variable.kind not in left_out]


@pytest.fixture(scope="module")
def model_copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    return shutil.copy(PACKAGED, folder / "stunting.mdl")


@pytest.fixture(scope="module")
def pysd_model(model_copy):
    import pysd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pysd.read_vensim(str(model_copy))


def pysd_run(pysd_model, constants, until):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pysd_model.reload()  # forgets the constants of the run before
        return pysd_model.run(params=constants, final_time=until, saveper=1.0)


def assert_pysd(pysd_model, name, start, until):
    program = load_program()
    constants = policy(name, start)
    run = simulate(program, constants, everything(program), until=until)
    table = pysd_run(pysd_model, constants, until)
    columns = {column.lower().replace("_", " ").replace(", ", ","): column for column in table}
    assert compared(program, run, columns, table) > 0.95 * len(run.values)


@pytest.mark.parametrize("name", ["none", pytest.param("all", marks=pytest.mark.slow)])
def test_pysd_over_two_years(pysd_model, name):
    assert_pysd(pysd_model, name, 4.0, WINDOW)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["none", "all"])
def test_pysd_over_the_whole_horizon(pysd_model, name):
    assert_pysd(pysd_model, name, 108.0, 216.0)


@pytest.mark.parametrize("name", ["none", "all"])
def test_simlin_over_the_whole_horizon(model_copy, name):
    import simlin

    program = load_program()
    constants = policy(name, 108.0)
    run = simulate(program, constants, everything(program))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = simlin.load(model_copy)
        table = model.run(overrides=constants).results
    columns = {column.lower().replace("_", " ").replace(", ", ","): column for column in table}
    assert compared(program, run, columns, table) > 0.95 * len(run.values)


def test_the_policy_moves_the_outcome():
    program = load_program()
    runs = [simulate(program, policy(n, 108.0), ["true prevalence"]) for n in ("none", "all")]
    assert runs[1]["true prevalence"][0, -1] < runs[0]["true prevalence"][0, -1] - 0.001


@pytest.mark.parametrize("method", ["euler", pytest.param("rk4", marks=pytest.mark.slow)])
def test_halving_the_step_hardly_moves_the_outcome(method):
    program = load_program()
    runs = [
        simulate(
            program,
            policy("all", 108.0),
            ["true prevalence"],
            times=[108.0, 216.0],
            method=method,
            time_step=step,
        )
        for step in (0.25, 0.125)
    ]
    difference = np.abs(runs[0]["true prevalence"] - runs[1]["true prevalence"])
    assert difference.max() < 0.0001
