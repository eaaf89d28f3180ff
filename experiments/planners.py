"""Everything that the statement for planners says a number of, computed."""

from __future__ import annotations

from ..calibration.areas import Area, load_areas
from ..model.errors import DataError, Problem
from ..model.language.cache import load_program
from ..scenarios.loader import LIBRARY_IDS
from .basis import Basis, stored_basis
from .batch import Progress
from .calibration_statement import Evidence
from .compare import compare
from .identify import LEVEL, identify
from .inputs import inputs_from, read_plans
from .scoring import score_holdout

BEST = "best"


def gather(
    area: str,
    draws: int,
    observation: str = "district",
    threads: int = 1,
    progress: Progress = lambda done, total: None,
    basis: Basis | None = None,
) -> Evidence:
    """Compute what the statement of a district says.

    Parameters
    ----------
    area
        Code of the district.
    draws
        Of the comparison and of what the surveys tell, and chains of the scored fit.
    observation
        Figure of Paser for 2021: ``district`` or ``official``.
    threads
        Calls at the same time; the result does not depend on it.
    progress
        Called with work done and work in all; the scored fit is most of it.
    basis
        The fit; that of the package, with that figure, when absent. The scored fit is in any case
        that of the packaged surveys.

    Raises
    ------
    DataError
        If the district is not known, or a survey table was changed since the fit.
    """
    place, basis = _place(area), basis or stored_basis(observation)
    posterior, surveys = basis.posterior, basis.surveys
    # A small fit of the reader's own has fewer draws; the score is of the packaged surveys.
    held = min(draws, posterior.size) if basis.own else draws
    told = identify(area, held, observation=observation, posterior=posterior).questions
    scored = score_holdout(draws, observation=observation, threads=threads, progress=progress)
    level, change, _ = LEVEL
    return Evidence(
        place,
        basis.of(area),
        len(surveys),
        len(posterior.areas),
        None if basis.own else posterior.frozen,
        posterior.provenance["design_effect"],
        told[level].contraction.value,
        told[change].contraction.value,
        told[BEST].contraction.value,
        _smallest(held, basis),
        scored.holdout,
        scored.chance,
    )


def _place(area: str) -> Area:
    areas = {code: row for code, row in load_areas().items() if row.kind == "district"}
    if area not in areas:
        expected = f"one of {', '.join(areas)}"
        raise DataError([Problem("--district", expected, repr(area), "Correct the code")])
    return areas[area]


def _smallest(draws: int, basis: Basis) -> float:
    """Return the difference of gains below which the library strategies are not told apart."""
    read, plans = inputs_from(basis, "paser", draws), read_plans(LIBRARY_IDS)
    answer = compare(load_program(), read.ensemble, plans, read.surveys, district=read.district)
    return answer.deciding
