"""Families: births and pregnancies, what they received, and how their practice follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from .children import Children
from .drivers import PACKAGES, Drivers
from .equations import BIRTH_STAGES, PRACTICE, Equations

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

PREGNANCY = 9.0
"""Months from conception to birth."""

WINDOW = 24.0
"""Months after birth in which a family counts as in the first 1,000 days."""

CHILDHOOD = 60.0
LONG_AGO = -1000.0
_SHARED = 0.5 * (CHILDHOOD - WINDOW) / CHILDHOOD
"""Share of childhood that a child shares with the next one."""
_ROUNDING = 1e-6
"""Months by which sums of steps may be off."""


def sibling_share(children_per_family: float) -> float:
    """Return the share of births that go to a family with a child of two to four years.

    Parameters
    ----------
    children_per_family
        Children under five per family that has any, 1 to 1.4.

    Notes
    -----
    A family without a sibling has a child under five for 60 months; a sibling comes after 24 to 60
    months, 42 on average, and shares 18 of them.
    """
    return min(1.0, (1.0 - 1.0 / children_per_family) / _SHARED)


class Families:
    """One entry per family, with a child or pregnancy in the first 1,000 days or not.

    Attributes
    ----------
    last_birth, due
        (family,), month of the last birth and of the next; infinite where none is expected.
    practice
        (family,), change of feeding practice by counselling, share.
    pregnancy
        (3, family), stages of care in pregnancy, HAZ.
    """

    def __init__(self, size: int, siblings: float) -> None:
        self.size = size
        self._siblings = siblings
        self.last_birth = np.full(size, LONG_AGO)
        self.due = np.full(size, np.inf)
        self.practice = np.zeros(size)
        self.pregnancy = np.zeros((len(BIRTH_STAGES), size))

    def first(
        self, children: Children, ages: Floats, births: float, rng: np.random.Generator
    ) -> None:
        """Give the children of the start to families, and expect the first births.

        Parameters
        ----------
        children
            Their families are set.
        ages
            (child,), months.
        births
            Births a month.
        rng
            Random numbers.
        """
        order = rng.permutation(self.size)
        family = order[np.arange(children.count) % self.size]
        for young, elder in _siblings(ages, round(self._siblings * _SHARED * children.count), rng):
            family[young] = family[elder]
        children.family = family
        np.maximum.at(self.last_birth, family, -ages)
        self._expect(0.0, rng.poisson(births * PREGNANCY), rng, spread=True)

    def in_window(self, month: float) -> Truth:
        """Return (family,), whether it is in the first 1,000 days: pregnant, or a child under 2."""
        return np.isfinite(self.due) | (month - self.last_birth < WINDOW)

    def conceive(self, month: float, number: int, rng: np.random.Generator) -> None:
        """Let so many families expect a birth nine months on."""
        self._expect(month, number, rng, spread=False)

    def _expect(self, month: float, number: int, rng: np.random.Generator, spread: bool) -> None:
        latest = month + PREGNANCY
        waits = ~np.isfinite(self.due)
        # Age of the last child at the earliest and at the latest day of birth.
        least, most = (day - self.last_birth for day in (month if spread else latest, latest))
        elder = np.flatnonzero(waits & (least >= WINDOW) & (most < CHILDHOOD))
        alone = np.flatnonzero(waits & (least >= CHILDHOOD))
        second = min(int(rng.binomial(number, self._siblings)), len(elder))
        chosen = np.concatenate(
            [
                rng.choice(elder, size=second, replace=False),
                rng.choice(alone, size=min(number - second, len(alone)), replace=False),
            ]
        )
        self.due[chosen] = month + PREGNANCY * (rng.random(len(chosen)) if spread else 1.0)

    def give_birth(self, end: float) -> Whole:
        """Return the families whose birth is due before a month, the end of a step."""
        mothers = np.flatnonzero(self.due < end - _ROUNDING)
        self.last_birth[mothers] = self.due[mothers]
        self.due[mothers] = np.inf
        return mothers

    def respond(self, gains: Mapping[str, Floats], equations: Equations, step: float) -> None:
        """Let feeding practice and care in pregnancy follow what is received, for one step.

        Parameters
        ----------
        gains
            (family,) of ``gain in coverage[...]`` by package.
        equations
            The shared equations.
        step
            Months.
        """
        given = {name: gains[name] for name in _ANSWERED}
        given[PRACTICE] = self.practice
        given |= {name: self.pregnancy[row] for row, name in enumerate(BIRTH_STAGES)}
        found = equations.responses(given)
        self.practice = self.practice + step * found[f"change of {PRACTICE}"]
        for row, name in enumerate(BIRTH_STAGES):
            self.pregnancy[row] += step * found[f"change of {name}"]


def _siblings(ages: Floats, wanted: int, rng: np.random.Generator) -> Iterator[tuple[Whole, Whole]]:
    """Yield younger and elder children, far enough apart, until there are so many pairs."""
    free = np.arange(len(ages))
    for _ in range(_TRIES):
        mixed = rng.permutation(free)
        half = len(mixed) // 2
        pairs = mixed[: 2 * half].reshape(2, half)
        pairs = pairs[:, np.abs(ages[pairs[0]] - ages[pairs[1]]) >= WINDOW][:, :wanted]
        first, second = pairs
        swap = ages[first] > ages[second]
        yield np.where(swap, second, first), np.where(swap, first, second)
        wanted -= pairs.shape[1]
        if wanted == 0:
            return
        free = np.setdiff1d(free, pairs)


_TRIES = 6
"""Each finds siblings for about a third of those who have none."""
_ANSWERED = ("gain in coverage[maternal]", "gain in coverage[counselling]")


def gains_of(
    receipt: Truth, drivers: Drivers, fidelity: float, equations: Equations, month: float
) -> dict[str, Floats]:
    """Return (family,) of the gain in effective coverage by package, from what is received.

    Parameters
    ----------
    receipt
        (package, family).
    drivers, equations
        The stock-and-flow run and the shared equations.
    fidelity
        What survives delivery.
    month
        Months since January 2018.
    """
    given: dict[str, Floats | float] = {"fidelity": fidelity}
    for row, package in enumerate(PACKAGES):
        given[f"contact coverage[{package}]"] = receipt[row].astype(float)
        given[f"relative quality[{package}]"] = drivers.at(f"relative quality[{package}]", month)
        given[f"reference coverage[{package}]"] = drivers.at(f"reference coverage[{package}]", 0.0)
    return equations.gains(given)
