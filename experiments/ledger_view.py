"""``tumbuh ledger`` on a terminal: forecasts, the check of the chain, scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import typer
from rich.console import Console

from ..calibration.areas import Area, load_areas
from ..calibration.hierarchy import load_priors
from ..calibration.ledger_chain import Line
from ..calibration.ledger_entry import CENTRAL, LEVELS, Forecast
from ..calibration.ledger_forecast import CHILDREN
from ..calibration.ledger_scores import Scored, SurveyScore
from ..calibration.shipped import shipped_surveys
from ..model.errors import DataError, Problem
from .cli_tables import items, section
from .data_tables import area_name, share_text, short_name
from .grid import grid
from .messages import in_language
from .outcomes import POINTS
from .text import Words

NORMAL_90 = 1.6448536269514722
"""Standard normal quantile at 95 %."""


def show(out: Console, line: Line, forecasts: Sequence[Forecast], area: Area, words: Words) -> None:
    """Print the forecasts of one district and how they are to be read.

    Parameters
    ----------
    out
        Where to print.
    line, forecasts
        The entry, and its forecasts of the district.
    area
        The district.
    words
        Language.
    """
    section(out, words.get("ledger.heading", area=area_name(area, words)))
    out.print(words.get("ledger.frozen", number=line.number, day=line.date), style="dim")
    if line.note:
        out.print(line.note, style="dim", markup=False)
    titles = [words.get("ledger.column_year"), words.get("ledger.column_median")]
    titles += [words.percent(level) for level in CENTRAL]
    rows = [
        [
            str(item.year),
            words.number(POINTS * item.median),
            *(_span(item.interval(level), words) for level in CENTRAL),
        ]
        for item in forecasts
    ]
    out.print(grid(titles, rows))
    section(out, words.get("data.reading"))
    lines = [_plain(forecasts[0], words)]
    blanks = {"children": words.number(CHILDREN, 0)}
    names = ("included", "judged", "small_area", "not_forecast")
    items(out, [*lines, *(words.get(f"ledger.{name}", **blanks) for name in names)])
    out.print(words.get("ledger.head", digest=line.digest), style="dim", soft_wrap=True)


def _plain(item: Forecast, words: Words) -> str:
    """Return the last survey again; of a range, that it is its middle."""
    blanks = {"survey": item.last_survey, "share": share_text(item.persistence, words)}
    for row in shipped_surveys():
        if (row.area, row.survey) != (item.area, item.last_survey) or row.value is not None:
            continue
        if row.low is not None and row.high is not None:
            blanks["share"] = words.number(POINTS * item.persistence)
            ends = words.span(POINTS * row.low, POINTS * row.high)
            return words.get("ledger.plain_range", **blanks, range=ends)
    return words.get("ledger.plain", **blanks)


def as_data(line: Line, forecasts: Sequence[Forecast]) -> dict[str, Any]:
    """Return an entry's forecasts for JSON, shares 0 to 1."""
    rows = [asdict(item) | {"quantiles": item.quantiles.tolist()} for item in forecasts]
    return {"entry": asdict(line), "levels": LEVELS.tolist(), "forecasts": rows}


def show_check(
    lines: Sequence[Line], problems: Sequence[Problem], left: Sequence[str], words: Words
) -> None:
    """Print what a check of the chain found.

    Parameters
    ----------
    lines
        Of the ledger.
    problems
        What is wrong with it.
    left
        Files without a line.
    words
        Language.
    """
    if problems:
        typer.echo(in_language(DataError(problems), words.language))
    elif lines:
        whole = {"entries": len(lines), "digest": lines[-1].digest}
        typer.echo(words.get("ledger.whole", **whole))
    else:
        typer.echo(words.get("ledger.empty"))
    for name in left:
        typer.echo(words.get("ledger.without_line", file=name))


