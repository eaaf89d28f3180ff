"""Surveys after 2022, kept apart from every fit: for tables, figures and scores only.

No module of a fit may import this one; a test holds them to it, and another sees that no file of
the folder is opened while an ensemble is made.
"""

from __future__ import annotations

from pathlib import Path

from .observations import Observation, Survey, as_observations, read_surveys
from .survey_rows import LAST_FITTED_YEAR, Rules
from .tables import DATA_FOLDER

UNSEEN = Rules(("unseen", "rival"), earliest=LAST_FITTED_YEAR + 1, complete=True)
CONTEXT = Rules(("context", "rival"), earliest=LAST_FITTED_YEAR + 1)


def load_unseen(path: Path | None = None, area: str | None = None) -> tuple[Observation, ...]:
    """Return later surveys of districts: those to score with, and rivals that are not used.

    Parameters
    ----------
    path
        CSV file; the packaged table when absent.
    area
        Keep one district, by code; all when absent.

    Raises
    ------
    DataError
        With every problem of the table, by file, line and column.
    """
    table = path or DATA_FOLDER / "holdout" / "observations.csv"
    rows = as_observations(read_surveys(table, UNSEEN))
    return tuple(row for row in rows if area in (None, row.area))


def load_unseen_context(path: Path | None = None) -> tuple[Survey, ...]:
    """Return later surveys of province and nation."""
    return read_surveys(path or DATA_FOLDER / "holdout" / "context.csv", CONTEXT)
