"""Surveys of a sound fit pass; a shifted fit, an impossible panel and narrow errors do not."""

from dataclasses import replace

import numpy as np
import pytest
from sampling import drawn, panel, surfaces

from tumbuh.calibration.fit import fit
from tumbuh.calibration.hierarchy import load_priors, moved
from tumbuh.calibration.posterior_checks import (
    change_gates,
    covered,
    family_gates,
    family_misses,
    home_gates,
    posterior_gates,
    replicate,
    theil_of,
)
from tumbuh.model.errors import DataError

PRIORS = load_priors()
HOME = "area 0"
SHARES = drawn(5, 5).share


@pytest.fixture(scope="module")
def sound():
    return fit(replace(panel(5), share=SHARES), PRIORS, surfaces(200), 1)


def failed(gates):
    return [gate.name for gate in gates if not gate.passed]


def test_a_sound_fit_passes(sound):
    assert failed(posterior_gates(replicate(sound, surfaces(200), 1), HOME)) == []


def test_a_fit_that_stands_too_high_fails(sound):
    shifted = replace(sound, at=moved(sound.at, level=sound.at.level + 14.0))
    again = replicate(shifted, surfaces(200), 1)
    assert len(failed(home_gates(again, HOME))) == 2
    assert len(family_misses(again)) >= 4
    assert failed(family_gates(again)) == ["family of districts"]
    assert not covered(again).gate("points", 0.9).passed
    assert theil_of(again).bias > 0.8 > theil_of(replicate(sound, surfaces(200), 1)).bias


def test_one_district_that_does_not_fit_is_named(sound):
    odd = SHARES.copy()
    odd[2, 1] = 0.02
    again = replace(replicate(sound, surfaces(200), 1), panel=replace(sound.panel, share=odd))
    assert list(family_misses(again)) == ["area 2"]
    gate = family_gates(again)[0]
    assert "area 2: SSGI 2022 2.0%" in gate.found
    assert gate.passed, "one of five may miss by chance"


def test_changes_that_no_survey_of_the_fit_would_show_fail(sound):
    again = replicate(sound, surfaces(200), 1)
    apart = SHARES + np.outer([1, -1, 1, -1, 1], [0.15, -0.15])
    seen = replace(again, panel=replace(sound.panel, share=apart))
    assert failed(change_gates(seen)) == ["spread of changes 2021 to 2022"]
    fallen = replace(again, panel=replace(sound.panel, share=SHARES - [0.0, 0.15]))
    assert failed(change_gates(fallen)) == ["mean change 2021 to 2022"]


def test_errors_that_are_believed_too_small_are_noticed():
    narrow = replace(
        PRIORS, design=(np.log(0.02), 0.01), discrepancy=(-14.0, 0.1), secular_spread=1e-6
    )
    moving = np.array([[0.15, 0.35], [0.35, 0.15], [0.15, 0.35], [0.35, 0.15]])
    found = fit(replace(panel(), share=moving), narrow, surfaces(80), 1)
    assert len(family_misses(replicate(found, surfaces(80), 1))) == 4


def test_an_interval_passes_where_any_part_lies_inside(sound):
    share, low, high = SHARES.copy(), np.full((5, 2), np.nan), np.full((5, 2), np.nan)
    share[0, 1], low[0, 1], high[0, 1] = np.nan, SHARES[0, 1] - 0.01, SHARES[0, 1] + 0.01
    known = replace(sound.panel, share=share, low=low, high=high)
    again = replace(replicate(sound, surfaces(200), 1), panel=known)
    assert failed(home_gates(again, HOME)) == []
    far = replace(again, panel=replace(known, low=low + 0.3, high=high + 0.3))
    assert failed(home_gates(far, HOME)) == ["area 0, SSGI 2022"]


def test_a_district_that_was_not_fitted_is_refused(sound):
    with pytest.raises(DataError, match="area 0, area 1"):
        home_gates(replicate(sound, surfaces(200), 1), "nowhere")
