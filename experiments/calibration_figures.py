"""All figures of the calibration by name; ``python -m tumbuh.experiments.calibration_figures``.

The command writes those of the pages into a folder, in both languages.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ..calibration.posterior import load_posterior
from ..model.files import write_atomic
from ..scenarios.text import Language
from .check_figures import pit_chart
from .drawing import render
from .holdout_figure import holdout_chart
from .holdout_points import forecasts_of
from .learnt_data import Learnt, learnt, of_area
from .learnt_figure import learnt_chart
from .scoring import Scoring, score_holdout
from .series_data import Series, posterior_series
from .series_figure import many_series_chart, series_chart
from .text import Words
from .text import words as load_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMS = ("png", "svg")
DRAWS = 1000
PREFIX = "calibration"


def posterior_figures(
    districts: Mapping[str, Series], items: tuple[Learnt, ...], area: str, words: Words
) -> dict[str, Figure]:
    """Return the figures of a posterior by name: ``series``, ``districts`` and ``learnt``.

    Parameters
    ----------
    districts
        By code; see `posterior_series`.
    items
        See `learnt`.
    area
        The district that two of the figures are about.
    words
        Language.
    """
    return {
        "series": series_chart(districts[area], words),
        "districts": many_series_chart(list(districts.values()), words),
        "learnt": learnt_chart(of_area(items, area), words),
    }


def score_figures(found: Scoring, words: Words) -> dict[str, Figure]:
    """Return the figures of the hold-out by name: ``holdout`` and ``pit``.

    Parameters
    ----------
    found
        Fit, prediction and scores.
    words
        Language.
    """
    return {
        "holdout": holdout_chart(forecasts_of(found), words),
        "pit": pit_chart(found.holdout, words),
    }


def rendered(figures: Mapping[str, Figure], forms: tuple[str, ...] = FORMS) -> dict[str, bytes]:
    """Return the files of figures by name with their ending.

    Parameters
    ----------
    figures
        By name.
    forms
        Endings: ``png``, ``svg``.
    """
    return {
        f"{name}.{form}": render(drawn, form) for name, drawn in figures.items() for form in forms
    }


def all_series(draws: int = DRAWS, observation: str = "district") -> dict[str, Series]:
    """Return every fitted district as the stored posterior sees it, by code."""
    areas = load_posterior(observation, []).areas
    return {area: posterior_series(area, draws, observation) for area in areas}


def main(
    folder: Path,
    languages: tuple[Language, ...] = get_args(Language),
    area: str = "paser",
    draws: int = DRAWS,
) -> None:
    """Write the figures of the stored posterior and of the hold-out, in every language.

    Parameters
    ----------
    folder
        Where to write ``calibration_NAME.LANGUAGE.png``.
    languages
        Those asked.
    area
        Code of the district.
    draws
        Draws of the series, and chains of the fit that is scored.
    """
    districts, items = all_series(draws), learnt(load_posterior())
    found = score_holdout(draws)
    for language in languages:
        words = load_words(language)
        figures = posterior_figures(districts, items, area, words) | score_figures(found, words)
        for name, data in rendered(figures, ("png",)).items():
            plain, _, form = name.rpartition(".")
            write_atomic(folder / f"{PREFIX}_{plain}.{language}.{form}", data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd())
