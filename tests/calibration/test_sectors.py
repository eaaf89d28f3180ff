"""Sectors meet their own series before anything is matched to prevalence."""

import numpy as np
import pytest

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.model.district import load_district
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program

PROGRAM = load_program()
SERIES = {
    # month, variable: (figure, relative tolerance), from the district file and its sources
    (66.0, "Staff[cadre]"): (1800, 0.02),
    (84.0, "Staff[cadre]"): (1995, 0.03),
    (90.0, "Staff[cadre]"): (2071, 0.03),
    (54.0, "Points In Service"): (372, 0.005),
    (90.0, "Points In Service"): (379, 0.005),
    (66.0, "readiness[kit]"): (0.339, 0.15),
    (54.0, "contact coverage[maternal]"): (0.6393, 0.02),
}


@pytest.mark.parametrize(("at", "figure"), SERIES.items())
def test_the_central_run_passes_near_the_record(at, figure):
    month, name = at
    value, tolerance = figure
    run = simulate(PROGRAM, {}, [name], [month], snapshot=False)
    assert run[name][0, 0] == pytest.approx(value, rel=tolerance)


def test_the_district_file_has_the_same_figures():
    values = {fact.value for fact in load_district("paser").series("workforce", "cadres")}
    assert {1800.0, 1995.0, 2071.0} <= values


def test_attendance_and_the_routine_gap_are_inside_the_ensemble():
    names = ["attendance", "routine prevalence", "survey prevalence"]
    run = simulate(PROGRAM, load_ensemble(draws=500).constants, names, [46.0, 77.0], snapshot=False)
    low, high = np.quantile(run["attendance"][:, 1], [0.05, 0.95])
    assert low < 0.729 < high, "17,984 of 24,677 children measured in June 2024"
    ratio = np.median(run["routine prevalence"] / run["survey prevalence"], axis=0)
    assert np.all((ratio > 0.58) & (ratio < 0.66)), "0.59 to 0.64 in the record"
