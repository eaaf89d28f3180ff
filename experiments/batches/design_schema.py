"""The JSON Schema of a design, that editors read.

``python -m tumbuh.experiments.batches.design_schema`` rewrites ``design.schema.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...model.calendar import HORIZON_MONTH, LAST_YEAR
from ...scenarios.levers import Lever, catalogue
from ...scenarios.schema import MAX_RAMP_MONTHS, NAME_PATTERN
from ..draw_schema import json_schema as draws_schema
from ..draw_spec import MOST_SEED
from ..runs.evaluate import FORMS
from ..runs.worlds import WORLD_IDS
from .design import SAMPLER_NAMES
from .design_draws import MOST_DRAWS, MOST_REPLICATES, MOST_STEPS
from .design_outcomes import STANDARD
from .design_read import FIRST_YEAR_ASKED
from .design_uncertain import KEYS

SCHEMA_PATH = Path(__file__).parents[1] / "design.schema.json"
_NUMBER = {"type": "number"}
_WORDS = {
    "type": "object",
    "required": ["id", "en"],
    "additionalProperties": False,
    "properties": {"id": {"type": "string"}, "en": {"type": "string"}},
}
_YEAR = {"type": "integer", "minimum": 2018, "maximum": LAST_YEAR}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema, with the levers, worlds, samplers and outcomes that there are."""
    levers = catalogue().levers
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tumbuh design",
        "type": "object",
        "required": ["id", "title"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": NAME_PATTERN, "maxLength": 60},
            "title": _WORDS,
            "question": _WORDS,
            "district": {"type": "string", "default": "paser"},
            "scenarios": _names("Ids of the library and files, or library"),
            "uncertainties": {"oneOf": [{"enum": ["all", "none"]}, _uncertainties()]},
            "levers": {
                "type": "object",
                "additionalProperties": False,
                "properties": {name: _lever(lever) for name, lever in levers.items()},
            },
            "worlds": {"oneOf": [{"enum": ["all", *WORLD_IDS]}, _list({"enum": list(WORLD_IDS)})]},
            "outcomes": _list({"oneOf": [{"enum": list(STANDARD)}, _outcome()]}),
            "year": _YEAR | {"minimum": FIRST_YEAR_ASKED},
            "sampler": {"enum": list(SAMPLER_NAMES), "default": "posterior"},
            "draws": {"type": "integer", "minimum": 1, "maximum": MOST_DRAWS},
            "trajectories": {"type": "integer", "minimum": 1, "maximum": MOST_DRAWS},
            "steps": {"type": "integer", "minimum": 2, "maximum": MOST_STEPS, "default": 3},
            "points": {"type": "string", "description": "CSV table beside this file"},
            "replicates": {"type": "integer", "minimum": 1, "maximum": MOST_REPLICATES},
            "seed": {"type": "integer", "minimum": 0, "maximum": MOST_SEED},
        },
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


def _names(description: str) -> dict[str, Any]:
    word = {"type": "string"}
    return {"oneOf": [word, _list(word)], "description": description}


def _spread(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the shapes of one value, of several and of a range."""
    limits = {
        "type": "object",
        "required": ["low", "high"],
        "additionalProperties": False,
        "properties": {"low": value, "high": value},
    }
    return [value, _list(value), limits]


def _uncertainties() -> dict[str, Any]:
    families = [
        entry
        for entry in draws_schema()["properties"]["constants"]["additionalProperties"]["oneOf"]
        if "family" in entry.get("properties", {})
        and entry["properties"]["family"]["const"] != "fixed"
    ]
    own: dict[str, Any] = {name: _names(f"{name} of uncertainties") for name in KEYS[:-1]}
    ranges = {"oneOf": [*_spread(_NUMBER)[1:], *families]}
    own["ranges"] = {"type": "object", "additionalProperties": ranges}
    return {"type": "object", "additionalProperties": False, "properties": own}


def _lever(lever: Lever) -> dict[str, Any]:
    level = _spread(_NUMBER | {"minimum": 0.0, "maximum": lever.maximum})
    date = _spread({"type": "string", "pattern": r"^20(2[7-9]|3[0-5])-(0[1-9]|1[0-2])$"})
    months = _spread(_NUMBER | {"minimum": 0.0, "maximum": MAX_RAMP_MONTHS})
    parts = {"level": level, "start": date, "ramp_months": months, "end": date}
    dose = {
        "type": "object",
        "required": ["level"],
        "additionalProperties": False,
        "properties": {name: {"oneOf": shapes} for name, shapes in parts.items()},
    }
    about = f"{lever.title.en} / {lever.title.id}, {lever.dose_unit.en}; full is {lever.full:g}"
    return {"description": about, "oneOf": [*level, dose]}


def _outcome() -> dict[str, Any]:
    month = {"type": "integer", "minimum": 0, "maximum": int(HORIZON_MONTH)}
    return {
        "type": "object",
        "additionalProperties": False,
        "oneOf": [{"required": ["outcome"]}, {"required": ["variable"]}],
        "properties": {
            "outcome": {"enum": list(STANDARD)},
            "variable": {"type": "string"},
            "year": _YEAR,
            "month": month,
            "form": {"enum": list(FORMS), "default": "value"},
            "scale": _NUMBER,
            "name": {"type": "string", "maxLength": 80},
        },
    }


def schema_text() -> str:
    """Return the JSON Schema as it is checked in."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
