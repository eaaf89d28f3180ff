"""What is known of growth by age: surveyed shares stunted, and beliefs that no survey gives.

A belief is a centre with a spread: the share stunted at birth on the probit scale, and how much
likelier a stunted child is to be stunted later (odds ratio) on the log scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..model.catch_up import LAST_AGE, STAGE_MONTHS
from ..model.errors import DataError, Problem
from ..model.tabular import Cells, read_table
from .observations import DATA_FOLDER

PROFILE_PATH = DATA_FOLDER / "growth_by_age.csv"
BELIEFS_PATH = DATA_FOLDER / "growth_beliefs.csv"
PROFILE_COLUMNS = "survey age_low age_high value children source url note".split()  # noqa: SIM905
BELIEF_COLUMNS = (  # noqa: SIM905
    "quantity age_low age_high value spread judged source locator url note"
).split()
BIRTH, PERSISTENCE = "birth share", "persistence odds ratio"


@dataclass(frozen=True)
class AgeBand:
    """Share stunted of one age band in one survey.

    Attributes
    ----------
    survey
        Name of the survey.
    age_low, age_high
        First and last completed month of age.
    value
        Share stunted, 0 to 1.
    children
        Children measured, read or derived.
    source, url, note
        Where it was read, and what is known of it.
    """

    survey: str
    age_low: int
    age_high: int
    value: float
    children: int
    source: str
    url: str
    note: str

    @property
    def stages(self) -> slice:
        """Stages of the model that make up the band."""
        return slice(self.age_low // STAGE_MONTHS, (self.age_high + 1) // STAGE_MONTHS)


@dataclass(frozen=True)
class Belief:
    """A quantity that no survey gives, with its spread.

    Attributes
    ----------
    quantity
        `BIRTH` (share, 0 to 1) or `PERSISTENCE` (odds ratio).
    age_low, age_high
        Ages between which it holds, months; both 0 at birth.
    value
        Centre.
    spread
        Standard deviation, of the probit of a share or the log of an odds ratio.
    judged
        Whether the value itself is judged.
    """

    quantity: str
    age_low: int
    age_high: int
    value: float
    spread: float
    judged: bool


@dataclass(frozen=True)
class GrowthTables:
    """All that the natural history is fitted to.

    Attributes
    ----------
    bands
        Rows of the surveys, in the order of the file.
    birth
        Belief on the share stunted at birth.
    persistence
        Beliefs on the odds ratios, by age.
    """

    bands: tuple[AgeBand, ...]
    birth: Belief
    persistence: tuple[Belief, ...]

    @property
    def ages(self) -> tuple[tuple[int, int], ...]:
        """First and last month of every age band that some survey has, in order."""
        return tuple(sorted({(band.age_low, band.age_high) for band in self.bands}))

    @property
    def surveys(self) -> tuple[str, ...]:
        """Names of the surveys, in the order of the file."""
        return tuple(dict.fromkeys(band.survey for band in self.bands))


def load_growth_tables(profile: Path | None = None, beliefs: Path | None = None) -> GrowthTables:
    """Read and check both tables.

    Parameters
    ----------
    profile, beliefs
        CSV files; the packaged ones when absent.

    Raises
    ------
    DataError
        With every problem of both, by file, line and column.
    """
    problems: list[Problem] = []
    profile, beliefs = profile or PROFILE_PATH, beliefs or BELIEFS_PATH
    bands = [_band(cells) for cells in read_table(profile, PROFILE_COLUMNS, problems)]
    held = [_belief(cells) for cells in read_table(beliefs, BELIEF_COLUMNS, problems)]
    if not problems:
        problems += _whole(bands, held, profile.name, beliefs.name)
    if problems:
        raise DataError(problems)
    births = [row for row in held if row.quantity == BIRTH]
    persistence = sorted((r for r in held if r.quantity == PERSISTENCE), key=lambda r: r.age_low)
    return GrowthTables(tuple(bands), births[0], tuple(persistence))


def _band(cells: Cells) -> AgeBand:
    cells.needed("survey", "source")
    if not cells.text("url").startswith(("https://", "http://")):
        cells.fault(
            "url", "an address that starts with https://", repr(cells.text("url")), "Add it"
        )
    low, high = (cells.number(name, True) or 0.0 for name in ("age_low", "age_high"))
    value, children = _share(cells), cells.number("children", True)
    if not 0 <= low < high < LAST_AGE or low % STAGE_MONTHS or (high + 1) % STAGE_MONTHS:
        expected = f"whole stages of {STAGE_MONTHS} months, such as 0 and 5, below {LAST_AGE}"
        cells.fault("age_low", expected, f"{low:g} and {high:g}", "Correct the ages")
    if children is not None and (children < 1 or children != int(children)):
        cells.fault("children", "a whole number of children", f"{children:g}", "Correct the count")
    return AgeBand(
        survey=cells.text("survey"),
        age_low=int(low),
        age_high=int(high),
        value=value,
        children=int(children or 1),
        source=cells.text("source"),
        url=cells.text("url"),
        note=cells.text("note"),
    )


def _belief(cells: Cells) -> Belief:
    cells.needed("source", "locator")
    quantity, judged = cells.choice("quantity", (BIRTH, PERSISTENCE)), cells.flag("judged")
    if not judged:
        cells.needed("url")
    low, high = (cells.number(name, True) or 0.0 for name in ("age_low", "age_high"))
    spread = cells.number("spread", True)
    value = _share(cells) if quantity == BIRTH else cells.number("value", True)
    if spread is not None and spread <= 0.0:
        cells.fault("spread", "a spread above 0", f"{spread:g}", "Correct the spread")
    if quantity == PERSISTENCE and value is not None and value <= 1.0:
        cells.fault("value", "an odds ratio above 1", f"{value:g}", "Correct the value")
    if quantity == PERSISTENCE and not 0 <= low < high <= LAST_AGE:
        found = f"{low:g} and {high:g}"
        cells.fault("age_low", f"two ages in order, 0 to {LAST_AGE}", found, "Correct the ages")
    return Belief(quantity, int(low), int(high), value or 1.0, spread or 1.0, judged)


def _share(cells: Cells) -> float:
    value = cells.number("value", True)
    if value is None or 0.0 < value < 1.0:
        return 0.5 if value is None else value
    percent = 1.0 < value < 100.0
    remedy = f"Write {value / 100:g} for {value:g} percent" if percent else "Correct the value"
    cells.fault("value", "a share between 0 and 1", f"{value:g}", remedy)
    return value


def _whole(bands: list[AgeBand], held: list[Belief], profile: str, beliefs: str) -> list[Problem]:
    """List what is wrong with the tables as a whole."""
    keys = [(band.survey, band.age_low, band.age_high) for band in bands]
    result = [
        Problem(profile, "one row a survey and band", f"{name}, {a} to {b} twice", "Remove one")
        for name, a, b in sorted({key for key in keys if keys.count(key) > 1})
    ]
    ages = sorted({(low, high) for _, low, high in keys})
    covered = [month for low, high in ages for month in range(low, high + 1)]
    if covered != list(range(LAST_AGE)):
        found = ", ".join(f"{low}-{high}" for low, high in ages) or "none"
        expected = f"bands that cover 0 to {LAST_AGE - 1} months without overlap"
        result.append(Problem(profile, expected, found, "Add or correct the missing band"))
    births = sum(row.quantity == BIRTH for row in held)
    if births != 1:
        result.append(Problem(beliefs, f"one row {BIRTH!r}", str(births), "Keep exactly one"))
    return result
