"""Estimators against what is known in closed form, through the adapter that the commands use."""

import numpy as np
import pytest

from tumbuh.experiments.sensitivity.estimators import (
    METHODS,
    SLICES,
    Problem,
    estimate,
    pawn_distances,
    runs_of,
    sample,
)

THREE = Problem(("x1", "x2", "x3"))
EIGHT = Problem(tuple(f"x{place}" for place in range(8)))
WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def ishigami(points):
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices():
    """T. Ishigami and T. Homma (1990), doi:10.1109/ISUMA.1990.151285, with a = 7 and b = 0.1."""
    a, b, pi = 7.0, 0.1, np.pi
    first = 0.5 * (1.0 + b * pi**4 / 5.0) ** 2
    second, both = a**2 / 8.0, b**2 * pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    total = first + second + both
    return (
        np.array([first, second, 0.0]) / total,
        np.array([first + both, second, both]) / total,
    )


def g_function(points):
    return np.prod((np.abs(4.0 * points - 2.0) + WEIGHTS) / (1.0 + WEIGHTS), axis=1)


def g_indices():
    """A. Saltelli and I. Sobol (1995), doi:10.1016/0951-8320(95)00099-2."""
    own = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    whole = np.prod(1.0 + own) - 1.0
    total = own * np.array([np.prod(np.delete(1.0 + own, k)) for k in range(8)])
    return own / whole, total / whole


def found(method, problem, function, size, seed=1):
    points = sample(method, problem, size, seed)
    assert len(points) == runs_of(method, problem, size)
    return estimate(method, problem, points, function(points), seed)


@pytest.mark.parametrize(
    ("problem", "function", "known"),
    [(THREE, ishigami, ishigami_indices()), (EIGHT, g_function, g_indices())],
)
def test_sobol_finds_known_indices(problem, function, known):
    indices = found("sobol", problem, function, 4096)
    for name, truth in zip(("first", "total"), known, strict=True):
        assert np.allclose(indices.measures[name], truth, atol=0.02), name
        inside = (indices.low[name] <= truth + 0.005) & (truth - 0.005 <= indices.high[name])
        assert inside.all(), name


def test_wrong_indices_would_be_seen():
    """The tolerance above tells the function with b = 0.1 from one without interaction."""
    indices = found("sobol", THREE, lambda x: ishigami(x * [1.0, 1.0, 0.0] + [0, 0, 0.5]), 4096)
    assert not np.allclose(indices.measures["total"], ishigami_indices()[1], atol=0.02)


def test_intervals_of_sobol_cover():
    first, _ = ishigami_indices()
    hits = []
    for seed in range(20):
        indices = found("sobol", THREE, ishigami, 512, seed)
        hits += list((indices.low["first"] <= first) & (first <= indices.high["first"]))
    assert np.mean(hits) >= 0.85


def test_morris_of_a_linear_function_is_its_slope():
    slopes = np.array([3.0, -1.0, 0.0])
    indices = found("morris", THREE, lambda x: x @ slopes, 20)
    # From level to level SALib counts the way in thirds; our points lie in quarters.
    assert np.allclose(indices.measures["effect"], np.abs(slopes) * 3.0 / 4.0)
    assert np.allclose(indices.measures["spread"], 0.0, atol=1e-12)


def test_morris_ranks_the_g_function():
    indices = found("morris", EIGHT, g_function, 200)
    assert list(indices.order()[:4]) == [0, 1, 2, 3]
    assert indices.measures["effect"][4:].max() < 0.1 * indices.measures["effect"][0]


@pytest.mark.parametrize("method", ["pawn", "regional"])
def test_what_is_planted_is_found_and_noise_is_not(method):
    problem = Problem(tuple(f"x{place}" for place in range(6)))
    indices = found(method, problem, lambda x: 3.0 * x[:, 0] + x[:, 1], 2048)
    assert list(indices.order()[:2]) == [0, 1]
    assert list(indices.matters()) == [True, True, False, False, False, False]


@pytest.mark.parametrize("ties", [False, True])
def test_distances_of_pawn_are_those_of_salib(ties):
    from SALib.analyze import pawn

    points = np.random.default_rng(5).random((300, 3))
    values = ishigami(points)
    values = (values > 4.0).astype(float) if ties else values
    known = pawn.analyze(THREE.plain(), points, values, S=SLICES, seed=1)["median"]
    assert np.allclose(pawn_distances(points, values), known, rtol=0.0, atol=1e-12)


def test_regional_takes_a_yes_or_no_as_it_is():
    indices = found("regional", THREE, lambda x: (x[:, 1] > 0.9).astype(float), 2048)
    assert indices.order()[0] == 1 and indices.measures["distance"][1] > 0.85


def test_groups_add_what_their_members_have():
    problem = Problem(("x1", "x2", "x3"), ("a", "b", "a"))
    first, total = ishigami_indices()
    indices = found("sobol", problem, ishigami, 4096)
    assert indices.factors == ("a", "b")
    # Everything but x2 is in the first group, with all interactions.
    assert np.allclose(indices.measures["first"], [1.0 - first[1], first[1]], atol=0.03)
    assert np.allclose(indices.measures["total"], [1.0 - first[1], total[1]], atol=0.03)


@pytest.mark.parametrize("method", METHODS)
def test_an_outcome_that_never_varies_depends_on_nothing(method):
    indices = found(method, THREE, lambda x: np.full(len(x), 4.0), 16)
    assert not indices.matters().any()
    assert all(np.all(values == 0.0) for values in indices.measures.values())


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_fixes_every_number(method):
    one, two = (found(method, THREE, ishigami, 64, seed=3) for _ in range(2))
    other = found(method, THREE, ishigami, 64, seed=4)
    for name in one.measures:
        assert np.array_equal(one.low[name], two.low[name])
    assert not np.array_equal(one.measures[one.ranking], other.measures[other.ranking])
