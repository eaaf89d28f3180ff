"""``tumbuh routine`` on a terminal: series, gap, what had to be true, what it adds, and ratios."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..calibration.areas import load_areas
from ..calibration.routine import RoutineFigure
from ..calibration.routine_ratio import Ratio
from ..calibration.routine_update import LAST_IN_PRIOR
from ..model.calendar import FIRST_YEAR
from ..scenarios.loader import load_scenario
from .cli_common import console
from .cli_tables import items, section
from .data_tables import area_name, share_text, short_name
from .grid import grid
from .outcomes import POINTS
from .routine_learning import GAIN_MONTH, STRATEGIES, Learnt, Spread
from .routine_view import LEVELS, RoutineView
from .text import Words

HOME = "paser"
"""District whose cadres, kits and attendance the model knows."""
VARIANTS = ("all", "later", "wide", "steady", "known")


def show(view: RoutineView, words: Words) -> None:
    """Print everything.

    Parameters
    ----------
    view
        What was found.
    words
        Language.
    """
    out, name = console(), area_name(view.area, words)
    section(out, words.get("routine.heading", area=name))
    titles = "when share expected inside survey attendance"
    out.print(grid(_titles(titles, words), _figures(view, words)))
    out.print(words.get("routine.reading", last=LAST_IN_PRIOR), style="dim")
    if view.area.code != HOME:
        out.print(words.get("routine.elsewhere"), style="dim")
    section(out, words.get("routine.gap"))
    out.print(_gap(view, words))
    out.print(grid(_titles("part points", words), _parts(view, words)))
    out.print(words.get("routine.gap_reading"), style="dim")
    section(out, words.get("routine.needed"))
    titles = "quantity before after contraction"
    out.print(grid(_titles(titles, words), _needed(view, words)))
    out.print(words.get("routine.needed_reading"), style="dim")
    section(out, words.get("routine.learnt"))
    out.print(grid(_learnt_titles(view, words), _learnt(view, words)))
    out.print(words.get("routine.learnt_reading"), style="dim")
    out.print(learnt_says(view, words))
    section(out, words.get("routine.ratios"))
    out.print(grid(_titles("area when against ratio", words), _ratios(view, words)))
    if said := ratio_says(view, words):
        out.print(said)
    section(out, words.get("routine.warning_heading"))
    items(out, [words.get(f"routine.warning_{key}") for key in ("fall", "use", "measure")])
    for line in verdict(view, words):
        out.print(line, style="bold")


def _titles(names: str, words: Words) -> list[str]:
    return [words.get(f"routine.column_{name}") for name in names.split()]


def when(figure: RoutineFigure, words: Words) -> str:
    """Write the time of a figure."""
    if figure.month is None:
        return str(figure.year)
    return words.month(12.0 * (figure.year - 2018) + figure.month - 1.0)


def _range(one: Spread, words: Words, decimals: int = 1, factor: float = 1.0) -> str:
    middle, low, high = (
        words.number(factor * value, decimals) for value in (one.middle, one.low, one.high)
    )
    return words.get("range", middle=middle, low=low, high=high)


def _figures(view: RoutineView, words: Words) -> list[list[str]]:
    rows = []
    for k, figure in enumerate(view.series.figures):
        share, expected = float(view.series.shares[k]), view.expected[k]
        inside = expected.low <= share <= expected.high
        published = words.get("routine.none")
        if figure.attendance is not None:
            published = words.number(POINTS * figure.attendance, 0)
        rows.append(
            [
                when(figure, words),
                share_text(share, words),
                _range(expected, words, factor=POINTS),
                words.get("routine.yes" if inside else "routine.no"),
                _range(view.survey[k], words, factor=POINTS),
                f"{published}; {_range(view.attendance[k], words, 0, POINTS)}",
            ]
        )
    return rows


def _gap(view: RoutineView, words: Words) -> str:
    numbers = (view.gap.mean, view.gap.low, view.gap.high)
    gap, low, high = (words.number(value) for value in numbers)
    return words.get("routine.gap_whole", gap=gap, low=low, high=high)


def _parts(view: RoutineView, words: Words) -> list[list[str]]:
    return [
        [
            words.get(f"routine.part_{name}"),
            f"{words.number(one.mean)} ({words.span(one.low, one.high)})",
        ]
        for name, one in view.parts.items()
    ]


def _contraction(one: Learnt, words: Words) -> str:
    return f"{words.number(one.contraction['all'], 2)} ± {words.number(one.error, 2)}"


def _needed(view: RoutineView, words: Words) -> list[list[str]]:
    return [
        [
            words.get(f"routine.needed_{name}"),
            _range(one.before, words, 2),
            _range(one.after, words, 2),
            _contraction(one, words),
        ]
        for name, one in view.needed.items()
    ]


def _shown(view: RoutineView) -> list[str]:
    there = next(iter(view.learnt.values())).contraction
    return [name for name in VARIANTS if name in there]


def _learnt_titles(view: RoutineView, words: Words) -> list[str]:
    names = [name for name in _shown(view) if name != "all"]
    titles = _titles("quantity without with contraction", words)
    return titles + [words.get(f"routine.column_{name}", year=LAST_IN_PRIOR) for name in names]


def _learnt(view: RoutineView, words: Words) -> list[list[str]]:
    rows = []
    for name, one in view.learnt.items():
        factor, decimals = (1.0, 2) if name in STRATEGIES else (POINTS, 1)
        others = [words.number(one.contraction[key], 2) for key in _shown(view) if key != "all"]
        ranges = [_range(part, words, decimals, factor) for part in (one.before, one.after)]
        rows.append([quantity(name, words), *ranges, _contraction(one, words), *others])
    return rows


def quantity(name: str, words: Words) -> str:
    """Name what the series says something of."""
    if name in STRATEGIES:
        ended = FIRST_YEAR + int(GAIN_MONTH) // 12 - 1
        title = words.title(load_scenario(name).title)
        return words.get("routine.effect", name=title, year=ended)
    if name == "change":
        return words.get("routine.change", first=LEVELS[0], last=LEVELS[1])
    return words.get("routine.level", year=name)


def learnt_says(view: RoutineView, words: Words) -> str:
    """Say what the series changes, and why levels never use it."""
    one = view.learnt[str(LEVELS[1])]
    left = {name: POINTS * (1.0 - one.contraction[name]) for name in ("all", "known")}
    return words.get(
        "routine.learnt_says",
        last=LEVELS[1],
        shift=words.number(POINTS * (one.after.mean - one.before.mean)),
        rest=words.number(left["all"], 0),
        known=words.number(left["known"], 0),
    )


def _ratios(view: RoutineView, words: Words) -> list[list[str]]:
    areas = load_areas()
    return [
        [
            short_name(areas[one.figure.area], words),
            when(one.figure, words),
            one.survey.survey,
            words.number(one.value, 2),
        ]
        for one in view.ratios
    ]


def ratio_says(view: RoutineView, words: Words) -> str:
    """Say whether the ratios of this area are like those of other districts; empty without one."""
    areas = load_areas()
    own = [one for one in view.ratios if one.figure.area == view.area.code]
    others = [
        one
        for one in view.ratios
        if one.figure.area != view.area.code and areas[one.figure.area].kind == "district"
    ]
    if not own or not others:
        return ""
    band = view.ratio
    return words.get(
        "routine.ratio_says",
        area=short_name(view.area, words),
        middle=words.number(band.middle, 2),
        low=words.number(band.low, 2),
        high=words.number(band.high, 2),
        count=len(others),
        inside=sum(band.low <= one.value <= band.high for one in others),
        own=_between(own, words),
        others=_between(others, words),
    )


def _between(found: Sequence[Ratio], words: Words) -> str:
    values = np.array([one.value for one in found])
    return words.span(float(values.min()), float(values.max()), 2)


def verdict(view: RoutineView, words: Words) -> list[str]:
    """Say which checks failed, or that all passed."""
    found = {gate.name: _own(gate.found, words) for gate in view.gates}
    failed = [
        words.get(
            f"routine.failed_{gate.name}",
            found=found[gate.name],
            expected=_own(gate.expected, words),
        )
        for gate in view.gates
        if not gate.passed
    ]
    passed = words.get("routine.passed", inside=found["predictive"], weights=found["weights"])
    return failed or [passed]


def _own(text: str, words: Words) -> str:
    """Turn what a check says into the reader's language."""
    if words.language == "en":
        return text
    pairs = {" of ": " dari ", " and ": " dan ", " or more": " atau lebih", "below": "di bawah"}
    for english, own in pairs.items():
        text = text.replace(english, own)
    return text.replace(".", ",")
