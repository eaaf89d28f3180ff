"""Co-coverage: the survey's numbers, the agents' own, and what the page says of both."""

import numpy as np
import pytest

from tumbuh.experiments.agents.pattern import (
    NUMBER_OF_SERVICES,
    REPLICATES,
    SURVEYED,
    CoCoverage,
    Compared,
    co_coverage,
    compared,
    surveyed,
)
from tumbuh.experiments.agents.pattern_table import pattern_table, reading
from tumbuh.experiments.pages import ROOT, part
from tumbuh.model.agents.facts import load_agent_parameters

EFFECTS = load_agent_parameters().evidence.effects
PAGE = (ROOT / "docs" / "agents-odd.md").read_text(encoding="utf-8")


def of(receipt):
    return co_coverage(receipt.mean(axis=1), receipt.sum(axis=0).var(), receipt.all(axis=0).mean())


def test_independent_services_have_no_concordance():
    families = np.random.default_rng(1).random((4, 400_000))
    found = of(families < np.array([[0.3], [0.5], [0.6], [0.7]]))
    assert found.k == pytest.approx(0.0, abs=0.01)
    assert found.correlation == pytest.approx(0.0, abs=0.005)
    assert found.ratio == pytest.approx(1.0, abs=0.01)


def test_nested_services_have_full_concordance():
    family = np.random.default_rng(2).random(100_000)
    found = of(family < np.array([[0.2], [0.5], [0.8]]))
    assert found.k == pytest.approx(1.0)
    assert found.correlation > 0.4


def test_equal_services_that_always_meet_are_fully_correlated():
    family = np.random.default_rng(3).random(1000)
    found = of(np.tile(family < 0.4, (4, 1)))
    assert [found.k, found.correlation, found.ratio] == pytest.approx([1.0, 1.0, 4.0])


def test_the_survey_is_what_the_evidence_says():
    seen = surveyed()
    assert seen.ratio == pytest.approx(EFFECTS["E21b"].value, abs=0.005)
    assert seen.correlation == pytest.approx(0.04, abs=0.005)
    assert 0.0 < seen.k < 0.01
    told = EFFECTS["E21"].note, EFFECTS["E21b"].locator
    for text, numbers in zip(told, (SURVEYED, NUMBER_OF_SERVICES), strict=True):
        assert [n for n in numbers if f"{100 * n:.1f}" not in text] == []


def test_the_reading_follows_the_numbers():
    survey = CoCoverage(0.008, 0.04, 1.28)
    near, far = CoCoverage(0.0, 0.04, 1.2), CoCoverage(0.1, 0.0, 1.0)
    agrees = reading(Compared(survey, (near,), (far,), (near, near)))
    assert "within what the survey allows" in agrees
    assert "not match" not in agrees
    parts = reading(Compared(survey, (far,), (near,), (far, far)))
    assert "above what the survey allows" in parts
    assert "does not match**: the agents' services go together less" in parts
    assert "Without protection" in parts


def test_the_page_says_what_the_agents_do_at_the_defaults():
    """The rows of the defaults; those of the priors are held by a slow test."""
    found = compared(REPLICATES, 0)
    made = pattern_table(Compared(found.survey, found.usual, found.without, found.usual))
    assert part(PAGE, "co-coverage").splitlines()[:5] == made.splitlines()[:5]
