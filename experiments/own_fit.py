"""A fit of the reader's own: made now from a file of surveys, or stored by ``tumbuh calibrate``."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from ..calibration.columns import read_columns
from ..calibration.gates import Gate
from ..calibration.observations import Observation, as_observations, digest, read_surveys
from ..calibration.posterior import Posterior, made_from
from ..calibration.posterior_checks import posterior_gates, replicate
from ..calibration.shipped import DRAWS, SEED, shipped_surveys
from ..calibration.survey_rows import Rules
from ..model.errors import DataError, Problem
from .basis import Basis, Own, differences
from .batch import Progress
from .calibrating import FIT, Request, calibrate
from .runs.folder import Opened, open_result

FILES = ("posterior.csv", "posterior.json", "surveys.csv", "gates.csv")
"""What is read of a folder of ``tumbuh calibrate``."""
ROLES = ("fit", "alternative", "unseen")
FEWEST = 100
"""Draws of the smallest fit that is answered from."""
FITTED = "Run `tumbuh calibrate --output` with --tier 1 or all, with this version"
AGAIN = "Run `tumbuh calibrate --output` again with this version"


def fit_own(
    surveys: tuple[Observation, ...],
    name: str,
    area: str = "paser",
    progress: Progress = lambda done, total: None,
    draws: int = DRAWS,
    threads: int = 1,
) -> Basis:
    """Fit surveys anew, with the checks of chains and of surveys.

    Parameters
    ----------
    surveys
        All that are fitted.
    name
        Of the file that they are from.
    area
        District whose surveys are looked at one by one.
    progress
        Called with work done and work in all.
    draws, threads
        As for `calibrate`.
    """
    found = calibrate(
        Request(area, (FIT,), "district", draws, SEED, surveys, threads=threads), progress
    )
    assert found.shipped is not None
    again = replicate(found.shipped.fit, found.shipped.surfaces, SEED)
    home = area if any(item.area == area for item in surveys) else None
    gates = (*found.gates["chains"], *posterior_gates(again, home))
    changed = differences(surveys, shipped_surveys())
    return Basis(found.posterior, surveys, Own(name, True, changed, gates))


def open_fit(folder: Path, area: str = "paser") -> Basis:
    """Open a fit that ``tumbuh calibrate --output`` wrote, each file held to its checksum.

    Parameters
    ----------
    folder
        Of the fit.
    area
        District that its checks must be about.

    Raises
    ------
    DataError
        With everything that is wrong: another kind of folder, a damaged file, another model or
        evidence, another district, or too few draws.
    """
    opened = open_result(folder)
    _check(opened, folder, area)
    surveys = _surveys(folder)
    try:
        posterior, gates = _posterior(folder), _gates(folder)
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        found = f"a calibration in which something is missing or of another form ({error!r})"
        raise DataError([Problem(str(folder), "a whole calibration", found, AGAIN)]) from error
    _check_fit(posterior, surveys, folder)
    changed = differences(surveys, shipped_surveys())
    return Basis(posterior, surveys, Own(folder.resolve().name, False, changed, gates))


def _check(opened: Opened, folder: Path, area: str) -> None:
    where = str(folder)
    if opened.kind != "calibrate":
        found = f"one of `tumbuh {opened.kind}`"
        remedy = "Name a folder that `tumbuh calibrate --output` wrote"
        raise DataError([Problem(where, "a folder of `tumbuh calibrate`", found, remedy)])
    problems = [
        Problem(str(folder / name), "the file that was written", "another or none", AGAIN)
        for name in opened.damaged
    ]
    lacking = [name for name in FILES if name not in opened.manifest["files"]]
    if lacking:
        expected, found = f"a fit with {', '.join(FILES)}", f"one without {', '.join(lacking)}"
        problems.append(Problem(where, expected, found, FITTED))
    problems += [
        Problem(where, f"a calibration made from the {name} of now", "a different one", AGAIN)
        for name in opened.changed
    ]
    if opened.manifest.get("district") != area:
        problems.append(_of_another(where, str(opened.manifest.get("district")), area))
    if problems:
        raise DataError(problems)


def _of_another(where: str, district: str, area: str) -> Problem:
    """Tell that a fit was checked for another district; the levels of all are in any fit."""
    return Problem(
        where,
        f"checks about {area}, the only district of the page",
        f"checks about {district}",
        f"Run `tumbuh calibrate --district {area} --output` with the same surveys: it fits all "
        f"districts too. For {district} use `tumbuh compare --district` with a district file",
    )


def _check_fit(posterior: Posterior, surveys: tuple[Observation, ...], folder: Path) -> None:
    """Hold a fit to its own account: each file is whole, but they must belong together."""
    about, where, problems = posterior.provenance, str(folder), list[Problem]()
    problems += [
        Problem(where, f"a calibration made from the {name} of now", "a different one", AGAIN)
        for name, found in made_from().items()
        if about.get(name) != found
    ]
    if digest(surveys) != about["observations_digest"]:
        found = "surveys that were not fitted"
        problems.append(Problem(str(folder / "surveys.csv"), "the fitted surveys", found, AGAIN))
    if posterior.size != about["draws"]:
        expected, found = f"{about['draws']} rows", str(posterior.size)
        problems.append(Problem(str(folder / "posterior.csv"), expected, found, AGAIN))
    if posterior.size < FEWEST:
        found, remedy = f"{posterior.size} draws", "Run `tumbuh calibrate` with more --draws"
        problems.append(Problem(where, f"at least {FEWEST} draws", found, remedy))
    if problems:
        raise DataError(problems)


def _posterior(folder: Path) -> Posterior:
    about: dict[str, Any] = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
    columns = read_columns(folder / "posterior.csv")
    areas, surveys = tuple(about["areas"]), tuple(about["surveys"])
    return Posterior(areas, surveys, about["seed"], about["frozen"], columns, about)


def _surveys(folder: Path) -> tuple[Observation, ...]:
    rules = Rules(ROLES, complete=True, districts=True)
    return as_observations(read_surveys(folder / "surveys.csv", rules))


def _gates(folder: Path) -> tuple[Gate, ...]:
    with (folder / "gates.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Gate(row["gate"], row["expected"], row["found"], row["passed"] == "True")
            for row in csv.DictReader(file)
        )
