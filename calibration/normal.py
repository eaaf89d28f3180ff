"""The standard normal of scipy, which is loaded only where it computes: a tenth of a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def ndtr(score: ArrayLike) -> Floats:
    """Return the probability of a standard normal below a score, same shape."""
    from scipy.special import ndtr as exact

    return exact(score)


def ndtri(probability: ArrayLike) -> Floats:
    """Return the score below which a standard normal lies with a probability, same shape."""
    from scipy.special import ndtri as exact

    return exact(probability)
