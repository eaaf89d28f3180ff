"""Every number of the model with its source and grade, for the page's search."""

from __future__ import annotations

from typing import Any

from ...model.parameters import Parameter, ParameterTable, load_parameters
from ...scenarios.names import names
from ..evidence_view import Entry, entries
from ..evidence_words import prior_words, value_text
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
    rows = [_row(which, entry, table) for which, entry in found]
    return {"rows": rows, "sources": named}


def _row(which: str, entry: Entry, table: ParameterTable) -> dict[str, Any]:
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
    return row | {"said": _said(which, entry.name, table)}


def _said(which: str, name: str, table: ParameterTable) -> dict[str, Any]:
    """Return value and prior as each language writes them; `about` has them as in the tables."""
    if which == "structure":
        return {}
    row = table.get(name) if which == "parameters" else table.evidence.effects[name]
    told = {"value": said(lambda words: value_text(row, words))}
    if isinstance(row, Parameter):
        told["prior"] = said(lambda words: prior_words(row.prior, words))
    return told
