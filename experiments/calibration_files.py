"""What a calibration leaves: rows for people and machines, and a folder with everything."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..calibration.areas import load_areas
from ..calibration.gates import Gate
from ..calibration.observations import Observation
from ..calibration.posterior import as_text
from ..calibration.posterior_checks import theil_of
from ..calibration.survey_rows import COLUMNS
from ..model.engine.integrate import simulate
from ..model.language.cache import load_program
from ..scenarios.loader import LIBRARY_IDS, load_scenario
from ..scenarios.text import Language
from .calibrating import Calibration
from .data_tables import area_name
from .messages import phrase
from .text import Words

Row = dict[str, str | float | int | bool]


def level_rows(found: Calibration) -> list[Row]:
    """Return one row for each district: surveys, and prevalence at the last survey, share.

    A district that was not fitted comes last, as one more of the province.
    """
    assert found.shipped is not None
    posterior, panel, names = found.posterior, found.shipped.fit.panel, load_areas()
    rest, window = found.shipped.rest, panel.windows[-1].months
    areas = dict.fromkeys((*posterior.areas, found.request.area))
    rows: list[Row] = []
    for area in areas:
        constants = rest | posterior.levels(area)
        run = simulate(load_program(), constants, ["survey prevalence"], window, snapshot=False)
        share = run["survey prevalence"].mean(axis=1)
        low, median, high = np.quantile(share, [0.05, 0.5, 0.95])
        seen = sum(item.area == area for item in found.shipped.surveys)
        name = names[area].name_en if area in names else area
        levels = {"low": float(low), "median": float(median), "high": float(high)}
        rows.append({"area": area, "name": name, "surveys": seen, **levels})
    return rows


def survey_rows(surveys: Iterable[Observation]) -> list[Row]:
    """Return surveys in the columns of the tables, so that they are read again as they are."""
    names = {True: "yes", False: "no", None: ""}
    return [
        {
            name: names[cell] if cell is None or isinstance(cell, bool) else cell
            for name, cell in row
        }
        for row in (((name, getattr(item, name)) for name in COLUMNS) for item in surveys)
    ]


def gate_line(gate: Gate, words: Words) -> str:
    """Write a gate; what has no Indonesian phrase stays English."""
    texts = {"name": gate.name, "expected": gate.expected, "found": gate.found}
    if words.language == "id":
        texts = {key: phrase(text) for key, text in texts.items()}
    told = {key: words.figures(_named(text, words)) for key, text in texts.items()}
    return words.get("calibrate.gate", **told)


def _named(text: str, words: Words) -> str:
    """Name the districts and strategies of a gate, which has their codes.

    A strategy's code may be a plain word, so that it counts only where a gate is about harm; what
    stands in brackets belongs to the name of a quantity.
    """
    areas = load_areas()
    codes = rf"(?<![\w\[])(?:{'|'.join(areas)})(?!\w)"
    text = re.sub(codes, lambda found: area_name(areas[found[0]], words), text)
    harm = re.fullmatch(r"(no harm of )?(\w+)( tidak merugikan)?", text)
    if not harm or harm[1] is harm[3] or harm[2] not in LIBRARY_IDS:
        return text
    return f"{harm[1] or ''}{words.title(load_scenario(harm[2]).title)}{harm[3] or ''}"


def gate_rows(found: Calibration) -> list[Row]:
    """Return one row for each gate."""
    return [
        {
            "group": group,
            "gate": gate.name,
            "expected": gate.expected,
            "found": gate.found,
            "passed": gate.passed,
        }
        for group, gates in found.gates.items()
        for gate in gates
    ]


def lever_rows(found: Calibration) -> list[Row]:
    """Return one row for each lever: what the surveys would say of it."""
    return [
        {
            "lever": line.name,
            "contraction": line.contraction,
            "contraction_error": line.contraction_error,
            "shift_sd": line.shift,
            "shift_error": line.shift_error,
        }
        for line in found.levers
    ]


def profile_rows(found: Calibration) -> list[Row]:
    """Return one row for each profile likelihood: where it falls by the cut."""
    return [
        {
            "quantity": item.name,
            "low": item.interval[0],
            "high": item.interval[1],
            "verdict": item.verdict,
        }
        for item in found.profiles
    ]


def as_json(found: Calibration) -> dict[str, Any]:
    """Return everything that is printed, and more, for machines."""
    out: dict[str, Any] = {
        "district": found.request.area,
        "tiers": list(found.request.tiers),
        "gates": gate_rows(found),
        "failed": [gate.name for gate in found.failed],
    }
    if found.shipped is not None:
        out |= {"levels": level_rows(found), "about": found.about}
    if found.levers:
        out["levers"] = lever_rows(found)
    if found.profiles:
        out["profiles"] = profile_rows(found)
    if found.again is not None:
        out["theil"] = {
            name: vars(theil_of(found.again, areas))
            for name, areas in (("all", None), (found.request.area, (found.request.area,)))
            if areas is None or found.request.area in found.posterior.areas
        }
    return out


def write_calibration(folder: Path, found: Calibration, language: Language) -> None:
    """Write a new folder with netCDF, tables, figures and a manifest, all or nothing.

    Parameters
    ----------
    folder
        It must not exist, or be empty.
    found
        What came out.
    language
        Of the figures.

    Raises
    ------
    UnusablePlace
        If the folder cannot be made or holds something already.
    """
    from .output import write_folder
    from .runs.folder import manifest_of

    files: dict[str, bytes | str] = {"gates.csv": as_csv(gate_rows(found))}
    if found.levers:
        files["levers.csv"] = as_csv(lever_rows(found))
    if found.profiles:
        files["profiles.csv"] = as_csv(profile_rows(found))
    if found.shipped is not None:
        files["levels.csv"] = as_csv(level_rows(found))
        files["surveys.csv"] = as_csv(survey_rows(found.shipped.surveys))
        files["posterior.csv"] = as_text(found.posterior.columns)
        files["posterior.json"] = json.dumps(found.about, indent=1, sort_keys=True) + "\n"
        files |= _fit_files(found, language)

    def last(hashes: Mapping[str, str]) -> tuple[str, str]:
        failed = [gate.name for gate in found.failed]
        about = {"district": found.request.area, "failed": failed}
        return manifest_of("calibrate", about, hashes)

    write_folder(folder, files, None, last)


def _fit_files(found: Calibration, language: Language) -> dict[str, bytes | str]:
    from ..calibration.inference_data import as_netcdf, inference_data
    from ..calibration.posterior_checks import replicate
    from .calibration_figures import rendered
    from .check_figures import rank_chart
    from .learnt_data import learnt, of_area
    from .learnt_figure import learnt_chart
    from .text import words

    shipped, seed = found.shipped, found.request.seed
    assert shipped is not None
    again = found.again or replicate(shipped.fit, shipped.surfaces, seed)
    data = inference_data(shipped.fit, shipped.rest, again.shares, found.about, seed)
    own = of_area(learnt(found.posterior), found.request.area)
    told = words(language)
    drawn = {"learnt": learnt_chart(own, told)} if own else {}
    if found.ranks is not None:
        drawn["ranks"] = rank_chart(found.ranks, told)
    figures = rendered(drawn)
    return {"inference.nc": as_netcdf(data), **figures}


def as_csv(rows: list[Row]) -> str:
    """Return rows as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
