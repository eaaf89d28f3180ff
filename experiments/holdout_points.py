"""The surveys that were not fitted, one by one: what was expected, what came, and every score."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..calibration.scores import Holdout
from ..scenarios.text import Language
from .scoring import Scoring

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Forecasts:
    """What the figure of the hold-out shows.

    Attributes
    ----------
    holdout
        Scores.
    published
        (point,), share, 0 to 1.
    quantiles
        (point, quantile), of the surveyed share at `QUANTILES`, 0 to 1.
    """

    holdout: Holdout
    published: Floats
    quantiles: Floats


def forecasts_of(found: Scoring) -> Forecasts:
    """Return what was expected of each point that was scored.

    Parameters
    ----------
    found
        Fit, prediction and scores.
    """
    panel = found.prediction.panel
    rows = [panel.areas.index(area) for area, _ in found.holdout.points]
    columns = [panel.surveys.index(survey) for _, survey in found.holdout.points]
    shares = found.prediction.shares[:, rows, columns]
    quantiles = np.quantile(shares, QUANTILES, axis=0).T
    return Forecasts(found.holdout, panel.share[rows, columns], quantiles)


def points_table(found: Forecasts) -> list[dict[str, float | str]]:
    """Return one row for each point; shares are 0 to 1, log scores in nats."""
    holdout = found.holdout
    scores = {"model": holdout.model, **holdout.baselines}
    out: list[dict[str, float | str]] = []
    for k, (area, survey) in enumerate(holdout.points):
        row: dict[str, float | str] = {"area": area, "survey": survey}
        row["published"] = float(found.published[k])
        for level, value in zip(QUANTILES, found.quantiles[k], strict=True):
            row[f"expected_{100 * level:02.0f}"] = float(value)
        row["pit"] = float(holdout.model.pit[k])
        for name, score in scores.items():
            row[f"log_score_{name.replace(' ', '_')}"] = float(score.log[k])
        out.append(row)
    return out


def as_csv(found: Forecasts) -> str:
    """Return the table of the points as CSV with decimal points, numbers in full."""
    rows = points_table(found)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def write_score(
    folder: Path, found: Scoring, settings: Mapping[str, object], language: Language
) -> None:
    """Write figures, the table of the points and a manifest into a folder, all or nothing.

    Parameters
    ----------
    folder
        It must not exist, or be empty.
    found
        Fit, prediction and scores.
    settings
        What was asked for, for the manifest.
    language
        Of the figures.

    Raises
    ------
    UnusablePlace
        If the folder cannot be made or holds something already.
    """
    from .calibration_figures import rendered, score_figures
    from .output import write_folder
    from .runs.folder import manifest_of
    from .text import words

    def last(hashes: Mapping[str, str]) -> tuple[str, str]:
        return manifest_of("score", {**settings, "failed": found.failures}, hashes)

    files: dict[str, bytes | str] = {"points.csv": as_csv(forecasts_of(found))}
    files |= rendered(score_figures(found, words(language)))
    write_folder(folder, files, None, last)
