"""``tumbuh score``: forecasts of surveys that the fit has not seen, beside plain forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar

if TYPE_CHECKING:
    from .scoring import Scoring
    from .text import Words

EXAMPLES = """**Examples**

`tumbuh score`

`tumbuh score --observation official --lang id`

`tumbuh score --draws 400 --json > score.json`

`tumbuh score --lang id --output results/score`

**Exit code** 1 if a gate fails: chains not settled, intervals that miss, or a score too far behind
the best plain forecast.
"""


def score_command(
    draws: Annotated[int, typer.Option(min=40, max=2000, help="Chains.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the whole run.")] = 20260101,
    observation: Annotated[
        Literal["district", "official"], typer.Option(help="Figure of Paser for 2021.")
    ] = "district",
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="Write figures and every point into this folder."),
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Fit ten districts to 2021 and 2022, and score the forecasts of 2023 and 2024.

    Takes about a minute. The surveys of 2023 and 2024 were known to the authors when the model was
    written, so this is a hold-out by procedure and not a blind one.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from .scoring import rows, score_holdout
        from .stack import cores

        if output is not None:
            from .output import check_folder

            check_folder(output)
        found = score_holdout(draws, seed, observation, cores(), progress)
        if output is not None:
            from .holdout_points import write_score

            settings = {"draws": draws, "seed": seed, "observation": observation}
            write_score(output, found, settings, lang)
    if json:
        print_json(
            {"rows": rows(found), "failed": found.failures, "unsettled": found.unsettled}
            | _gate(found)
        )
    else:
        from .text import words

        _show(found, words(lang))
    if found.failures:
        raise typer.Exit(1)


def _gate(found: Scoring) -> dict[str, float | bool]:
    return {
        "within_tolerance": found.holdout.keeps_up,
        "false_alarm_of_tolerance": found.false_alarm,
        "chance_if_right": found.chance,
    }


def proof(gain: float, error: float) -> str:
    """Say which of a model and a plain forecast did better, or that two errors do not tell.

    Parameters
    ----------
    gain, error
        Log score gained by the model, and its error, nats.
    """
    if abs(gain) <= 2.0 * error:
        return "not_superior"
    return "superior" if gain > 0.0 else "inferior"


def _show(found: Scoring, words: Words) -> None:
    from ..calibration.scores import TOLERANCE
    from .cli_tables import section
    from .grid import grid

    out, holdout = console(), found.holdout
    section(out, words.get("score.heading"))
    out.print(grid(*score_table(found, words)))
    out.print(words.get("score.reading"), style="dim")
    gain, error = holdout.gain(holdout.best)
    written = {"gain": words.number(abs(gain), 1), "error": words.number(error, 1)}
    best = words.get(f"score.{holdout.best.replace(' ', '_')}")
    ahead = "best" if gain >= 0.0 else "best_behind"
    out.print(words.get(f"score.{ahead}", name=best, **written))
    out.print(words.get(f"score.{proof(gain, error)}"))
    held = "score.within" if holdout.keeps_up else "score.not_within"
    limits = {"tolerance": words.number(TOLERANCE, 0)}
    out.print(words.get(held, false_alarm=words.percent(found.false_alarm), **limits))
    out.print(words.get("score.chance", chance=words.percent(found.chance)))
    for name in found.failures:
        out.print(words.get(f"score.failed_{name}"), style="bold")
    if not found.failures:
        out.print(words.get("score.passed"))
    out.print(words.get("score.proves"))


def score_table(found: Scoring, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the scores, the model first."""
    return _headings(words), _cells(found, words)


def _headings(words: Words) -> list[str]:
    names = ("forecast", "log", "crps", "covered_50", "covered_90", "gain")
    return [words.get(f"score.column_{name}") for name in names]


def _cells(found: Scoring, words: Words) -> list[list[str]]:
    from .scoring import rows

    out = []
    for row in rows(found):
        name = str(row["forecast"]).replace(" ", "_")
        cells = [words.get(f"score.{name}"), words.number(float(row["log_score"]), 1)]
        cells.append(words.number(100.0 * float(row["crps"]), 2))
        cells += [f"{row[key]}/{row['points']}" for key in ("covered_50", "covered_90")]
        gain = "–"
        if "gain" in row:
            gain = f"{words.number(float(row['gain']), 1)} ± {words.number(float(row['gain_error']), 1)}"
        out.append([*cells, gain])
    return out
