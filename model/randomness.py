"""Random numbers keyed by purpose, never by the order of calls."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, purpose: str, replicate: int = 0) -> np.random.Generator:
    """Return the generator of one purpose.

    Adding a purpose never changes the numbers of another, and any number of workers sees the
    same numbers.

    Parameters
    ----------
    seed
        Seed of the whole run, at least 0.
    purpose
        Name of what is drawn, for example ``"prior/skill half-life"``.
    replicate
        Index of the replicate, at least 0.

    Raises
    ------
    ValueError
        If ``seed`` or ``replicate`` is negative.

    Examples
    --------
    >>> float(stream(1, "a").random()) == float(stream(1, "a").random())
    True
    >>> float(stream(1, "a").random()) == float(stream(1, "b").random())
    False
    """
    if seed < 0 or replicate < 0:
        raise ValueError(f"expected seed and replicate of at least 0, found {seed} and {replicate}")
    digest = hashlib.sha256(f"{seed}\x1f{purpose}\x1f{replicate}".encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))


def spawning(seed: int, purpose: str, replicate: int = 0) -> np.random.Generator:
    """Return a generator of the kind that scipy's samplers take, keyed by purpose all the same.

    Parameters
    ----------
    seed, purpose, replicate
        As for `stream`.
    """
    return np.random.default_rng(stream(seed, purpose, replicate).integers(2**63, size=4))
