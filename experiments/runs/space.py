"""What is uncertain, as coordinates between 0 and 1, and the constants that a point stands for.

Levers and nuisances are independent, each a coordinate of its own through its prior. Levels and
natural history were fitted together: they are one coordinate, which chooses a stored draw. The
stored draws stand in rising order of prevalence, so that the coordinate means something. The fit
leaves levels and levers independent (tests/experiments/runs/test_space.py), so that any level may
meet any lever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...calibration.ensemble import ensemble_of, load_ensemble
from ...calibration.posterior import Posterior
from ...calibration.shipped import DRAWS
from ...model.calendar import FIRST_YEAR
from ...model.distributions import Prior, quantile
from ...model.engine.integrate import simulate
from ...model.language.ir import Program
from ...model.parameters import Parameter, load_parameters, plain_name

Floats = NDArray[np.float64]

JOINT = "levels and natural history"
"""Name of the coordinate that chooses a stored draw of all that the surveys updated."""

LAST_SURVEY_END = 12.0 * (2024 + 1 - FIRST_YEAR)
"""Month by whose prevalence the stored draws are ordered: the end of 2024."""


@dataclass(frozen=True)
class Uncertainty:
    """One coordinate.

    Attributes
    ----------
    name
        Of the constant of the model, or `JOINT`.
    unit
        Of the constant; ``dmnl`` for the rank of a stored draw.
    sector, grade
        From the parameter table; ``fit`` and an empty grade for `JOINT`.
    prior
        Its distribution; nothing for `JOINT`.
    """

    name: str
    unit: str
    sector: str
    grade: str
    prior: Prior | None

    @property
    def joint(self) -> bool:
        """Whether it chooses a stored draw."""
        return self.prior is None


@dataclass(frozen=True)
class Space:
    """What varies, and what everything else is.

    Attributes
    ----------
    uncertainties
        One for each coordinate, in order.
    stored
        (row,) by constant: what the surveys updated, in rising order of prevalence.
    central
        Value by constant of the parameters that do not vary.
    """

    uncertainties: tuple[Uncertainty, ...]
    stored: Mapping[str, Floats] = field(repr=False)
    central: Mapping[str, float] = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates."""
        return tuple(item.name for item in self.uncertainties)

    def constants(self, points: Floats) -> dict[str, Floats]:
        """Return the constants of the model.

        Parameters
        ----------
        points
            (draw, coordinate), from 0 to 1.

        Returns
        -------
        dict
            (draw,) by constant, in its unit; every uncertain parameter is there.
        """
        size = len(points)
        out = {name: np.full(size, value) for name, value in self.central.items()}
        for column, item in enumerate(self.uncertainties):
            if item.prior is None:
                rows = self.rows(points[:, column])
                out |= {name: values[rows] for name, values in self.stored.items()}
            else:
                out[item.name] = quantile(item.prior, points[:, column])
        return out

    def rows(self, coordinate: Floats) -> NDArray[np.intp]:
        """Return the stored draws that a coordinate from 0 to 1 chooses."""
        size = len(next(iter(self.stored.values())))
        return np.minimum((np.asarray(coordinate) * size).astype(np.intp), size - 1)

    def restrict(self, names: Sequence[str]) -> Space:
        """Return the space in which only some coordinates vary; the others are central.

        The central stored draw is that of middling prevalence.

        Raises
        ------
        KeyError
            If a name is not a coordinate.
        """
        missing = [name for name in names if name not in self.names]
        if missing:
            raise KeyError(f"not among the uncertainties: {', '.join(missing)}")
        kept = tuple(item for item in self.uncertainties if item.name in set(names))
        left = {i.name: i for i in self.uncertainties if i.name not in set(names)}
        central = dict(self.central)
        for name, item in left.items():
            if item.joint:
                middle = int(self.rows(np.array([0.5]))[0])
                central |= {key: float(values[middle]) for key, values in self.stored.items()}
            else:
                central[name] = item.prior.value if item.prior else 0.0
        return Space(kept, self.stored, central)

    def override(self, priors: Mapping[str, Prior]) -> Space:
        """Return the space with other distributions for some coordinates."""
        changed = tuple(
            replace(item, prior=priors[item.name]) if item.name in priors else item
            for item in self.uncertainties
        )
        return replace(self, uncertainties=changed)


def load_space(
    program: Program,
    area: str = "paser",
    observation: str = "district",
    posterior: Posterior | None = None,
) -> Space:
    """Return everything that is uncertain about a district.

    Parameters
    ----------
    program
        The model; it puts the stored draws in order.
    area
        Code of the district.
    observation
        Figure of the first survey: ``district`` or ``official``.
    posterior
        A fit that was checked; the stored one of that figure when absent.

    Raises
    ------
    DataError
        If no draws are stored, or they do not belong to the tables.
    """
    if posterior is None:
        constants = load_ensemble(area, DRAWS, None, observation).constants
    else:
        constants = ensemble_of(posterior, area, posterior.size).constants
    rows = [row for row in load_parameters().uncertain() if row.tier == 2]
    own = {row.name for row in rows}
    stored = {name: values for name, values in constants.items() if name not in own}
    order = _order(program, stored, rows)
    joint = Uncertainty(JOINT, "dmnl", "fit", "", None)
    levers = [Uncertainty(row.name, row.unit, row.sector, row.grade, row.prior) for row in rows]
    return Space((joint, *levers), {name: v[order] for name, v in stored.items()}, {})


def _order(
    program: Program, stored: Mapping[str, Floats], rows: Sequence[Parameter]
) -> NDArray[np.intp]:
    """Return the rows of the stored draws by prevalence at the end of the last survey's year."""
    central = {row.name: row.value for row in rows}
    run = simulate(
        program, {**stored, **central}, ["survey prevalence"], [LAST_SURVEY_END], snapshot=False
    )
    return np.argsort(run["survey prevalence"][:, 0], kind="stable")


def choose(space: Space, wanted: Callable[[Uncertainty], bool]) -> tuple[str, ...]:
    """Return the names of the coordinates that satisfy a condition, in order."""
    return tuple(item.name for item in space.uncertainties if wanted(item))


def find(space: Space, name: str) -> str | None:
    """Return the coordinate that a name stands for, as Vensim compares names, or nothing."""
    known = {plain_name(item.name): item.name for item in space.uncertainties}
    return known.get(plain_name(name))
