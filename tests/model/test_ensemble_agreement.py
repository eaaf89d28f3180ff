"""The packaged model over draws of its priors, tails included: kernel against interpreter."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from engines import ENGINES, engine_name

from tumbuh.experiments.outcomes import OUTPUTS
from tumbuh.model.engine.reductions import Reduction
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import draw_prior, load_parameters

REDUCED = tuple(
    Reduction("true prevalence", kind) for kind in ("last", "minimum", "maximum", "integral")
)
TIMES = tuple(np.arange(0.0, 217.0, 36.0))
# Levers in motion, so that the sectors that they drive are at work.
LEVERS = {
    "cadre training level": 1000.0,
    "supervision level": 0.8,
    "kit purchase level": 100.0,
    "service points level": 8.0,
    "food coverage level": 0.8,
    "routine cut level": 0.3,
}


def worst(run, truth):
    """Return the largest relative difference of every result."""
    found = {}
    for name, values in {**truth.values, **truth.reduced}.items():
        other = run.values.get(name, run.reduced.get(name))
        assert other is not None
        with np.errstate(all="ignore"):
            off = np.abs(other - values) / np.abs(values)
        off[other == values] = 0.0
        found[name] = float(np.max(off))
    return found


@lru_cache
def given(draws):
    return draw_prior(load_parameters(), 20270101, draws) | LEVERS


def answer(engine, draws, method, times):
    asked = {"reductions": REDUCED, "snapshot": False, "method": method, "threads": 2}
    return engine(load_program(), given(draws), OUTPUTS, times, **asked)


@lru_cache
def interpreted(draws, method, times):
    """Return what the interpreter makes of the draws, once for all engines."""
    return answer(ENGINES[0], draws, method, times)


def check(engine, draws, method, times):
    truth, run = interpreted(draws, method, times), answer(engine, draws, method, times)
    assert truth.failures == run.failures == 0
    differences = worst(run, truth)
    assert max(differences.values()) <= 1e-12, differences


def test_a_hundred_draws_over_two_years():
    check(ENGINES[-1], 100, "euler", (0.0, 24.0))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES[1:], ids=engine_name)
def test_ten_thousand_draws(engine):
    check(engine, 10_000, "euler", TIMES)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES[1:2], ids=engine_name)
def test_a_thousand_draws_by_runge_kutta(engine):
    check(engine, 1000, "rk4", TIMES)
