"""Figure of stunting by age: two national surveys, and what the natural history expects of them.

``python -m tumbuh.experiments.age_figure FOLDER`` writes it in both languages.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from ..calibration.cohort import stage_weights
from ..calibration.growth_tables import GrowthTables, load_growth_tables
from ..calibration.natural_history import read_stored
from ..calibration.natural_history_checks import predicted_bands
from ..calibration.natural_history_draws import NaturalHistory
from ..calibration.profile_errors import ErrorPrior, observe
from ..model.catch_up import LAST_AGE, STAGE_MONTHS
from ..model.files import write_atomic
from ..model.parameters import ParameterTable, load_parameters
from ..scenarios.text import Language
from .drawing import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    figure,
    render,
    tail,
    tint,
)
from .text import Words
from .text import words as load_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHARE = 0.90
MARKS = ((ORANGE, "o"), (GREEN, "s"), (BLACK, "^"))
"""Colour and shape of each survey, so that either tells them apart."""
INTERVAL = 1.96
SHIFT = 1.2
"""Months between the points of two surveys in the same age band."""


def age_chart(
    found: NaturalHistory, tables: GrowthTables, table: ParameterTable, words: Words
) -> Figure:
    """Draw surveys with sampling intervals over the predictive band and the curve.

    Parameters
    ----------
    found
        Draws of the natural history.
    tables
        The surveys, and the belief on the share at birth.
    table
        Parameters, for the children of each stage.
    words
        Language.
    """
    drawn = figure()
    axis = drawn.subplots()
    _expected(axis, found, tables, table, words)
    _curve(axis, found, words)
    _surveys(axis, tables, table, words)
    _birth(axis, tables, words)
    axis.set_xlim(-2.0, LAST_AGE)
    axis.set_ylim(bottom=0.0)
    axis.set_xticks(range(0, LAST_AGE + 1, 6))
    axis.tick_params(labelsize=SMALL)
    axis.yaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    axis.grid(axis="y", alpha=0.3)
    axis.set_xlabel(words.get("figure.age"), fontsize=TEXT)
    axis.set_ylabel(words.get("figure.survey"), fontsize=TEXT)
    axis.set_title(words.get("figure.age_profile"), fontsize=TITLE)
    axis.legend(loc="lower right", fontsize=SMALL, frameon=False)
    return drawn


def _expected(
    axis: Axes, found: NaturalHistory, tables: GrowthTables, table: ParameterTable, words: Words
) -> None:
    """Fill what a survey like these would show in each age band."""
    predicted = predicted_bands(found, tables, table)
    label = words.get("figure.age_expected", share=words.percent(SHARE))
    for low, high in tables.ages:
        columns = [k for k, b in enumerate(tables.bands) if (b.age_low, b.age_high) == (low, high)]
        ends = 100.0 * np.quantile(predicted[:, columns], tail(SHARE))
        axis.fill_between([low, high + 1], *ends, color=tint(GREY, 0.35), linewidth=0, label=label)
        label = "_"


def _curve(axis: Axes, found: NaturalHistory, words: Words) -> None:
    """Draw the curve at birth and in the middle of each stage, with its band."""
    shares = 100.0 * ndtr(found.scores)
    ages = np.append(0.0, STAGE_MONTHS * (np.arange(shares.shape[1] - 1) + 0.5))
    label = words.get("figure.age_band", share=words.percent(SHARE))
    ends = np.quantile(shares, tail(SHARE), axis=0)
    axis.fill_between(ages, *ends, color=tint(BLUE, 0.45), linewidth=0, label=label)
    label = words.get("figure.age_median")
    axis.plot(ages, np.median(shares, axis=0), color=BLUE, linewidth=2.5, label=label)


def _surveys(axis: Axes, tables: GrowthTables, table: ParameterTable, words: Words) -> None:
    """Draw each survey with its 95 percent sampling intervals."""
    seen = observe(tables, stage_weights(table), ErrorPrior())
    middle = (len(tables.surveys) - 1) / 2.0
    for place, survey in enumerate(tables.surveys):
        rows = [k for k, band in enumerate(tables.bands) if band.survey == survey]
        ages = [(tables.bands[k].age_low + tables.bands[k].age_high + 1) / 2.0 for k in rows]
        length = INTERVAL * np.sqrt(seen.sampling[rows])
        value, low, high = (
            100.0 * ndtr(seen.score[rows] + sign * length) for sign in (0.0, -1.0, 1.0)
        )
        colour, mark = MARKS[place % len(MARKS)]
        axis.errorbar(
            np.array(ages) + SHIFT * (place - middle),
            value,
            yerr=[value - low, high - value],
            fmt=mark,
            color=colour,
            markersize=9,
            capsize=4,
            linewidth=2.0,
            label=words.get("figure.age_survey", survey=survey),
        )


def _birth(axis: Axes, tables: GrowthTables, words: Words) -> None:
    """Draw the belief on the share stunted at birth."""
    centre, length = float(ndtri(tables.birth.value)), INTERVAL * tables.birth.spread
    value, low, high = (100.0 * float(ndtr(centre + sign * length)) for sign in (0.0, -1.0, 1.0))
    ends = [[value - low], [high - value]]
    label = words.get("figure.age_birth")
    axis.errorbar(
        [-1.0], [value], yerr=ends, fmt="D", color=GREY, capsize=4, linewidth=2.0, label=label
    )


def main(folder: Path, languages: tuple[Language, ...] = get_args(Language)) -> None:
    """Write the figure into a folder, in every language or in those asked."""
    found, tables, table = read_stored(), load_growth_tables(), load_parameters()
    for language in languages:
        drawn = age_chart(found, tables, table, load_words(language))
        write_atomic(folder / f"age_profile.{language}.png", render(drawn, "png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd())
