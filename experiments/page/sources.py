"""Every number of the model with its source and grade, for the page's search."""

from __future__ import annotations

from typing import Any

from ...model.parameters import load_parameters
from ...scenarios.names import names
from ..evidence_view import Entry, entries
from .plain import said

TABLES = ("parameters", "effects", "structure")
SHOWN = ("cause", "outcome", "kind", "statement", "value", "unit", "prior")
"""Cells that tell what a row says; the rest has places of its own."""


def evidence() -> dict[str, Any]:
    """Return all rows of the tables that hold findings, and the sources that they name."""
    table = load_parameters()
    named = {
        row.id: {"title": row.title, "year": row.year, "url": row.url, "read": row.read}
        for row in table.evidence.sources.values()
    }
    found = [(which, entry) for which in TABLES for entry in entries(table, which)]
    # What is a definition, and no finding, comes last.
    found.sort(key=lambda one: one[1].definition)
    rows = [_row(which, entry) for which, entry in found]
    return {"rows": rows, "sources": named}


def _row(which: str, entry: Entry) -> dict[str, Any]:
    data = entry.data
    about = {key: entry.cells[key] for key in SHOWN if entry.cells.get(key)}
    row = {
        "table": which,
        "name": entry.name,
        "about": about,
        "grade": entry.grade,
        "judged": entry.judged,
        "source": list(entry.source),
        "locator": data.get("locator", ""),
        "note": data.get("note", ""),
        "rests": list(entry.rests_on),
        "sectors": sorted(entry.sectors),
    }
    if entry.name in names().titles:
        row["title"] = said(lambda words: words.name(entry.name))
    if entry.cells.get("unit"):
        row["unit"] = said(lambda words: words.unit(entry.cells["unit"]))
    return row
