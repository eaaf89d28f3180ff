"""What ``tumbuh agents equity`` prints: levels, who gains and who does not, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..text import Words
from .equity import gains
from .equity_numbers import COUNT, SHARES
from .run_view import notes as run_notes
from .run_view import span

if TYPE_CHECKING:
    from rich.console import Console

Answer = Mapping[str, Any]
MEASURE = "no_service"
BY_DISTRICT = ("no_service", COUNT, "all_services", "prevalence")
BY_GROUP = ("no_service", "all_services", "counselling", "prevalence")
IN_SENTENCES = ("no_service", "all_services", "prevalence")
INDEXED = ("maternal", "counselling", "protection", "all_services", "prevalence")


def show(out: Console, answer: Answer, words: Words, measure: str = MEASURE) -> None:
    """Print the answer.

    Parameters
    ----------
    out
        Where to.
    answer
        As `equity_answer` gives it.
    words
        Language.
    measure
        What the table of changes shows: an id of `SHARES`.
    """
    place, until = answer["district"]["name"], _when(answer, words)
    section(out, words.get("agents.equity_heading", district=place, date=until))
    out.print(words.get("agents.equity_reading", draws=words.number(answer["draws"], 0)))
    out.print(grid(*_district(answer, words)))
    section(out, words.get("agents.base_heading"))
    out.print(grid(*_base(answer, words)))
    section(out, words.get("agents.changes_heading", measure=name_of(measure, words)))
    out.print(grid(*_changes(answer, measure, words)))
    section(out, words.get("agents.gains_heading"))
    items(out, sentences(answer, words))
    section(out, words.get("agents.gaps_heading", measure=name_of(measure, words)))
    out.print(grid(*_gaps(answer, measure, words)))
    section(out, words.get("agents.indices_heading"))
    out.print(grid(*_indices(answer, words)))
    out.print(words.get("agents.indices_reading"), style="dim")
    items(out, notes(answer, words))


def name_of(measure: str, words: Words) -> str:
    """Return what a measure of equity is called."""
    own = SHARES.get(measure, measure)
    return words.get(f"agents.measure_{own.replace(' ', '_')}")


def title(answer: Answer, scenario: str, words: Words) -> str:
    """Return the title of a strategy."""
    return answer["titles"][scenario][words.language]


def group_name(answer: Answer, group: str, words: Words) -> str:
    """Return what a group is called; a kecamatan has its own name."""
    own = {area["id"]: area["name"] for area in answer["areas"]}
    return own.get(group) or words.get(f"agents.group_{group}")


def sentences(answer: Answer, words: Words) -> Iterator[str]:
    """Yield for every strategy who gains, who loses and where no difference is shown."""
    for scenario in answer["scenarios"][1:]:
        for measure in IN_SENTENCES:
            changes = answer["changes"][measure][scenario]
            sides: dict[int, list[str]] = {1: [], -1: [], 0: []}
            for group in changes:
                if group != "district":
                    sides[gains(measure, changes[group])].append(group)
            parts = [
                words.get(f"agents.side_{key}", groups=_listed(answer, sides[side], words))
                for side, key in ((1, "gains"), (-1, "loses"), (0, "none"))
                if sides[side]
            ]
            name = title(answer, scenario, words)
            told = words.get("agents.sides", name=name, measure=name_of(measure, words))
            yield f"{told} {' '.join(parts)}"


def notes(answer: Answer, words: Words) -> list[str]:
    """Return what limits the answer."""
    own = {"mixed_area": answer["mixed_area"], "district": answer["district"]}
    about = run_notes({**own, "isolated": [], "shocks": []}, words)
    return [words.get("agents.note_noise"), words.get("agents.note_parameters"), *about]


def _listed(answer: Answer, groups: Sequence[str], words: Words) -> str:
    """Return groups in few words: all of a grouping, and how many kecamatan, by number."""
    everybody = [group["id"] for group in answer["groups"] if group["grouping"] != "district"]
    if len(groups) == len(everybody):
        return words.get("agents.everybody")
    parts = []
    for grouping in ("distance", "wealth"):
        own = _of(answer, grouping, groups)
        if own and own == _of(answer, grouping, everybody):
            parts.append(words.get(f"agents.all_{grouping}"))
        else:
            parts += [group_name(answer, group, words) for group in own]
    if own := _of(answer, "kecamatan", groups):
        number, total = (words.number(n, 0) for n in (len(own), len(answer["areas"])))
        parts.append(words.get("agents.of_kecamatan", number=number, total=total))
    return ", ".join(parts)


def _of(answer: Answer, grouping: str, groups: Sequence[str]) -> list[str]:
    known = {group["id"] for group in answer["groups"] if group["grouping"] == grouping}
    return [group for group in groups if group in known]


def _when(answer: Answer, words: Words) -> str:
    from ...model.calendar import month_of

    return words.month(month_of(answer["until"]))


def _district(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    heads = [words.get("column.strategy"), *(name_of(m, words) for m in BY_DISTRICT)]
    rows = []
    for scenario in answer["scenarios"]:
        cells = [
            span(answer["levels"][m][scenario]["district"], words, 0 if m == COUNT else 1)
            for m in BY_DISTRICT
        ]
        rows.append([title(answer, scenario, words), *cells])
    return heads, rows


def _base(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    base = answer["scenarios"][0]
    heads = [words.get("agents.column_group"), *(name_of(m, words) for m in BY_GROUP)]
    rows = [
        [
            group_name(answer, group["id"], words),
            *(span(answer["levels"][m][base][group["id"]], words) for m in BY_GROUP),
        ]
        for group in answer["groups"]
    ]
    return heads, rows


def _changes(answer: Answer, measure: str, words: Words) -> tuple[list[str], list[list[str]]]:
    strategies = answer["scenarios"][1:]
    heads = [words.get("agents.column_group"), *(title(answer, s, words) for s in strategies)]
    rows = []
    for group in answer["groups"]:
        own = [answer["changes"][measure][s][group["id"]] for s in strategies]
        rows.append([group_name(answer, group["id"], words), *(_marked(c, words) for c in own)])
    return heads, rows


def _marked(change: Sequence[float] | None, words: Words) -> str:
    from .equity import shown

    mark = "*" if shown(change) else ""
    return span(change, words).replace(" (", f"{mark} (", 1)


def _gaps(answer: Answer, measure: str, words: Words) -> tuple[list[str], list[list[str]]]:
    compared = answer["compared"][measure]
    heads = [words.get("column.strategy")]
    for pair in compared.values():
        first, second = (group_name(answer, group, words) for group in pair)
        heads.append(words.get("agents.column_gap", first=first, second=second))
        heads.append(words.get("agents.column_change"))
    rows = []
    for scenario in answer["scenarios"]:
        cells = [title(answer, scenario, words)]
        changes = answer["gap_changes"][measure].get(scenario)
        for name in compared:
            cells.append(span(answer["gaps"][measure][scenario][name], words))
            cells.append("" if changes is None else _marked(changes[name], words))
        rows.append(cells)
    return heads, rows


def _indices(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return the concentration indices: without extra action, and their change by strategy."""
    base, *strategies = answer["scenarios"]
    heads = [words.get("column.strategy")]
    heads += [name_of(measure, words).rsplit(",", 1)[0] for measure in INDEXED]
    rows = [
        [title(answer, base, words), *(span(answer["indices"][m][base], words, 2) for m in INDEXED)]
    ]
    for scenario in strategies:
        changes = [answer["index_changes"][measure][scenario] for measure in INDEXED]
        rows.append([title(answer, scenario, words), *(span(c, words, 2) for c in changes)])
    return heads, rows
