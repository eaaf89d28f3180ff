import math
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest

from tumbuh.model.agents.facts import load_agent_parameters
from tumbuh.model.distributions import cdf
from tumbuh.model.district import load_district
from tumbuh.model.evidence_tables import load_evidence
from tumbuh.model.parameters import draw_prior, load_parameters

AGENTS = load_agent_parameters()
MODEL = load_parameters()
EFFECTS = load_evidence().effects
PASER = load_district("paser")
NORMAL = NormalDist()

# Mean scores of the fifths of a standard normal.
CUTS = [NORMAL.inv_cdf(p / 5.0) for p in (1, 2, 3, 4)]
EDGES = [0.0, *(NORMAL.pdf(cut) for cut in CUTS), 0.0]
SCORES = [5.0 * (low - high) for low, high in pairwise(EDGES)]


def test_no_name_is_taken_by_the_model():
    # The stream of a draw is keyed by the name of the parameter.
    assert not set(AGENTS.names) & set(MODEL.names)


def test_every_default_lies_in_the_middle_of_its_prior():
    for row in AGENTS.uncertain():
        assert 0.2 <= float(cdf(row.prior, row.value)) <= 0.8, row.name


def test_draws_keep_their_side_of_one():
    draws = draw_prior(AGENTS, 1, 2000)
    for name in ("listed odds ratio", "outreach odds ratio", "wealth odds ratio"):
        assert draws[name].min() >= 1.0, name
    for name in ("distance odds ratio per km", "protection wealth odds ratio"):
        assert draws[name].max() <= 1.0, name
    for name in AGENTS.names:
        if name.endswith("completeness") or name == "outreach share":
            assert 0.0 < draws[name].min() < draws[name].max() < 1.0, name


def test_what_has_no_source_is_judged_and_graded_d():
    for row in AGENTS.rows:
        if "judgement" in row.source:
            assert (row.grade, row.judged) == ("D", True), row.name


def test_the_register_of_health_follows_from_the_districts_facts():
    children = PASER.latest("demography", "children under five")
    assert children.value
    assert children.low
    share = children.low / children.value
    assert AGENTS.get("health list completeness").value == pytest.approx(share, abs=0.005)


def test_distance_agrees_with_the_model_at_half_coverage():
    # Near one half a change of log odds moves the share by a quarter of it.
    lost = MODEL.get("use lost per km")
    ratio = AGENTS.get("distance odds ratio per km")
    pooled = EFFECTS["D20"].value
    assert pooled is not None
    assert pooled <= ratio.value <= math.exp(-4.0 * lost.value)
    assert ratio.prior.spike == lost.prior.spike


def test_wealth_odds_lie_between_adjusted_and_unadjusted():
    width = SCORES[4] - SCORES[0]
    adjusted = EFFECTS["E23"].value
    assert adjusted is not None
    unadjusted = (0.345 / 0.655) / (0.114 / 0.886)
    low, high = (ratio ** (1.0 / width) for ratio in (1.0 / adjusted, unadjusted))
    assert low <= AGENTS.get("wealth odds ratio").value <= high


def test_the_gradient_of_height_follows_from_the_survey():
    stunted = np.array([1_155_547, 1_034_972, 930_982, 759_308, 601_531])
    prevalence = 5.0 * 0.198 * stunted / stunted.sum()
    shift = np.array([-NORMAL.inv_cdf(p) for p in prevalence])
    slope = float(np.dot(SCORES, shift) / np.dot(SCORES, SCORES))
    spread = math.hypot(MODEL.get("HAZ spread").value, MODEL.get("survey height error").value)
    row = AGENTS.get("wealth HAZ gradient")
    assert row.value <= slope * spread <= (row.prior.c or 0.0)
    assert slope * spread == pytest.approx(0.22, abs=0.005)
    assert EFFECTS["E22"].value == pytest.approx(stunted[0] / stunted[4], abs=0.005)


def test_the_spread_of_services_is_near_that_of_independence():
    coverage = np.array([35.6, 60.2, 32.5, 74.2, 68.0, 8.4, 11.9, 83.1]) / 100.0
    share = np.array([4.3, 12.4, 25.4, 28.7, 18.8, 8.5, 1.2]) / 100.0
    number = np.arange(1, 8)
    mean = float(np.dot(number, share))
    assert mean == pytest.approx(coverage.sum(), abs=0.01)
    ratio = (np.dot(number**2, share) - mean**2) / np.sum(coverage * (1.0 - coverage))
    assert EFFECTS["E21b"].value == pytest.approx(ratio, abs=0.005)
    assert 100.0 * coverage.prod() == pytest.approx(0.03, abs=0.005)


def test_the_spread_of_distances_follows_from_its_moments():
    observed = math.sqrt(math.log(1.0 + (4744 / 6182) ** 2))
    at_random = math.sqrt(math.log(4.0 / math.pi))
    assert at_random <= AGENTS.get("distance spread").value <= observed
