"""The fit that an answer rests on: that of the package, or one of the reader's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..calibration.ensemble import check_posterior
from ..calibration.gates import Gate
from ..calibration.observations import Observation
from ..calibration.posterior import Posterior, load_posterior, paths
from .inputs import fitted_surveys


@dataclass(frozen=True)
class Difference:
    """A survey of a fit that the packaged tables do not have so.

    Attributes
    ----------
    survey
        What was fitted; the packaged one where the fit leaves it out.
    packaged
        The packaged survey of this district and round, if there is one.
    kind
        ``replaced``, ``joined`` or ``left_out``.
    """

    survey: Observation
    packaged: Observation | None
    kind: str


@dataclass(frozen=True)
class Own:
    """What makes a fit one of the reader's own.

    Attributes
    ----------
    name
        Of the file of surveys, or of the folder of the fit.
    fitted_now
        Whether it was fitted for this answer; else it was stored by ``tumbuh calibrate``.
    differences
        From the packaged surveys.
    gates
        The checks that were made of it.
    """

    name: str
    fitted_now: bool
    differences: tuple[Difference, ...]
    gates: tuple[Gate, ...]


@dataclass(frozen=True, eq=False)
class Basis:
    """A fit, and the surveys that it was made from.

    Attributes
    ----------
    posterior
        The fit.
    surveys
        Of all its districts.
    own
        What makes it one of the reader's own; nothing for that of the package.
    """

    posterior: Posterior
    surveys: tuple[Observation, ...]
    own: Own | None = None

    def of(self, area: str) -> tuple[Observation, ...]:
        """Return the surveys of a district in the order of time.

        Parameters
        ----------
        area
            Code of the district.
        """
        rows = (item for item in self.surveys if item.area == area)
        return tuple(sorted(rows, key=lambda item: (item.year, item.month_low)))


def stored_basis(observation: str = "district") -> Basis:
    """Return the fit of the package.

    Parameters
    ----------
    observation
        Figure of Paser for 2021: ``district`` or ``official``.

    Raises
    ------
    DataError
        If model, tables or surveys were changed since.
    """
    posterior = load_posterior(observation)
    check_posterior(posterior, posterior.size, paths(observation)[1].name)
    return Basis(posterior, fitted_surveys(posterior.provenance, observation))


def differences(
    surveys: Sequence[Observation], packaged: Sequence[Observation]
) -> tuple[Difference, ...]:
    """Return where surveys differ from the packaged ones in what a likelihood reads.

    Parameters
    ----------
    surveys, packaged
        At most one of each district and round.
    """
    known = {(item.area, item.survey): item for item in packaged}
    fitted = {(item.area, item.survey): item for item in surveys}
    found = [
        Difference(item, known.get(key), "replaced" if key in known else "joined")
        for key, item in fitted.items()
        if key not in known or _read(item) != _read(known[key])
    ]
    left = [Difference(item, item, "left_out") for key, item in known.items() if key not in fitted]
    return (*found, *left)


def _read(item: Observation) -> tuple[object, ...]:
    shares = (item.value, item.low, item.high)
    return (*shares, item.year, item.month_low, item.month_high, item.children)
