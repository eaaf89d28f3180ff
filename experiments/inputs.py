"""What ``compare`` and ``run`` read before they compute: district, surveys, draws, plans, options."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..model.errors import DataError, InputError, Problem
from ..model.parameters import Parameter, load_parameters, plain_name
from ..scenarios.bounds import outside

if TYPE_CHECKING:
    from ..calibration.ensemble import Ensemble
    from ..calibration.observations import Observation
    from ..model.district import District
    from ..model.language.ir import Program
    from ..scenarios.compile import Plan
    from .basis import Basis

DistrictName = Annotated[str, typer.Option("--district", help="A district with a stored ensemble.")]
Figure = Annotated[
    Literal["district", "official"],
    typer.Option(
        "--observation",
        help="Which figure of the first survey: the district's own, or the official list's.",
    ),
]


@dataclass(frozen=True)
class Inputs:
    """A district with its draws.

    Attributes
    ----------
    district
        The district file, held to the parameter table.
    ensemble
        Draws that belong to the model.
    surveys
        Observations behind the draws.
    """

    district: District
    ensemble: Ensemble
    surveys: tuple[Observation, ...]


def read_inputs(
    program: Program, district: str, observation: str, draws: int, seed: int | None = None
) -> Inputs:
    """Load and check everything that an answer about a district rests on.

    Raises
    ------
    DataError
        If the district file, a table or the stored ensemble has a mistake, or they do not belong
        together.
    """
    from ..calibration.ensemble import load_ensemble

    place = read_district(district)
    ensemble = load_ensemble(place.surveys.area, draws, seed, observation)
    if program.digest != ensemble.provenance["model"]:
        found = "a posterior made with another model file"
        raise DataError([Problem("posterior", "one of this model", found, "Run `make posterior`")])
    surveys = fitted_surveys(ensemble.provenance, observation)
    own = tuple(item for item in surveys if item.area == place.surveys.area)
    return Inputs(place, ensemble, own)


def inputs_from(basis: Basis, district: str, draws: int) -> Inputs:
    """Return everything that an answer about a district rests on, from a fit that was checked.

    Parameters
    ----------
    basis
        The fit, with its surveys.
    district
        Id of a district file.
    draws
        At most as many as the fit has.
    """
    from ..calibration.ensemble import ensemble_of

    place = read_district(district)
    area = place.surveys.area
    return Inputs(place, ensemble_of(basis.posterior, area, draws), basis.of(area))


def fitted_surveys(about: Mapping[str, Any], observation: str) -> tuple[Observation, ...]:
    """Return the surveys behind a stored posterior; all must be as they were at the fit.

    Parameters
    ----------
    about
        What is known of the posterior.
    observation
        Figure of Paser for 2021: ``district`` or ``official``.

    Raises
    ------
    DataError
        If a survey was added, changed or taken away since, or a table has mistakes.
    """
    from ..calibration.observations import digest
    from ..calibration.shipped import shipped_surveys

    surveys = shipped_surveys(observation)
    if digest(surveys) != about["observations_digest"]:
        wanted, found = "the surveys that were fitted", "a survey table that was changed since"
        raise DataError([Problem("posterior", wanted, found, "Run `make posterior`")])
    return surveys


def read_district(district: str) -> District:
    """Return a district, its facts held to the parameter table and its surveys to theirs.

    Raises
    ------
    DataError
        With every mistake.
    """
    from ..calibration.survey_link import link_problems, link_problems_of
    from ..model.district import load_district, locate_district
    from ..model.district_facts import fact_problems

    try:
        place = load_district(district)
    except DataError as error:
        link = link_problems_of(locate_district(district))
        raise DataError([*error.problems, *link]) from error
    problems = [*link_problems(place), *fact_problems(place, load_parameters())]
    if problems:
        raise DataError(problems)
    return place


def references(scenarios: str | None) -> list[str | Path]:
    """Return the ids and files asked for, no extra action first; the library by default.

    Raises
    ------
    InputError
        If the option names nothing.
    """
    from ..scenarios.loader import BASELINE, LIBRARY_IDS

    if scenarios is None:
        return list(LIBRARY_IDS)
    names = [part.strip() for part in scenarios.split(",") if part.strip()]
    if not names:
        remedy = "Name a library id or a YAML file, or leave the option out"
        found = "only commas" if scenarios.strip() else "nothing"
        raise InputError([Problem("--scenarios", "at least one scenario", found, remedy)])
    return [BASELINE, *(name for name in names if name != BASELINE)]


def read_plans(names: Sequence[str | Path]) -> list[Plan]:
    """Return the plans of ids and files."""
    from ..scenarios.compile import prepare
    from ..scenarios.loader import load_scenarios

    return [prepare(scenario) for scenario in load_scenarios(list(names))]


def overrides(pairs: Iterable[str], program: Program) -> dict[str, float]:
    """Return constants set by NAME=VALUE, each a finite number within its bounds.

    Parameters
    ----------
    pairs
        As given on the command line.
    program
        The model; names are its constants.

    Raises
    ------
    InputError
        With every mistake.
    """
    problems: list[Problem] = []
    found: dict[str, float] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        try:
            value = float(text)
        except ValueError:
            problems.append(_no_number(pair, text))
            continue
        variable = program.find(name)
        if variable.name not in program.constants:
            expected, remedy = "the name of a constant", "`tumbuh model vars` lists the names"
            found_name = f"{name.strip()!r}, which the model computes"
            problems.append(Problem("--set", expected, found_name, remedy))
            continue
        problem = _outside(variable.name, value)
        if problem:
            problems.append(problem)
        found[variable.name] = value
    if problems:
        raise InputError(problems)
    return found


def _no_number(pair: str, text: str) -> Problem:
    remedy = (
        f"Write {text.replace(',', '.')}, with a decimal point" if "," in text else "Correct it"
    )
    return Problem("--set", "NAME=VALUE with a number", repr(pair), remedy)


def _outside(name: str, value: float) -> Problem | None:
    """Hold a constant to the bounds that a scenario's setting or lever has, or to its prior."""
    from ..scenarios.levers import catalogue

    where = f"--set {name}"
    setting = catalogue().settings.get(name)
    if setting is not None:
        bounds = (setting.lower, setting.upper)
        return outside(where, value, bounds, setting.unit, setting.title.en)
    for lever in catalogue().levers.values():
        if name == lever.constant("level"):
            bounds = (0.0, lever.maximum)
            return outside(where, value, bounds, lever.unit, lever.dose_unit.en)
    known = {plain_name(row.name): row for row in load_parameters().rows}
    row = known.get(plain_name(name))
    bounds = (-math.inf, math.inf) if row is None else bounds_of(row)
    return outside(where, value, bounds, row.unit if row else "dmnl", name)


def bounds_of(row: Parameter) -> tuple[float, float]:
    """Return the values that a parameter can have: those of its prior and its own default."""
    from ..model.distributions import support

    if row.uncertain:
        low, high = support(row.prior)
        more = [x for x in (row.value, row.prior.null_value) if x is not None]
        return min(low, *more), max(high, *more)
    if row.role == "switch" or row.name.startswith("relax ") or row.name == "faltering removal":
        return 0.0, 1.0
    low = -math.inf if row.prior.lower is None else row.prior.lower
    return low, math.inf if row.prior.upper is None else row.prior.upper
