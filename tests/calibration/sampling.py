"""A small panel and surfaces in closed form, so that the sampler is tested without the engine."""

from dataclasses import replace

import numpy as np

from tumbuh.calibration.hierarchy import draw_coordinates, load_priors, surveyed
from tumbuh.calibration.panel import Panel
from tumbuh.calibration.predict import sample
from tumbuh.calibration.surface import COUNTS, Surfaces, Window

WINDOWS = (Window(44.0, 48.0), Window(53.0, 57.0))


def panel(districts=4, modelled=False):
    shape = (districts, 2)
    share = np.linspace(0.2, 0.3, 2 * districts).reshape(shape)
    none, children = np.full(shape, np.nan), np.tile([292.0, 671.0], (districts, 1))
    names, years = ("SSGI 2021", "SSGI 2022"), np.array([2021, 2022])
    marks = np.array([False, modelled])
    areas = tuple(f"area {k}" for k in range(districts))
    return Panel(areas, names, years, WINDOWS, share, none, none.copy(), children, marks)


def surfaces(chains):
    """Probit of prevalence linear in log multiplier, birth shift and secular gain."""
    powers = int(np.prod(COUNTS[:3]))
    flat = np.zeros((chains, COUNTS[3], powers, 2))
    flat[:, 0, 0] = -0.76
    flat[:, 0, COUNTS[1] * COUNTS[2]] = 0.45
    flat[:, 0, COUNTS[2]] = -0.35
    flat[:, 0, 1] = [-0.30, -0.36]
    return Surfaces(WINDOWS, flat)


def drawn(districts, seed):
    """A panel whose surveys come from the priors, so that a sound fit has nothing to object to."""
    empty, rng = panel(districts), np.random.default_rng(seed)
    found = surveyed(draw_coordinates(rng, 1, empty), empty, load_priors(), surfaces(1))
    return replace(empty, share=sample(found, rng)[0])