def show_scores(out: Console, line: Line, scored: Sequence[Scored], words: Words) -> None:
    """Print the scores of surveys, and how little they prove.

    Parameters
    ----------
    out
        Where to print.
    line
        Entry that is scored.
    scored
        One for each survey.
    words
        Language.
    """
    section(out, words.get("ledger.score_heading", number=line.number, day=line.date))
    names = ("district", "published", "expected", "in_50", "in_90", "pit")
    out.print(grid(_titles(names, words), [_found(row, words) for row in scored]))
    out.print()
    names = ("district", "log", "log_plain", "crps", "crps_plain")
    out.print(grid(_titles(names, words), [_scores(row, words) for row in scored]))
    out.print(words.get("ledger.score_reading"), style="dim")
    out.print(_total(scored, words))
    years = len({row.survey.year for row in scored})
    key = "proves_one" if len(scored) == 1 else "proves_few"
    lines = [words.get(f"ledger.{key}", surveys=len(scored), years=years)]
    items(out, [*lines, *_odd_sizes(scored, words)])


def as_rows(scored: Sequence[Scored]) -> list[dict[str, Any]]:
    """Return one row for each survey, shares 0 to 1."""
    rows: list[dict[str, Any]] = []
    for one in scored:
        row: dict[str, Any] = asdict(one.survey) | {"median": one.forecast.median}
        for name, score in (("model", one.model), ("persistence", one.persistence)):
            inside = {"inside_50": score.inside(0.5), "inside_90": score.inside(0.9)}
            row[name] = asdict(score) | inside
        rows.append(row)
    return rows


def _titles(names: Sequence[str], words: Words) -> list[str]:
    return [words.get(f"ledger.column_{name}") for name in names]


def _span(ends: tuple[float, float], words: Words) -> str:
    return words.span(POINTS * ends[0], POINTS * ends[1])


def _name(row: Scored, words: Words) -> str:
    return f"{short_name(load_areas()[row.survey.area], words)} {row.survey.year}"


def _found(row: Scored, words: Words) -> list[str]:
    """Return the cells of what was published beside what was expected."""
    one = row.survey
    if one.value is not None:
        value = words.number(POINTS * one.value)
    else:
        value = _span((one.low or 0.0, one.high or 0.0), words)
    expected = words.number(POINTS * row.forecast.median)
    expected += f" ({_span(row.forecast.interval(0.9), words)})"
    pit = _number(row.model.pit, words, 2)
    inside = [_yes(row.model.inside(level), words) for level in (0.5, 0.9)]
    return [_name(row, words), value, expected, *inside, pit]


def _scores(row: Scored, words: Words) -> list[str]:
    """Return the cells of the scores, in nats and percentage points."""

    def cells(score: SurveyScore) -> tuple[str, str]:
        crps = None if score.crps is None else POINTS * score.crps
        return _number(score.log, words, 2), _number(crps, words, 2)

    (log, crps), (log_plain, crps_plain) = cells(row.model), cells(row.persistence)
    return [_name(row, words), log, log_plain, crps, crps_plain]


def _number(value: float | None, words: Words, decimals: int) -> str:
    return words.get("data.unknown") if value is None else words.number(value, decimals)


def _yes(value: bool | None, words: Words) -> str:
    return words.get("data.unknown" if value is None else "data.yes" if value else "data.no")


def _total(scored: Sequence[Scored], words: Words) -> str:
    gain = sum(row.model.log - row.persistence.log for row in scored)
    known = [row.model for row in scored if row.model.pit is not None]
    inside = [sum(bool(score.inside(level)) for score in known) for level in (0.5, 0.9)]
    written = {"gain": words.number(gain, 2), "points": len(known)}
    return words.get("ledger.total", in_50=inside[0], in_90=inside[1], **written)


def _odd_sizes(scored: Sequence[Scored], words: Words) -> list[str]:
    """Return a sentence for each survey with far more or fewer children than was assumed."""
    spread = float(np.exp(NORMAL_90 * load_priors().children))
    out: list[str] = []
    for row in scored:
        count = row.survey.children
        if count is not None and not CHILDREN / spread <= count <= CHILDREN * spread:
            blanks = {"children": words.number(count, 0), "assumed": words.number(CHILDREN, 0)}
            out.append(words.get("ledger.odd_size", name=_name(row, words), **blanks))
    return out
