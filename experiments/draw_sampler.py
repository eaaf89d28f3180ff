"""The constants of every draw, made part by part: the numbers do not depend on the parts."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..model.distributions import Array, quantile
from ..model.engine.interpreter import slices
from ..model.engine.job import Given
from ..model.randomness import stream

if TYPE_CHECKING:
    from .draw_spec import DrawSpec

Uniforms = Callable[[slice], dict[str, Array]]


def chunks(spec: DrawSpec, size: int) -> Iterator[Given]:
    """Yield the constants of the draws, in parts of at most a size.

    Each constant has a random stream of its own, so that another constant in the file does not
    change its draws; in a Sobol sequence the place in the file counts.

    Parameters
    ----------
    spec
        What is drawn.
    size
        Draws of one part.
    """
    uniforms = _SOURCES[spec.sampler](spec)
    for part in slices(spec.draws, size):
        points = uniforms(part)
        given: dict[str, float | Array] = {
            name: quantile(prior, points[name]) if name in points else prior.value
            for name, prior in spec.priors.items()
        }
        given |= {name: values[part] for name, values in spec.values.items()}
        yield given


def _random(spec: DrawSpec) -> Uniforms:
    generators = {name: stream(spec.seed, f"draws/{name}") for name in spec.drawn}

    def points(part: slice) -> dict[str, Array]:
        return {name: made.random(part.stop - part.start) for name, made in generators.items()}

    return points


def _latin_hypercube(spec: DrawSpec) -> Uniforms:
    """Return one stratified column for each constant; columns are shuffled apart."""
    from scipy.stats import qmc

    columns = {
        name: qmc.LatinHypercube(d=1, rng=_spawning(spec.seed, f"draws/latin hypercube/{name}"))
        .random(spec.draws)
        .ravel()
        for name in spec.drawn
    }
    return lambda part: {name: column[part] for name, column in columns.items()}


def _sobol(spec: DrawSpec) -> Uniforms:
    from scipy.stats import qmc

    names = spec.drawn
    engine = qmc.Sobol(d=max(1, len(names)), rng=_spawning(spec.seed, "draws/sobol"))

    def points(part: slice) -> dict[str, Array]:
        with warnings.catch_warnings():
            # The advice on powers of two is given once, for the whole run, by the command.
            warnings.simplefilter("ignore", UserWarning)
            table = engine.random(part.stop - part.start)
        return {name: table[:, place].copy() for place, name in enumerate(names)}

    return points


def _spawning(seed: int, purpose: str) -> np.random.Generator:
    """Return a generator of the kind that scipy's samplers take, keyed by purpose all the same."""
    return np.random.default_rng(stream(seed, purpose).integers(2**63, size=4))


_SOURCES = {"random": _random, "latin_hypercube": _latin_hypercube, "sobol": _sobol}
