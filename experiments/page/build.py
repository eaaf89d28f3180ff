"""The data of the page, and the page."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from ...calibration.ensemble import ensemble_of
from ...model.calendar import DECISION_DATE, DECISION_MONTH, FIRST_YEAR, LAST_YEAR
from ...model.language.cache import load_program
from ...model.language.ir import Program
from ...model.parameters import load_parameters
from ...scenarios.costs import planning_inputs, unit_price
from ...scenarios.levers import Lever, catalogue
from ...scenarios.loader import LIBRARY_IDS
from ...scenarios.text import LANGUAGES
from ..answer import equal_lines, equal_sum, headlines
from ..answer import statement as known
from ..basis import Basis, stored_basis
from ..batch import Progress
from ..calibration_statement import statement
from ..compare import compare
from ..inputs import Inputs, inputs_from, read_plans
from ..outcomes import GAINS, NO_EFFECT
from ..planners import gather
from ..ranking import RANKING_CHANCE
from ..results import Comparison
from ..text import LOCALES
from .assessed import DETERMINANTS, SCALE, determinant_priors
from .equity import equity
from .join import document, script, style
from .knowledge import assumptions, leading, measuring
from .own import own_payload, own_rounds
from .payload import engine_payload
from .plain import both, said
from .plans import lever_rows, scenario_rows
from .sources import evidence
from .standing import standing

FIRST_UNTIL = 2028
"""First year whose end the page reports, as `tumbuh compare` does."""
READ = ("buys", "delay", "moves", "persistence", "prior")
"""What the page tells of a lever beside what its engine needs."""


@dataclass(frozen=True)
class Sizes:
    """How much is computed; the numbers of the commands themselves by default.

    Attributes
    ----------
    page
        Draws that the page carries.
    compared, stated, valued
        Draws of ``tumbuh compare``, ``tumbuh statement`` and ``tumbuh value``; with 0 for one of
        the last two, which take most of the time, the page says that it is not in the file.
    """

    page: int = 400
    compared: int = 1000
    stated: int = 1000
    valued: int = 1024

    def within(self, draws: int) -> Sizes:
        """Return the sizes that a fit of so many draws allows; the others are asked of any fit."""
        return replace(self, page=min(self.page, draws), compared=min(self.compared, draws))


def page(
    sizes: Sizes,
    progress: Progress = lambda done, total: None,
    basis: Basis | None = None,
) -> str:
    """Return the page of Paser, the same bytes from the same sources.

    Parameters
    ----------
    sizes
        How much is computed.
    progress
        Called with pieces done and pieces in all.
    basis
        The fit that everything rests on; that of the package when absent.
    """
    data = json.dumps(page_data(sizes, progress, basis), ensure_ascii=False, separators=(",", ":"))
    return document(data, script(), style())


def page_data(
    sizes: Sizes,
    progress: Progress = lambda done, total: None,
    basis: Basis | None = None,
) -> dict[str, Any]:
    """Return all that the page shows, as plain values.

    Parameters
    ----------
    sizes, progress, basis
        As for `page`.
    """
    program, plans, basis = load_program(), read_plans(LIBRARY_IDS), basis or stored_basis()
    own, sizes = basis.own, sizes.within(basis.posterior.size)
    progress(0, 4)
    read = inputs_from(basis, "paser", sizes.compared)
    answer = compare(program, read.ensemble, plans, read.surveys, district=read.district)
    progress(1, 4)
    carried = ensemble_of(basis.posterior, "paser", sizes.page)
    engine = engine_payload(program, carried, plans, until=LAST_YEAR)
    progress(2, 4)
    told = gather("paser", sizes.stated, basis=basis) if sizes.stated else None
    progress(3, 4)
    levels = basis.posterior if own else None
    worth = measuring(sizes.valued, own=levels) if sizes.valued else None
    progress(4, 4)
    return {
        **_about(program, read, sizes),
        "rules": _rules(answer),
        "words": locale(),
        "levers": [row | _lever(catalogue().levers[row["id"]]) for row in lever_rows()],
        "strategies": {name: both(title) for name, title in catalogue().strategies.items()},
        "scenarios": scenario_rows(plans),
        "equal_sum": equal_sum(answer),
        "own": None if own is None else own_payload(own, basis.posterior.size),
        "standing": standing(answer, "paser", own_rounds(own, "paser")),
        "planners": None if told is None else said(lambda words: statement(told, words)),
        "statement": said(lambda words: known(answer, words, _effect(read))),
        "headlines": said(lambda words: headlines(answer, words) + equal_lines(answer, words)),
        "library": _library(answer),
        "assumptions": assumptions(answer),
        "leading": leading(answer),
        "measuring": worth,
        "evidence": evidence(),
        "determinants": DETERMINANTS,
        "scale": SCALE,
        "determinant_priors": determinant_priors(load_parameters()),
        # The agents ran over the packaged draws, which contradict the levels of another fit.
        "equity": None if own else equity(),
        "engine": engine,
    }


def locale() -> dict[str, Any]:
    """Return the texts of the page by language."""
    return {
        language: tomllib.loads((LOCALES / f"page.{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


def _about(program: Program, read: Inputs, sizes: Sizes) -> dict[str, Any]:
    return {
        "district": read.district.name,
        "draws": sizes.page,
        "made": {
            "version": version("tumbuh"),
            "model": program.digest,
            "frozen": read.ensemble.provenance["frozen"],
        },
        "decision": {"month": DECISION_DATE, "year": FIRST_YEAR + DECISION_MONTH / 12.0},
        "dates": {
            "first": DECISION_DATE,
            "last": f"{LAST_YEAR}-12",
            "years": list(range(FIRST_UNTIL, LAST_YEAR + 1)),
        },
    }


def _rules(answer: Comparison) -> dict[str, Any]:
    return {
        "no_effect": NO_EFFECT,
        "gains": GAINS,
        "ranking": RANKING_CHANCE,
        "deciding": answer.deciding,
    }


def _effect(read: Inputs) -> float:
    return float(read.ensemble.provenance["design_effect"])


def _lever(lever: Lever) -> dict[str, Any]:
    texts: Mapping[str, Any] = {name: both(getattr(lever, name)) for name in READ}
    return {
        **texts,
        "is_share": lever.is_share,
        "full_cost": unit_price(lever, planning_inputs()) * lever.full,
        "evidence": list(lever.evidence),
    }


def _library(answer: Comparison) -> dict[str, Any]:
    return {"draws": int((~answer.batch.failed).sum()), "year": answer.base[-1].year}
