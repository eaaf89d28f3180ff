"""The JSON Schema of a draws file, that editors read.

``python -m tumbuh.experiments.draw_schema`` rewrites ``draws.schema.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..model.distributions import FAMILIES
from .draw_entries import OPTIONAL, words_of
from .draw_spec import MOST_DRAWS, MOST_SEED
from .runs.points import SAMPLERS

SCHEMA_PATH = Path(__file__).with_name("draws.schema.json")
_NUMBER = {"type": "number"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema, with the families and what their numbers are called."""
    entries: list[dict[str, Any]] = [_family(name) for name in FAMILIES]
    points = {"type": "array", "items": _NUMBER, "minItems": 1}
    entries += [_NUMBER, points | {"description": "Value in each draw"}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tumbuh draws",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "draws": {"type": "integer", "minimum": 1, "maximum": MOST_DRAWS},
            "seed": {"type": "integer", "minimum": 0, "maximum": MOST_SEED, "default": 1},
            "sampler": {"enum": list(SAMPLERS), "default": "random"},
            "file": {
                "type": "string",
                "description": "CSV table beside this file: a row for each draw",
            },
            "constants": {"type": "object", "additionalProperties": {"oneOf": entries}},
        },
    }


def _family(name: str) -> dict[str, Any]:
    """Return the shape of one family: each number by its word or by its letter."""
    pairs = list(words_of(name).items())
    optional = () if name == "fixed" else OPTIONAL
    names = dict.fromkeys(part for pair in pairs for part in pair)
    choices = [{"oneOf": [{"required": [part]} for part in dict.fromkeys(pair)]} for pair in pairs]
    return {
        "type": "object",
        "required": ["family"],
        "additionalProperties": False,
        "properties": {"family": {"const": name}}
        | {part: dict(_NUMBER) for part in (*names, *optional)},
        "allOf": choices,
    }


def schema_text() -> str:
    """Return the JSON Schema as it is checked in."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
