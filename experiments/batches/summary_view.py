"""The summary of a store on a terminal and as a table."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ..evidence_words import number_text
from ..grid import grid
from ..place import elsewhere
from ..ranking import RANKING_CHANCE
from .summary import QUANTILES, least_gain, main_outcome, rows_of

if TYPE_CHECKING:
    from rich.console import Console

    from ...scenarios.text import Text
    from ..text import Words

MOST_ROWS = 60
"""Rows of a table on a terminal; the rest is told where to find."""


def show(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print the outcomes that were asked for, one table each.

    Parameters
    ----------
    out
        Where to print.
    answer
        As `summarise` gives it; with ``shown``, the outcomes to print.
    words
        Language.
    """
    from ..cli_tables import items, section

    title = answer["title"].get(words.language) or answer["design"]
    section(out, words.get("batch.heading", title=title))
    stored, runs = (words.number(answer[name], 0) for name in ("stored", "runs"))
    out.print(words.get("batch.stored", stored=stored, runs=runs), style="dim")
    for outcome in answer.get("shown") or [main_outcome(answer)]:
        _show_outcome(out, answer, outcome, words)
    items(out, _notes(answer, words))


def _show_outcome(out: Console, answer: Mapping[str, Any], outcome: str, words: Words) -> None:
    """Print a table with a row for each scenario, structure and combination of levers."""
    from ..cli_tables import section

    rows = rows_of(answer, outcome)
    section(out, outcome_title(answer, outcome, words))
    names = [group_name(row, words) for row in rows]
    place = {name: number for number, name in reversed(list(enumerate(names)))}
    # Structures of one strategy stand together, its name in the first line only.
    rows.sort(key=lambda row: place[group_name(row, words)])
    shown = [_cells(answer, row, words) for row in rows[:MOST_ROWS]]
    for earlier, later in reversed(list(itertools.pairwise(shown))):
        later[0] = "" if later[0] == earlier[0] else later[0]
    heads = _headings(answer, outcome, words)
    out.print(grid(heads, shown, left=(0, 1) if len(answer["worlds"]) > 1 else (0,)))
    if len(rows) > MOST_ROWS:
        out.print(words.get("batch.more", count=words.number(len(rows) - MOST_ROWS, 0)))
    for line in _spread(answer, outcome, rows, words):
        out.print(line)


def outcome_title(answer: Mapping[str, Any], outcome: str, words: Words) -> str:
    """Return name and unit of an outcome; a standard one is said in words, with its column."""
    unit = next(item["unit"] for item in answer["outcomes"] if item["name"] == outcome)
    texts = words.table["batch"]
    plain, _, year = outcome.rpartition(" ")
    kind = plain if plain and year.isdigit() else outcome
    told = texts.get(f"outcome_{kind}")
    name = f"{told} ({outcome})" if told else outcome
    return name if unit in ("", "dmnl") else f"{name}, {unit_text(unit, words)}"


def unit_text(unit: str, words: Words) -> str:
    """Return a unit of the model in words where there are some."""
    return words.table["batch"].get(f"unit_{unit}", unit)


def _headings(answer: Mapping[str, Any], outcome: str, words: Words) -> list[str]:
    worlds = ["world"] if len(answer["worlds"]) > 1 else []
    chances = ["above_zero"] if _has_chances(answer, outcome) else []
    best = ["best"] if any(item["outcome"] == outcome for item in answer["best"]) else []
    names = ["scenario", *worlds, "median", "mean", *chances, *best]
    unit = next(item["unit"] for item in answer["outcomes"] if item["name"] == outcome)
    least = least_gain(unit)
    number = words.number(least, 3) if least else words.number(0.0, 0)
    return [words.get(f"batch.column_{name}", least=number) for name in names]


def _has_chances(answer: Mapping[str, Any], outcome: str) -> bool:
    return any("above_zero" in row for row in answer["rows"] if row["outcome"] == outcome)


def _cells(answer: Mapping[str, Any], row: Mapping[str, Any], words: Words) -> list[str]:
    outcome, world = row["outcome"], row["world"]
    cells = [group_name(row, words)]
    cells += [world_name(world, words)] if len(answer["worlds"]) > 1 else []
    if "mean" not in row:
        cells += ["–", "–"]
    else:
        places = decimals(row)
        low, median, high = (words.number(row[n], places) for n in ("q05", "median", "q95"))
        cells += [words.get("range", middle=median, low=low, high=high)]
        cells += [words.number(row["mean"], places)]
    if _has_chances(answer, outcome):
        cells.append(words.percent(row["above_zero"]) if "above_zero" in row else "–")
    best = [item for item in answer["best"] if item["outcome"] == outcome]
    if best:
        here = [item["chance"] for item in best if item["world"] == world]
        value = here[0].get(row["scenario"]) if here else None
        cells.append("–" if value is None else words.percent(value))
    return cells


