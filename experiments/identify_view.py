"""What ``tumbuh identify`` prints: names, rows of its tables, and plain sentences."""

from __future__ import annotations

import re
from typing import Any

from ..calibration.contraction import Estimate
from ..calibration.surface import DIMENSIONS
from .identify import CHOICE, EFFECTS, LAST, LEVEL, YEARS, Identified, Learnt, choice
from .measurements import FAMILIES, HALVED, MONTH, SHARES, TRIAL_CHILDREN, TRIAL_YEAR
from .outcomes import POINTS
from .text import Words

COLUMNS = ("prevalence_2029", "effect_all_three", "best")
"""Questions that the table of measurements shows; the JSON has all."""


def parameter_name(name: str, words: Words) -> str:
    """Return what an unknown of the fit is called."""
    if name in DIMENSIONS:
        return words.name(name)
    if name.endswith("[typical]"):
        return words.get("identify.typical", name=words.name(name.removesuffix("[typical]")))
    if name.startswith("bias of "):
        return words.get("identify.bias", survey=name.removeprefix("bias of "))
    return words.get(f"identify.{name.replace(' ', '_')}")


def question_name(name: str, words: Words) -> str:
    """Return what a question is called."""
    return words.get(f"identify.{name}", first=YEARS[0], second=YEARS[1], year=LAST)


def measurement_name(name: str, words: Words) -> str:
    """Return what a measurement is called; its size is part of the name."""
    survey = re.fullmatch(r"survey_(\d+)", name)
    if survey:
        return words.get("identify.survey", children=words.number(float(survey[1]), 0))
    return words.get(
        f"identify.{name}",
        families=words.number(FAMILIES, 0),
        trial=TRIAL_YEAR,
        children=words.number(TRIAL_CHILDREN, 0),
    )


def heading(name: str, words: Words) -> str:
    """Return the heading of a column of the table of measurements."""
    return words.get(f"identify.column_{name}", month=words.month(MONTH), year=LAST)


def reading(part: str, found: Identified, words: Words) -> str:
    """Return how a table is to be read."""
    return words.get(f"identify.reading_{part}", draws=found.draws, year=LAST)


def share(found: Estimate, words: Words) -> str:
    """Write a contraction with its interval."""
    middle, low, high = (words.number(x, 2) for x in (found.value, found.low, found.high))
    return words.get("range", middle=middle, low=low, high=high)


def parameter_rows(found: Identified, words: Words) -> list[list[str]]:
    """Return name, SD before, SD after and contraction of each unknown of the fit."""
    return [
        [parameter_name(name, words), *_spreads(one, words)]
        for name, one in found.parameters.items()
    ]


def question_rows(found: Identified, words: Words) -> list[list[str]]:
    """Return the same of each question, by level, effects and choice."""
    names = (*LEVEL, *EFFECTS, *CHOICE)
    return [[question_name(name, words), *_spreads(found.questions[name], words)] for name in names]


def _spreads(one: Learnt, words: Words) -> list[str]:
    before, after = (words.number(value, 3) for value in (one.before, one.after))
    return [before, after, share(one.contraction, words)]


def measurement_rows(found: Identified, words: Words) -> list[list[str]]:
    """Return the expected contraction of some questions by each measurement, best first."""
    return [
        [
            measurement_name(name, words),
            _noise(name, found.noise[name], words),
            words.number(choice(given), 2),
            *(share(given[question], words) for question in COLUMNS),
        ]
        for name, given in found.measurements.items()
    ]


def _noise(name: str, noise: tuple[float, ...], words: Words) -> str:
    """Write the SD of the error: in points, or in SD of the experts' quantities."""
    if name.startswith("elicit_"):
        return words.get("identify.noise_sd", value=words.number(HALVED, 2))
    scale = POINTS if name in SHARES else 1.0
    return words.get("identify.noise_points", value=words.number(scale * max(noise), 1))


def sentences(found: Identified, words: Words) -> list[str]:
    """Return what the tables mean."""
    if found.choice_told:
        names = ", ".join(question_name(name, words) for name in found.choice_told)
        lines = [words.get("identify.some_choice", names=names)]
    else:
        known = "level_only" if found.level_told else "neither"
        lines = [words.get(f"identify.{known}")]
    first = next(iter(found.measurements))
    surveys = [name for name in found.measurements if name.startswith("survey_")]
    lines.append(
        words.get(
            "identify.next",
            name=measurement_name(first, words),
            share=words.percent(choice(found.measurements[first])),
            survey=words.percent(max(choice(found.measurements[name]) for name in surveys)),
        )
    )
    return lines


def as_data(found: Identified) -> dict[str, Any]:
    """Return everything as JSON would hold it."""
    return {
        "area": found.area,
        "draws": found.draws,
        "parameters": {name: _record(one) for name, one in found.parameters.items()},
        "questions": {name: _record(one) for name, one in found.questions.items()},
        "measurements": {
            name: {
                "noise": list(found.noise[name]),
                "choice": choice(given),
                "questions": {question: vars(one) for question, one in given.items()},
            }
            for name, given in found.measurements.items()
        },
    }


def _record(one: Learnt) -> dict[str, Any]:
    return {"sd_before": one.before, "sd_after": one.after, **vars(one.contraction)}
