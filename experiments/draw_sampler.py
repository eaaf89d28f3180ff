"""The constants of every draw, made part by part: the numbers do not depend on the parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model.distributions import Array, quantile
from ..model.engine.interpreter.interpreted import slices
from ..model.engine.job import Given
from .runs.points import sampled

if TYPE_CHECKING:
    from .draw_spec import DrawSpec


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
    points = sampled(spec.sampler, spec.drawn, spec.draws, spec.seed)
    place = {name: column for column, name in enumerate(spec.drawn)}
    for part in slices(spec.draws, size):
        table = points(part.start, part.stop)
        given: dict[str, float | Array] = {
            name: quantile(prior, table[:, place[name]]) if name in place else prior.value
            for name, prior in spec.priors.items()
        }
        given |= {name: values[part] for name, values in spec.values.items()}
        yield given
