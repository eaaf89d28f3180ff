"""The shape of a scenario file, and the JSON Schema that editors read.

``python -m tumbuh.scenarios.schema`` rewrites ``scenario.schema.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .levers import Lever, catalogue

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
SCHEMA_PATH = Path(__file__).with_name("scenario.schema.json")
MAX_RAMP_MONTHS = 120.0

_DATE_PATTERN = r"^20(1[89]|2\d|3[0-5])-(0[1-9]|1[0-2])$"
_Words = Annotated[str, Field(min_length=1, max_length=2000)]
_Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=60)]
_Date = Annotated[str, Field(json_schema_extra={"pattern": _DATE_PATTERN})]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Words(_Part):
    """The same sentence in both languages."""

    id: _Words = Field(description="Bahasa Indonesia")
    en: _Words = Field(description="English")


class LeverPlan(_Part):
    """How far one lever is moved, and when."""

    level: float = Field(description="Level once the ramp is over, in the lever's unit")
    start: _Date = Field(description="First month of the rise, such as 2027-01")
    ramp_months: float = Field(
        ge=0.0, le=MAX_RAMP_MONTHS, description="Months from 0 to the level, in a straight line"
    )
    end: _Date | None = Field(
        default=None, description="First month without the lever; leave out if it goes on"
    )


class BudgetRule(_Part):
    """A yearly ceiling on extra spending."""

    ceiling_million_idr_per_year: float = Field(gt=0.0, description="Million rupiah a year")
    over_ceiling: Literal["refuse", "scale"] = Field(
        description="refuse the plan, or scale it down to the ceiling"
    )


class EqualBudget(_Part):
    """The yearly sum that a member of an equal-budget set is scaled to."""

    million_idr_per_year: float = Field(gt=0.0, description="Million rupiah a year")


class ScenarioFile(_Part):
    """One strategy."""

    id: _Name = Field(description="Name in commands and results; the file is called <id>.yaml")
    title: Words = Field(description="What tables and figures call it")
    intent: Words = Field(description="One sentence: what is done and why")
    extends: list[_Name] = Field(
        default_factory=list, description="Ids of scenarios whose levers and settings it takes over"
    )
    levers: dict[str, LeverPlan] = Field(
        default_factory=dict, description="Doses by lever; a lever left out stays as in 2026"
    )
    settings: dict[str, float] = Field(
        default_factory=dict, description="Model constants replaced for a what-if"
    )
    budget: BudgetRule | None = None
    equal_budget: EqualBudget | None = None
    allow_before_decision: bool = Field(
        default=False, description="Allow a lever to start before 2027-01"
    )
    evidence: list[str] = Field(
        default_factory=list, description="Ids of rows of the evidence tables"
    )
    note: Words | None = Field(default=None, description="What to know before reading the result")


FIELDS_AT: dict[str, type[BaseModel]] = {
    "": ScenarioFile,
    "title": Words,
    "intent": Words,
    "note": Words,
    "levers": LeverPlan,
    "budget": BudgetRule,
    "equal_budget": EqualBudget,
}
"""Which shape holds at an entry of the file; ``levers`` stands for each lever below it."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema, with the levers and settings of the catalogue and their bounds."""
    schema = ScenarioFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "tumbuh scenario"
    book = catalogue()
    schema["properties"]["levers"] |= {
        "properties": {name: _lever_schema(lever) for name, lever in book.levers.items()},
        "additionalProperties": False,
    }
    schema["properties"]["settings"] |= {
        "properties": {
            name: {"type": "number", "minimum": row.lower, "maximum": row.upper}
            | {"description": row.title.en}
            for name, row in book.settings.items()
        },
        "additionalProperties": False,
    }
    return schema


def schema_text() -> str:
    """Return the JSON Schema as it is checked in."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _lever_schema(lever: Lever) -> dict[str, Any]:
    return {
        "description": f"{lever.title.en} / {lever.title.id}. Level in {lever.dose_unit.en}; "
        f"full is {lever.full:g}: {lever.full_means.en}",
        "allOf": [
            {"$ref": "#/$defs/LeverPlan"},
            {"properties": {"level": {"minimum": 0.0, "maximum": lever.maximum}}},
        ],
    }


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