def decimals(row: Mapping[str, Any]) -> int:
    """Return digits after the point: about three that count."""
    largest = max(abs(row["q05"]), abs(row["q95"]))
    return 2 if largest < 10.0 else 1 if largest < 1000.0 else 0


def group_name(row: Mapping[str, Any], words: Words) -> str:
    """Return title of a scenario, or what its levers are."""
    if row["levers"]:
        doses = row["levers"].items()
        return "; ".join(f"{words.name(n)} = {dose_text(n, v, words)}" for n, v in doses)
    return scenario_name(row["scenario"], words)


def dose_text(name: str, value: float, words: Words) -> str:
    """Return a part of a lever as it is read: a start or an end as month and year.

    Parameters
    ----------
    name
        Of the constant, such as ``food coverage start``.
    value
        A level, months of a ramp, or a month of the model's clock.
    words
        Language.
    """
    moment = name.endswith((" start", " end"))
    return words.month(value) if moment else number_text(value, words)


def scenario_name(name: str, words: Words) -> str:
    """Return the title of a library scenario, else its id."""
    from ...scenarios.loader import LIBRARY_IDS
    from .design import LEVERS

    if name == LEVERS:
        return words.get("batch.levers")
    return words.title(_title(name)) if name in LIBRARY_IDS else name


@cache
def _title(name: str) -> Text:
    from ...scenarios.loader import load_scenario

    return load_scenario(name).title


def world_name(name: str, words: Words) -> str:
    """Return the title of a structure, else its id."""
    from ..runs.worlds import WORLDS

    titles = {world.id: world.title for world in WORLDS}
    return words.title(titles[name]) if name in titles else name


def _spread(
    answer: Mapping[str, Any], outcome: str, rows: Sequence[Mapping[str, Any]], words: Words
) -> list[str]:
    """Return what changes between structures: the leader of each."""
    if len(answer["worlds"]) < 2 or not _has_chances(answer, outcome):
        return []
    leaders: dict[str, list[str]] = {}
    least = 1.0
    for item in answer["best"]:
        if item["outcome"] == outcome:
            name = max(item["chance"], key=lambda key: item["chance"][key])
            least = min(least, item["chance"][name])
            leaders.setdefault(name, []).append(world_name(item["world"], words))
    if not leaders:
        return _widest(rows, words)
    if len(leaders) == 1:
        name = scenario_name(next(iter(leaders)), words)
        key = "same_leader" if least >= RANKING_CHANCE else "same_leader_open"
        chances = {"chance": words.percent(least), "ranking": words.percent(RANKING_CHANCE)}
        return [words.get(f"batch.{key}", name=name, **chances)]
    told = "; ".join(f"{scenario_name(n, words)}: {', '.join(w)}" for n, w in leaders.items())
    return [words.get("batch.other_leader", told=told)]


def _widest(rows: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """Name the scenario whose mean changes most between structures."""
    means: dict[str, list[float]] = {}
    for row in rows:
        if "mean" in row:
            means.setdefault(group_name(row, words), []).append(row["mean"])
    if not means:
        return []
    name = max(means, key=lambda key: max(means[key]) - min(means[key]))
    low, high = (words.number(end(means[name]), 2) for end in (min, max))
    return [words.get("batch.spread", name=name, low=low, high=high)]


def _notes(answer: Mapping[str, Any], words: Words) -> list[str]:
    notes = elsewhere(answer["district"], words)
    if answer["stored"] < answer["runs"]:
        notes.append(words.get("batch.note_part"))
    if not answer["is_sample"]:
        notes.append(words.get("batch.note_design", sampler=answer["sampler"]))
    failed = sum(row["failed"] for row in answer["rows"] if row["outcome"] == main_outcome(answer))
    if failed:
        notes.append(words.get("batch.note_failed", count=words.number(failed, 0)))
    notes += [words.get("batch.note_best")] if answer["best"] else []
    return [*notes, words.get("batch.note_structure"), words.get("batch.note_scenario")]


def table(answer: Mapping[str, Any]) -> str:
    """Return all rows as CSV."""
    buffer = io.StringIO()
    levers = list(dict.fromkeys(name for row in answer["rows"] for name in row["levers"]))
    names = ["world", "scenario", *levers, "outcome", "unit", "runs", "failed", "mean"]
    names += [*QUANTILES, "above_zero"]
    writer = csv.DictWriter(buffer, names, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    units = {item["name"]: item["unit"] for item in answer["outcomes"]}
    for row in answer["rows"]:
        writer.writerow({**row, **row["levers"], "unit": units[row["outcome"]]})
    return buffer.getvalue()
