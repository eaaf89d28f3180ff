"""How a store stands, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..drawing import render
from ..runs.folder import Result, write_result
from ..text import words
from .journal import lines
from .lock import holders
from .read import stored_runs
from .store import LOCKS, missing, open_store, stored
from .summary_figure import batch_chart
from .summary_view import table
from .verify import Check

MOST = 20
"""Missing chunks that are named."""


def status(folder: Path) -> dict[str, Any]:
    """Return how much of a store is there, who works on it, and how it was made.

    Parameters
    ----------
    folder
        The store. It is only read.

    Raises
    ------
    DataError
        If the folder is no store.
    """
    store = open_store(folder)
    about, sizes, absent = store.manifest, stored(store), missing(store)
    events = [line for line in lines(folder) if "event" in line]
    ended = sum(line["event"] == "end" for line in events)
    return {
        "folder": str(folder),
        "design": dict(about.design),
        "runs": about.runs,
        "stored": stored_runs(store),
        "chunks": about.chunks,
        "missing": len(absent),
        "first_missing": absent[:MOST],
        "bytes": sum(sizes.values()),
        "working": holders(folder / LOCKS),
        "processes": sum(line["event"] == "begin" for line in events),
        "ended": ended,
        "identity": dict(about.identity),
        "made": dict(about.made),
    }


def check_answer(found: Check) -> dict[str, Any]:
    """Return the result of a verification as plain values."""
    names = ("damaged", "unknown", "missing", "repaired")
    return {"whole": found.whole} | {name: list(getattr(found, name)) for name in names}


def write_summary(folder: Path, answer: Mapping[str, Any], store: Path) -> None:
    """Write a summary with its table and figures, for ``tumbuh show``.

    Parameters
    ----------
    folder
        New or empty.
    answer
        As `summarise` gives it.
    store
        Where the runs lie.
    """
    files: dict[str, bytes | str] = {"summary.csv": table(answer)}
    for language in ("en", "id"):
        for outcome in answer["shown"] or [""]:
            chart = batch_chart(answer, words(language), outcome)
            name = "_".join(["runs", *outcome.split()])
            files[f"{name}.{language}.png"] = render(chart, "png")
    write_result(folder, Result("experiment", answer, {"store": str(store)}, files))
