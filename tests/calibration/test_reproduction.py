"""Whether a fit gives the stored posterior again, and what is told apart from it."""

import numpy as np
import pytest
from sampling import panel, surfaces

from tumbuh.calibration import reproduction
from tumbuh.calibration.fit import fit
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.panel import FIGURES
from tumbuh.calibration.posterior import columns_of, load_posterior
from tumbuh.calibration.reproduction import ERRORS, distances, stored_gate
from tumbuh.calibration.shipped import shipped_fit

OBSERVATIONS = tuple(FIGURES)


def columns(seed, draws=120, districts=3):
    found = fit(panel(districts), load_priors(), surfaces(draws), seed)
    return columns_of(found)


@pytest.fixture(scope="module")
def pair():
    """Two fits of the same surveys, of different seeds."""
    return columns(1), columns(2, 80)


@pytest.fixture
def stored():
    return dict(load_posterior().columns)


@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_the_stored_draws_are_the_same_numbers(observation):
    gate = stored_gate(load_posterior(observation).columns, observation)
    assert gate.passed
    assert gate.found == "the same numbers"


def test_one_digit_of_one_draw_is_no_longer_the_same_numbers(stored):
    stored["design effect"] = stored["design effect"].copy()
    stored["design effect"][7] *= 1.0 + 1e-6
    gate = stored_gate(stored, "district")
    assert gate.passed
    assert gate.found.endswith("errors")


def test_half_of_the_draws_are_within_their_monte_carlo_error(stored):
    half = {name: values[::2] for name, values in stored.items()}
    assert stored_gate(half, "district").passed


def test_another_seed_is_within_monte_carlo_error(pair):
    apart = distances(*pair)
    assert max(apart.values()) < ERRORS
    assert apart["district birth shift[typical]"] == 0.0


def test_errors_are_in_units_of_chance():
    """Of samples of one distribution, distances are the larger of two normal sizes."""
    rng = np.random.default_rng(3)
    draw = {f"x{k}": rng.normal(5.0, 2.0, 400) for k in range(300)}
    other = {name: rng.normal(5.0, 2.0, 250) for name in draw}
    found = np.array(list(distances(draw, other).values()))
    # Of the larger of two sizes of a standard normal, half lie below 1.05 and 95 % below 2.24.
    assert np.median(found) == pytest.approx(1.05, abs=0.12)
    assert np.mean(found < 2.24) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("name", ["district deficit multiplier[paser]", "discrepancy"])
@pytest.mark.parametrize(
    "change",
    [
        lambda x: x + 0.25 * x.std(),
        lambda x: x.mean() + 1.2 * (x - x.mean()),
        lambda x: x.mean() + 0.8 * (x - x.mean()),
        lambda x: np.full_like(x, x.mean()),
        lambda x: np.where(np.arange(len(x)) == 3, np.nan, x),
    ],
    ids=["shifted", "wider", "narrower", "stuck", "not a number"],
)
def test_a_posterior_that_differs_is_told_apart(stored, name, change):
    with np.errstate(divide="ignore", invalid="ignore"):
        gate = stored_gate(stored | {name: change(stored[name])}, "district")
    assert not gate.passed
    assert gate.found.startswith(f"{name} apart by ")


def test_the_other_figure_of_paser_is_not_the_same_numbers():
    gate = stored_gate(load_posterior("official").columns, "district")
    assert gate.found != "the same numbers"


def test_a_missing_or_new_column_is_told_apart(stored):
    more = stored | {"bias of SSGI 2031": stored["bias of SSGI 2024"]}
    assert not stored_gate(more, "district").passed
    less = {name: values for name, values in stored.items() if name != "design effect"}
    assert not stored_gate(less, "district").passed


@pytest.mark.slow
@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_the_fit_gives_the_stored_posterior_again(observation):
    """The same numbers on the instruction set it was made on; elsewhere within chance."""
    made = columns_of(shipped_fit(observation, threads=2).fit)
    gate = stored_gate(made, observation)
    assert gate.passed, gate.found
    assert reproduction.as_text(made).count("\n") == 2001
