"""Plans as scenario files that `tumbuh run` and `tumbuh compare` read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ...model.calendar import HORIZON_MONTH, date_of
from ...scenarios.scenario import Dose
from ...scenarios.text import Text


def plan_file(
    name: str, title: Text, intent: Text, doses: Mapping[str, Dose], ceiling: float
) -> str:
    """Return the text of a scenario file.

    Parameters
    ----------
    name
        Id; the file is called after it.
    title, intent
        Sentences in both languages.
    doses
        By lever; levels are written in full, so that the file is the plan and not near it.
    ceiling
        Million rupiah a year that the plan is held to.
    """
    lines = [f"id: {name}"]
    for field, text in (("title", title), ("intent", intent)):
        lines += [f"{field}:", f"  id: {_quoted(text.id)}", f"  en: {_quoted(text.en)}"]
    lines += ["levers:" if doses else "levers: {}"]
    lines += [f"  {lever}: {_dose(dose)}" for lever, dose in doses.items()]
    lines += ["budget:", f"  ceiling_million_idr_per_year: {ceiling!r}", "  over_ceiling: refuse"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _dose(dose: Dose) -> str:
    # A level below the smallest that a file can name in plain digits is none at all.
    parts = [f"level: {dose.level:.12f}", f'start: "{date_of(dose.start)}"']
    parts.append(f"ramp_months: {dose.ramp!r}")
    if dose.end is not None and dose.end < HORIZON_MONTH:
        parts.append(f'end: "{date_of(dose.end)}"')
    return "{" + ", ".join(parts) + "}"
