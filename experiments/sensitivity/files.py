"""The result folder of a sensitivity analysis: answer, tables, figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..drawing import render
from ..rows import to_csv
from ..runs.folder import Result, write_result
from ..text import Words
from .figures import convergence_chart, heat_map, tornado

Row = dict[str, Any]


def write(folder: Path, answer: Mapping[str, Any], words: Words) -> None:
    """Write answer, tables and figures into a new folder, all or nothing.

    Parameters
    ----------
    folder
        New or empty.
    answer
        As `as_answer` gives it.
    words
        Language of the figures.
    """
    files: dict[str, bytes | str] = {
        "indices.csv": to_csv(index_rows(answer)),
        "convergence.csv": to_csv(convergence_rows(answer)),
    }
    charts = {"tornado": tornado, "heat_map": heat_map, "convergence": convergence_chart}
    for name, chart in charts.items():
        drawn = chart(answer, words)
        files |= {f"{name}.{form}": render(drawn, form) for form in ("png", "svg")}
    kept = ("by", "size", "year", "seed", "worlds", "scenarios")
    settings = {"method": answer["method"], "district": answer["district"]["id"]}
    settings |= {key: answer[key] for key in kept}
    write_result(folder, Result("sensitivity", answer, settings, files))


def index_rows(answer: Mapping[str, Any]) -> list[Row]:
    """Return one row for each world, outcome and factor."""
    return [
        {"world": world, "outcome": item["outcome"], "rank": rank, **row}
        for world, items in answer["worlds_found"].items()
        for item in items
        for rank, row in enumerate(item["rows"], 1)
    ]


def convergence_rows(answer: Mapping[str, Any]) -> list[Row]:
    """Return one row for each world, outcome, size of the sample and leading factor."""
    return [
        {"world": world, "outcome": item["outcome"], "size": stage["size"]}
        | {"half_interval": stage["half_interval"], "factor": name, "index": value}
        for world, items in answer["worlds_found"].items()
        for item in items
        for stage in item["convergence"]
        for name, value in stage["values"].items()
    ]
