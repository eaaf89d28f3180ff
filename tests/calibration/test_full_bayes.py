"""The alarm rings where a lever moves prevalence, by as much as theory says, and only there."""

from dataclasses import replace

import numpy as np
import pytest
from sampling import panel, surfaces
from scipy.special import ndtr
from scipy.stats import norm

from tumbuh.calibration import fit as fit_module
from tumbuh.calibration import full_bayes
from tumbuh.calibration.fit import fit
from tumbuh.calibration.full_bayes import walk
from tumbuh.calibration.hierarchy import draw_coordinates, load_priors
from tumbuh.calibration.lever_alarm import Learnt, check, learnt, lever_names, scored
from tumbuh.calibration.rest import draw_rest
from tumbuh.calibration.state import Target, begin
from tumbuh.calibration.surface import COUNTS, HIGH, LOW

STORED = 240
STEEP = COUNTS[1] * COUNTS[2]
"""Power of the log multiplier in the surfaces."""
TIGHT = 1e-6
LEVER = norm.ppf((np.arange(STORED) + 0.5) / STORED)
OTHER = LEVER[np.random.default_rng(1).permutation(STORED)]


@pytest.fixture(scope="module")
def plain():
    """All is known but the mean multiplier and the row; log multipliers are normal around 0."""
    return replace(
        load_priors(),
        multiplier=(0.0, 0.2),
        multiplier_spread=(float(np.log(TIGHT)), TIGHT),
        birth_shift=TIGHT,
        secular=(0.02, TIGHT),
        secular_spread=TIGHT,
        instrument=TIGHT,
        year=TIGHT,
        discrepancy=(float(np.log(TIGHT)), TIGHT),
        design=(float(np.log(0.6)), TIGHT),
        children=TIGHT,
    )


def made(strength):
    """Rows whose probit of prevalence moves with the lever, and one survey value for all."""
    shapes = surfaces(STORED)
    coefficients = shapes.coefficients.copy()
    coefficients[:, 0, 0] += strength * LEVER[:, None]
    return replace(shapes, coefficients=coefficients)


def surveys(shapes, priors, above):
    """Surveys of very many children: the probit lies above the middle of the prior."""
    point = np.array([0.0, 0.0, priors.secular[0], np.exp(priors.poverty[0])])
    middle = shapes.probit(np.broadcast_to(point, (STORED, 1, 4))).mean(axis=0)[0]
    share = np.tile(ndtr(middle + above), (4, 1))
    return replace(panel(), share=share, children=np.full((4, 2), 20_000.0))


def walked(strength, priors, above):
    shapes = made(strength)
    found = fit(surveys(shapes, priors, above), priors, shapes, 3, threads=2)
    return walk(found, shapes, 4, threads=2)


def test_contraction_and_shift_are_those_of_two_normals(plain):
    # Surveys fix a x + b z, with x the lever and z the coordinate of the mean multiplier.
    slope = 0.45 * 0.2 / ((HIGH[0] - LOW[0]) / 2.0)
    strength, above = slope, 0.08
    total = strength**2 + slope**2
    found = walked(strength, plain, above)
    lever, other = (
        next(line for line in learnt(found, {"x": LEVER, "o": OTHER}, "xo") if line.name == name)
        for name in "xo"
    )
    assert lever.contraction == pytest.approx(strength**2 / total, abs=0.04)
    assert lever.shift == pytest.approx(strength * above / total, abs=0.06)
    gate = check([lever, other])[0]
    assert not gate.passed
    assert "x (contraction" in gate.found
    assert "o (contraction" not in gate.found


def test_it_stays_silent_where_rows_do_not_differ(plain):
    found = walked(0.0, plain, 0.08)
    assert found.accepted == pytest.approx(1.0 - 1.0 / STORED, abs=0.002)
    lines = learnt(found, {"x": LEVER, "o": OTHER}, "xo")
    assert all(gate.passed for gate in check(lines))
    assert max(abs(line.contraction) for line in lines) < 4.0 * lines[0].contraction_error + 0.02


@pytest.mark.slow
def test_keeping_the_level_has_more_rows_accepted_and_finds_the_same(plain):
    wide = replace(plain, design=(float(np.log(30.0)), TIGHT))
    shapes = made(0.1)
    ended = fit(surveys(shapes, wide, 0.05), wide, shapes, 3)
    kept, bare = (walk(ended, shapes, 4, threads=2, keep_level=way) for way in (True, False))
    assert kept.accepted > 2.0 * bare.accepted
    one, two = (learnt(found, {"x": LEVER}, "x")[0] for found in (kept, bare))
    assert one.contraction == pytest.approx(two.contraction, abs=0.08)


def spread_of_level(sweeps=80):
    """Swap rows with no survey at all; return SD of the level, and how it goes with the row."""
    empty = replace(panel(), share=np.full((4, 2), np.nan))
    target = Target(empty, load_priors(), made(0.1))
    rng, chains = np.random.default_rng(1), 3000
    rows = rng.integers(0, STORED, chains)
    anchor = full_bayes.anchors(target.surfaces, target.priors)
    assert np.corrcoef(anchor, LEVER)[0, 1] < -0.95
    at = draw_coordinates(rng, chains, empty)
    state = begin(at, replace(target, surfaces=target.surfaces.take(rows)))
    for _ in range(sweeps):
        state, rows = full_bayes.swap(state, rows, target, anchor, rng)
    level = state.at.level
    return level.std(), np.corrcoef(level, LEVER[rows])[0, 1], LEVER[rows].std()


def test_without_surveys_rows_and_level_keep_their_priors():
    level, together, lever = spread_of_level()
    assert level == pytest.approx(1.0, abs=0.06)
    assert together == pytest.approx(0.0, abs=0.08)
    assert lever == pytest.approx(LEVER.std(), abs=0.06)


def test_a_step_that_forgets_the_prior_of_the_level_is_noticed(monkeypatch):
    monkeypatch.setattr(full_bayes, "prior_gain", lambda old, new: np.zeros_like(old))
    level, together, _ = spread_of_level()
    assert level > 1.2
    assert together < -0.3


def test_levers_are_scored_by_finite_numbers():
    rest = draw_rest(1, 500)
    found = scored(rest)
    assert set(found) == set(lever_names())
    assert all(np.isfinite(values).all() for values in found.values())
    np.testing.assert_array_equal(found["kit unit cost"], np.log(rest["kit unit cost"]))
    np.testing.assert_array_equal(found["cash effect"], rest["cash effect"])


def test_what_is_no_number_rings():
    assert Learnt("x", float("nan"), 0.0, 0.0, 0.0).rings
    assert not Learnt("x", 0.04, 0.0, 0.0, 0.0).rings


def test_threads_do_not_change_a_row(plain, monkeypatch):
    monkeypatch.setattr(full_bayes, "BURN", 2)
    monkeypatch.setattr(full_bayes, "KEPT", 5)
    monkeypatch.setattr(fit_module, "BURN", 5)
    shapes = made(0.1)
    found = fit(surveys(shapes, plain, 0.0), plain, shapes, 3)
    one, two = (walk(found, shapes, 4, threads=k) for k in (1, 2))
    assert all((a == b).all() for a, b in zip(one.rows, two.rows, strict=True))
