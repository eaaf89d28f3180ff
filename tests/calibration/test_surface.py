"""The polynomials against the engine."""

import numpy as np
import pytest
from scipy.special import ndtr

from tumbuh.calibration.rest import draw_rest
from tumbuh.calibration.surface import LOW, OUTCOME, Window, build, model_constants, nodes
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program


def test_between_the_nodes_the_surface_is_the_model():
    draws, rng = 60, np.random.default_rng(3)
    rest, window = draw_rest(20260101, draws), Window(80.0, 84.0)
    surface = build(load_program(), rest, [window])
    points = np.stack(
        [
            rng.normal(0.22, 0.3, draws),
            rng.normal(0.0, 0.1, draws),
            rng.normal(0.02, 0.03, draws),
            np.minimum(0.6, 0.1 * np.exp(0.6 * rng.normal(size=draws))),
        ],
        axis=1,
    )
    run = simulate(load_program(), rest | model_constants(points), [OUTCOME], window.months)
    error = np.abs(ndtr(surface.probit(points[:, None])[:, 0, 0]) - run[OUTCOME].mean(axis=1))
    # docs/calibration.md tells the number of nodes and the mean error.
    assert len(nodes()) == 144
    assert error.mean() < 0.0005
    assert error.max() < 0.004


def test_beyond_the_ends_a_point_is_held():
    rest = draw_rest(20260101, 4)
    surface = build(load_program(), rest, [Window(44.0, 44.0)])
    far, end = np.tile(LOW - 1.0, (4, 1, 1)), np.tile(LOW, (4, 1, 1))
    assert surface.probit(far) == pytest.approx(surface.probit(end))
