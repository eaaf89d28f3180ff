"""The alarm of full Bayes on the shipped fit: would the surveys move a lever, if they could?"""

from __future__ import annotations

from dataclasses import dataclass

from ..calibration.full_bayes import Walk, walk
from ..calibration.gates import Gate
from ..calibration.lever_alarm import Learnt, check, learnt, scored
from ..calibration.shipped import DRAWS, SEED, shipped_fit
from .batch import Progress


@dataclass(frozen=True)
class Alarm:
    """What came out.

    Attributes
    ----------
    walk
        Rows that were visited.
    levers
        What the surveys say of each lever, the strongest contraction first.
    gates
        The alarm itself, and whether the walk was long enough for its silence to count.
    """

    walk: Walk
    levers: tuple[Learnt, ...]
    gates: tuple[Gate, ...]

    @property
    def ringing(self) -> tuple[Learnt, ...]:
        """Levers that the surveys would move."""
        return tuple(one for one in self.levers if one.rings)

    @property
    def passed(self) -> bool:
        """Whether every gate passed."""
        return all(gate.passed for gate in self.gates)


def sound_alarm(
    observation: str = "district",
    draws: int = DRAWS,
    seed: int = SEED,
    threads: int = 1,
    progress: Progress = lambda done, total: None,
) -> Alarm:
    """Fit, let the rows of the rest move, and look at the levers.

    Parameters
    ----------
    observation
        Figure of Paser for 2021: ``district`` or ``official``.
    draws
        Stored rows of the rest, and chains.
    seed
        Seed of the whole run.
    threads
        Calls at the same time; the result does not depend on it.
    progress
        Called with work done and work in all.
    """
    shipped = shipped_fit(observation, draws, seed, threads, lambda a, b: progress(a, 2 * b))
    found = walk(shipped.fit, shipped.surfaces, seed, threads, lambda a, b: progress(a + b, 2 * b))
    levers = learnt(found, scored(shipped.rest))
    return Alarm(found, levers, check(levers))
