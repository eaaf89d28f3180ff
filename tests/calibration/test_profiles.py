"""Profiles against closed forms; what two unknowns do alike is flat."""

from dataclasses import replace

import numpy as np
import pytest
from sampling import panel, surfaces
from scipy.special import ndtr

from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.profiles import (
    DESIGN,
    LEVEL,
    Profile,
    district_profiles,
    level_gate,
    shared_profiles,
)
from tumbuh.calibration.surface import COUNTS, DIMENSIONS, Surfaces

PRIORS = load_priors()


def by_name(profiles):
    return {profile.name: profile for profile in profiles}


def only_multiplier():
    found = surfaces(3)
    flat = np.zeros_like(found.coefficients)
    keep = [0, COUNTS[1] * COUNTS[2]]
    flat[:, :, keep] = found.coefficients[:, :, keep]
    return Surfaces(found.windows, flat)


def test_a_parabola_closes_at_twice_its_deviation():
    values = np.linspace(-1.0, 3.0, 401)
    found = Profile("a", values, -0.5 * ((values - 1.0) / 0.5) ** 2)
    assert found.verdict == "identifiable"
    assert found.interval == pytest.approx((1.0 - 0.5 * 3.84**0.5, 1.0 + 0.5 * 3.84**0.5), abs=1e-3)
    assert Profile("a", values[:201], found.gain[:201]).verdict == "open above"
    assert Profile("a", values[200:], found.gain[200:]).verdict == "open below"
    assert Profile("a", values, found.gain / 1e3).verdict == "flat"


def test_a_lone_unknown_is_as_sharp_as_its_surveys():
    many = replace(panel(), share=np.full((4, 2), 0.24), children=np.full((4, 2), 4000.0))
    found = by_name(district_profiles(many, "area 0", only_multiplier(), PRIORS))
    level = found[DIMENSIONS[0]]
    low, high = level.interval
    assert level.verdict == "identifiable"
    deviation = np.sqrt(0.24 * 0.76 * 1.6 / 8000.0)
    probit = [-0.76 + 0.45 * (2.0 * x - 0.05) / 1.85 for x in (low, high)]
    assert ndtr(probit) == pytest.approx(0.24 + 1.96 * deviation * np.array([-1, 1]), abs=2e-3)
    assert found[DIMENSIONS[1]].verdict == found[DIMENSIONS[2]].verdict == "flat"
    assert level_gate(found[LEVEL], "area 0").passed


def test_two_unknowns_that_do_the_same_are_flat_but_their_level_is_not():
    many = replace(panel(), share=np.full((4, 2), 0.24), children=np.full((4, 2), 700.0))
    found = by_name(district_profiles(many, "area 0", surfaces(3), PRIORS))
    assert found[DIMENSIONS[1]].verdict == "flat"
    assert found[LEVEL].verdict == "identifiable"


def test_without_children_not_even_the_level_is_known():
    few = replace(panel(), children=np.full((4, 2), 3.0))
    found = by_name(district_profiles(few, "area 0", surfaces(3), PRIORS))
    assert not level_gate(found[LEVEL], "area 0").passed


def test_what_districts_share_is_found_when_surveys_are_large():
    levels, truth = np.array([-0.2, 0.0, 0.2, 0.3]), 0.04
    points = np.zeros((1, 4, 4))
    points[0, :, 0], points[..., 2] = levels, truth
    share = ndtr(surfaces(1).probit(points)[0])
    big = replace(panel(), share=share, children=np.full((4, 2), 3e5))
    found = by_name(shared_profiles(big, surfaces(3), PRIORS))
    gain = found[DIMENSIONS[2]]
    assert gain.verdict == "identifiable"
    assert gain.interval[0] < truth < gain.interval[1]
    assert found[DIMENSIONS[3]].verdict == "flat"
    small = by_name(
        shared_profiles(replace(big, children=np.full((4, 2), 50.0)), surfaces(3), PRIORS)
    )
    assert small[DIMENSIONS[2]].verdict == "flat"


def test_surveys_that_jump_have_a_large_design_effect():
    jumps = replace(panel(8), share=np.tile([[0.15, 0.35], [0.35, 0.15]], (4, 1)))
    found = by_name(shared_profiles(jumps, surfaces(3), PRIORS))[DESIGN]
    assert found.interval[0] > 3.0
