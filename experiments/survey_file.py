"""Surveys of a user's own file beside the packaged ones, and the district that is meant."""

from __future__ import annotations

from pathlib import Path

from ..calibration.areas import load_areas
from ..calibration.observations import Observation, as_observations, read_surveys
from ..calibration.shipped import shipped_surveys
from ..calibration.survey_rows import Rules
from ..model.errors import InputError, Problem


def joined(path: Path, observation: str) -> tuple[Observation, ...]:
    """Return the packaged surveys, with those of a file in their place or beside them.

    Parameters
    ----------
    path
        CSV file with the columns of ``calibration/data/observations.csv`` and the role ``fit``.
    observation
        Figure of Paser for 2021 that is packaged: ``district`` or ``official``.

    Raises
    ------
    DataError
        With every mistake of the file, by line and column.
    """
    packaged = shipped_surveys(observation)
    rounds = {item.survey: item.year for item in packaged}
    rules = Rules(("fit",), complete=True, rounds=rounds, districts=True)
    own = as_observations(read_surveys(path, rules))
    taken = {(item.area, item.survey) for item in own}
    kept = (o for o in packaged if (o.area, o.survey) not in taken)
    return (*kept, *own)


def area_of(district: str) -> str:
    """Return the code of a district, given by code or by a district file.

    Raises
    ------
    InputError
        If it is neither.
    """
    known = [code for code, row in load_areas().items() if row.kind == "district"]
    if district in known:
        return district
    if Path(district).suffix in (".yaml", ".yml"):
        from .inputs import read_district

        return read_district(district).surveys.area
    expected = f"one of {', '.join(known)}, or a district file (.yaml)"
    remedy = "Correct the code, or write a district file: CONTRIBUTING.md"
    raise InputError([Problem("--district", expected, repr(district), remedy)])
