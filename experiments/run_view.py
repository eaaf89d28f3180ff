"""One scenario's path as a table, CSV and JSON: years by their ends, shares in percent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..model.calendar import FIRST_YEAR
from ..model.district import District
from ..model.engine.trajectories import Trajectories
from ..scenarios.scenario import Scenario
from ..scenarios.text import Language
from .cli_common import console
from .grid import grid
from .place import elsewhere, place_of
from .text import Words
from .text import words as load_words

Floats = NDArray[np.float64]
SHARE_DECIMALS, OTHER_DECIMALS = 2, 3


@dataclass(frozen=True)
class Course:
    """A run of one scenario.

    Attributes
    ----------
    scenario
        What was run.
    run
        Its variables every month.
    draws
        Number of draws; 0 for one run at the centres of the priors.
    """

    scenario: Scenario
    run: Trajectories
    draws: int

    @cached_property
    def middle(self) -> dict[str, Floats]:
        """Median of the draws by variable, (time,), in the unit of the model."""
        return {name: np.median(values, axis=0) for name, values in self.run.values.items()}

    @cached_property
    def ends(self) -> dict[str, Floats]:
        """Ends of the interval of 90 % of draws by variable, (2, time); nothing for one run."""
        if not self.draws:
            return {}
        values = self.run.values.items()
        return {name: np.quantile(found, [0.05, 0.95], axis=0) for name, found in values}


def show(course: Course, language: Language, place: District) -> None:
    """Print the path at the end of each year.

    Parameters
    ----------
    course, language
        The run, and the language.
    place
        District of the draws.
    """
    words = load_words(language)
    kind = words.get("run.drawn", n=course.draws) if course.draws else words.get("run.central")
    title = words.title(course.scenario.title)
    out = console()
    out.print(words.get("run.title", name=title, draws=kind), style="bold")
    for note in elsewhere(place_of(place), words):
        out.print(note)
    if not course.draws:
        out.print(words.get("run.central_note"))
    names = list(course.middle)
    headings = [words.get("run.year"), *(heading(course, name, words) for name in names)]
    cells = [_cells(course, name, words) for name in names]
    months = course.run.times
    years = [(k, FIRST_YEAR - 1 + int(m) // 12) for k, m in enumerate(months) if k and m % 12 == 0]
    rows = [[str(year), *(cell[k] for cell in cells)] for k, year in years]
    out.print(grid(headings, rows))


def heading(course: Course, name: str, words: Words, money: str = "rupiah") -> str:
    """Return a variable's name for the reader, the model's own beside it, and the unit shown.

    Parameters
    ----------
    course, name
        The run, and one of its variables.
    words
        Language.
    money
        What amounts are counted in: ``rupiah`` or ``million``.
    """
    shown = words.full_name(name)
    unit = course.run.units[name]
    if is_share(course, name):
        unit = "%"
    elif unit in ("MIDR", "MIDR/month"):
        unit = words.get(f"run.{money}{'_year' if unit == 'MIDR/month' else ''}")
    elif unit == "dmnl":
        unit = words.get("run.ratio")
    return f"{shown}, {unit}"


def is_share(course: Course, name: str) -> bool:
    """Whether a variable without unit stays between 0 and 1."""
    path = course.middle[name]
    return course.run.units[name] == "dmnl" and bool(np.all((path >= 0.0) & (path <= 1.0)))


def shown_values(course: Course, name: str, path: Floats) -> Floats:
    """Return values in the unit shown; money stays in million rupiah, a year for a rate."""
    if is_share(course, name):
        return 100.0 * path
    return 12.0 * path if course.run.units[name] == "MIDR/month" else path


def as_csv(course: Course) -> str:
    """Return every month in the units of the model; of draws also the ends of 90 % of them."""
    units = course.run.units
    columns = dict(course.middle)
    lines = [",".join(["month", *(f'"{name} [{units[name]}]"' for name in columns)])]
    for name, ends in course.ends.items():
        lines[0] += "".join(f',"{name} {end} [{units[name]}]"' for end in ("low90", "high90"))
        columns |= {f"{name} low90": ends[0], f"{name} high90": ends[1]}
    rows = np.column_stack([course.run.times, *columns.values()])
    lines += [",".join(repr(float(x)) for x in row) for row in rows]
    return "\n".join(lines) + "\n"


def as_json(course: Course) -> str:
    """Return every month in the units of the model."""
    from .rows import as_json as write

    data = {
        "scenario": course.scenario.id,
        "draws": course.draws,
        "months": course.run.times.tolist(),
        "values": {name: path.tolist() for name, path in course.middle.items()},
        "low90": {name: ends[0].tolist() for name, ends in course.ends.items()},
        "high90": {name: ends[1].tolist() for name, ends in course.ends.items()},
        "units": {name: course.run.units[name] for name in course.middle},
    }
    return write(data)


def _cells(course: Course, name: str, words: Words) -> list[str]:
    middle = shown_values(course, name, course.middle[name])
    decimals = SHARE_DECIMALS if is_share(course, name) else OTHER_DECIMALS
    if np.max(np.abs(middle)) >= 100.0 or (course.draws and is_share(course, name)):
        decimals = 1
    money = course.run.units[name] in ("MIDR", "MIDR/month")

    def said(value: float) -> str:
        return words.rupiah(float(value)) if money else words.number(float(value), decimals)

    if not course.draws:
        return [said(value) for value in middle]
    low, high = (shown_values(course, name, end) for end in course.ends[name])
    return [
        words.get("range", middle=said(m), low=said(a), high=said(b))
        for m, a, b in zip(middle, low, high, strict=True)
    ]
