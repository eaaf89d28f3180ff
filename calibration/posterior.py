"""The stored draws of the levels of ten districts: what the surveys up to 2024 left of the priors.

A file holds what was fitted; levers and natural history are drawn again from the seed, so that they
stand in one place only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.errors import DataError, Problem
from ..model.evidence_tables import EVIDENCE_FOLDER
from ..model.files import sha256, write_atomic
from ..model.language.cache import PACKAGED
from ..model.randomness import stream
from .columns import read_columns
from .fit import Fit, watched
from .hierarchy import Priors, draw_coordinates, load_priors, points_of
from .likelihood import SURVEY_MODEL
from .panel import Panel
from .state import State
from .surface import DIMENSIONS, HIGH, LOW, Window, model_constants
from .tables import DATA_FOLDER

Floats = NDArray[np.float64]

OBSERVATIONS = ("district", "official")
"""Figures of Paser for 2021 that were fitted: that of the district, and that of the national list."""
TYPICAL = "typical"
_DIGITS = 9


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of what was fitted.

    Attributes
    ----------
    areas, surveys
        Districts and surveys of the fit.
    seed
        Of the fit, and of the levers and natural history that belong to the draws.
    frozen
        Day of the fit, ISO 8601.
    columns
        By name: (draw,). The constants of the model are named ``constant[district]`` and the typical
        district of the province is ``typical``; the others are those of `watched`.
    provenance
        What it was made from.
    """

    areas: tuple[str, ...]
    surveys: tuple[str, ...]
    seed: int
    frozen: str
    columns: Mapping[str, Floats]
    provenance: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(next(iter(self.columns.values())))

    def levels(self, area: str) -> dict[str, Floats]:
        """Return (draw,) by constant of the model, for one district.

        A district that was not fitted is one more of the same province: its distance from the
        typical district is drawn as the fit found that districts differ.

        Parameters
        ----------
        area
            Code of the district.
        """
        if area in self.areas:
            own = {name: self.columns[f"{name}[{area}]"] for name in DIMENSIONS[:3]}
            return own | {DIMENSIONS[3]: self.columns[DIMENSIONS[3]]}
        points = np.column_stack(
            [
                np.log(self.columns[f"{DIMENSIONS[0]}[{TYPICAL}]"]),
                *(self.columns[f"{name}[{TYPICAL}]"] for name in DIMENSIONS[1:3]),
                self.columns[DIMENSIONS[3]],
            ]
        )
        priors, rng = load_priors(), stream(self.seed, f"district/{area}")
        own = rng.standard_normal((self.size, 3))
        points[:, 0] += self.columns["spread of deficit multipliers"] * own[:, 0]
        points[:, 1:3] += np.array([priors.birth_shift, priors.secular_spread]) * own[:, 1:]
        return model_constants(points)


def columns_of(fit: Fit) -> dict[str, Floats]:
    """Return what a fit found, by the names of a posterior."""
    found: dict[str, Floats] = {}
    inside = np.clip(fit.points, LOW, HIGH)
    for row, area in enumerate((*fit.panel.areas, TYPICAL)):
        found[f"{DIMENSIONS[0]}[{area}]"] = np.exp(inside[:, row, 0])
        found[f"{DIMENSIONS[1]}[{area}]"] = inside[:, row, 1]
        found[f"{DIMENSIONS[2]}[{area}]"] = inside[:, row, 2]
    found[DIMENSIONS[3]] = inside[:, 0, 3]
    seen = watched(State(fit.at, fit.prevalence, fit.cells), fit.priors, fit.panel)
    shared = ("spread of deficit multipliers", "design effect", "discrepancy")
    names = (*shared, *(f"bias of {survey}" for survey in fit.panel.surveys))
    return found | {name: seen[name] for name in names}


def prior_columns(
    areas: Sequence[str], surveys: Sequence[str], priors: Priors, draws: int, seed: int
) -> dict[str, Floats]:
    """Return draws of the prior, by the names of a posterior and with the same ends.

    Parameters
    ----------
    areas, surveys
        Districts and surveys; no value of them is read.
    priors
        Numbers of the priors.
    draws
        Number of draws.
    seed
        Of the draws; they share nothing with those of a posterior.
    """
    shape = (len(areas), len(surveys))
    none, years = np.full(shape, np.nan), np.zeros(shape[1], np.int64)
    windows, marks = (Window(0.0, 0.0),) * shape[1], np.zeros(shape[1], np.bool_)
    values = (none, none, none, none)
    panel = Panel(tuple(areas), tuple(surveys), years, windows, *values, marks)
    at = draw_coordinates(stream(seed, "posterior/prior"), draws, panel)
    empty = np.zeros((draws, shape[0] + 1, shape[1]))
    return columns_of(Fit(panel, priors, at, points_of(at, priors), empty, empty[:, :-1], {}))


def made_from() -> dict[str, str]:
    """Return digests of all that a fit is made from but the surveys."""
    tables = {
        "parameters": EVIDENCE_FOLDER / "parameters.csv",
        "survey_model": SURVEY_MODEL,
        "natural_history": DATA_FOLDER / "natural_history.csv",
    }
    return {name: sha256(path) for name, path in (*tables.items(), ("model", PACKAGED))}


def paths(observation: str, folder: Path = DATA_FOLDER) -> tuple[Path, Path]:
    """Return the paths of the draws and of what is known of them."""
    return folder / f"posterior_{observation}.csv", folder / f"posterior_{observation}.json"


def write_posterior(
    columns: Mapping[str, Floats], meta: Mapping[str, Any], observation: str, folder: Path
) -> None:
    """Write draws, to nine digits, and what is known of them."""
    draws, about = paths(observation, folder)
    write_atomic(draws, as_text(columns))
    write_atomic(about, json.dumps(meta, indent=1, sort_keys=True) + "\n")


def as_text(columns: Mapping[str, Floats]) -> str:
    """Return draws as the text of their file."""
    lines = [",".join(columns)]
    lines += [
        ",".join(f"{value:.{_DIGITS}g}" for value in row)
        for row in np.column_stack(list(columns.values())).tolist()
    ]
    return "\n".join(lines) + "\n"


def load_posterior(
    observation: str = "district",
    areas: Sequence[str] | None = None,
    folder: Path = DATA_FOLDER,
) -> Posterior:
    """Return the stored draws.

    Parameters
    ----------
    observation
        ``district`` or ``official``.
    areas
        Districts to read; all, and the typical one, when absent.
    folder
        Where the files lie.

    Raises
    ------
    DataError
        If there are none, or the file of draws is not whole.
    """
    draws, about = paths(observation, folder)
    if not draws.exists() or not about.exists():
        known = " or ".join(OBSERVATIONS)
        found = f"none for {observation!r} in {folder}"
        raise DataError([Problem("posterior", known, found, "Run `make posterior`")])
    meta = json.loads(about.read_text(encoding="utf-8"))
    columns = read_columns(draws)
    rows = len(next(iter(columns.values())))
    if rows != meta["draws"]:
        problem = Problem(draws.name, f"{meta['draws']} rows", f"{rows}", "Make it again")
        raise DataError([problem])
    return Posterior(
        tuple(meta["areas"]),
        tuple(meta["surveys"]),
        meta["seed"],
        meta["frozen"],
        {name: values for name, values in columns.items() if _wanted(name, areas)},
        meta,
    )


def _wanted(name: str, areas: Sequence[str] | None) -> bool:
    return areas is None or "[" not in name or name.split("[")[1].rstrip("]") in (*areas, TYPICAL)
