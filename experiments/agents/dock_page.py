"""The docking as a page in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...model.agents.docking import LUCK_LEVEL, QUANTITIES, RATIO, Docking, Equivalence
from ...model.agents.identity import Identity
from ...model.agents.places import DISTANCE_GROUPS, WEALTH_GROUPS
from ..bench_report import table
from .dock_relations import LEVELS, Relations, Variant
from .dock_study import DRAWS, LEVERS, MONTHS, START, Size

POINTS = 100.0

_HEAD = """# Docking the agents to the stocks

Written by `{command}` with tumbuh {version}, model `{digest}`; nothing on this page is typed.

The agents' means must be those of the stock-and-flow model where both make the same assumptions;
where they do not, the page says how far they part, and why. Levels are those of Axtell et al.
(1996). Parameters are those of one draw of the posterior, the one of {draws} in which all levers
together have their median effect; levers begin in month {start:.0f} here, so that what they do
falls within the dates. Months count from January 2018; points are percentage points.
"""

_NUMERICAL = """## Numerical: the same equations

The agents' equations are cut out of the compiled model file. Given what a run of the whole model
had, they must return what it returned, to the last bit, at {months} months; and the equations of
all twenty stages must have one shape, since one stage's serve for all.

Numbers compared: {values}. Not the same to the bit: {differing}. Stages of another shape: {stages}.
"""

_DISTRIBUTIONAL = """## Distributional: well mixed and alike

Ageing by the stocks' stages, their time step, all families alike, services overlapping by the
stocks' formula. Two one-sided t-tests per quantity and date, Holm over the six dates, against the
margin stated; {replicates} replicates. *Counted* is the share of children below the threshold when
each is measured once; *survey prevalence* is the mean of their chances, which luck moves less.
Counting adds luck and nothing else: a hundred runs seldom show equality of the count at every date,
so that it must not be refuted and must differ from the chances by luck alone (a t-test, Holm, p
above {luck:g}); equality is shown for the chances. Coverage is that of the last round, a month
before the date, and is held to the stocks of that month.
"""

_SPREAD = """The variance of the counted prevalence between runs, relative to that of independent
children, must on average over the dates lie between {low:g} and {high:g}; with independent children
a single date's ratio lies in the range of one with probability 0.95. The last date's
distribution is held to the normal law (Kolmogorov and Smirnov, p above {ks:g}).
"""

_MISTAKES = """## What docking notices

All levers on, {replicates} replicates, two dates, the quantities that few runs give sharply. *Refuted*: beyond
the margin by more than chance. *Not shown*: the test of equality fails. *Docks*: too small to be
noticed at these margins, and therefore too small to matter for them. The first row is no mistake.
"""

_RELATIONAL = """## Relational: families differ, actors have a network

The settings in use (exact ages, monthly steps, half-year rounds), {replicates} paired replicates;
change by month {last:.0f} against no extra action, in points, with the standard error.
"""

_VARIANTS = """## Where the means part

All levers, {replicates} replicates, agents minus stocks, in points; range over the six dates, and
the last date with its standard error.
"""

_WHY = """- *Exact ages*: a stock of children mixes those who have just entered a stage with those about
  to leave it, and a child's time under five varies; by the clock it does not. The path by age is
  then followed month by month instead of in twenty steps, and what services and the pandemic did to
  a cohort stays with it instead of leaking into the neighbouring ages.
- *Families differ*: coverage is that of a half-year round, so that it follows the stocks with a lag:
  a date soon after the pandemic still shows the round held in it. Who is reached depends on distance,
  wealth, lists and visits. All services at once are then what actors and lists make of it, not the
  stocks' formula with its `concordance`; that difference is what the agents are for.
- *Prevalence* hardly moves in any variant: what a family receives enters growth nearly in
  proportion, so that only the mean matters.
"""


@dataclass(frozen=True)
class Report:
    """All that was found.

    Attributes
    ----------
    version, digest
        Of the program and of the model file.
    size
        How many runs.
    identity, stages
        Of the equations.
    docked
        By case.
    mistakes
        By name.
    relations, variants
        With families that differ.
    """

    version: str
    digest: str
    size: Size
    identity: tuple[Identity, ...]
    stages: tuple[str, ...]
    docked: dict[str, Docking]
    mistakes: dict[str, Docking]
    relations: Relations
    variants: tuple[Variant, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not hold; the mistakes' table is there to be read."""
        found = [f"{one.slice}: {one.target}" for one in self.identity if one.differing]
        found += self.stages
        for case, docked in self.docked.items():
            found += [f"{case}: {fault}" for fault in docked.faults]
        return (*found, *self.relations.faults)


def page(report: Report, command: str, compared: int) -> str:
    """Return the page.

    Parameters
    ----------
    report
        What was found.
    command
        The command line that made it.
    compared
        Months at which equations were compared.
    """
    values = sum(one.values for one in report.identity)
    differing = sum(one.differing for one in report.identity)
    parts = [
        _HEAD.format(
            command=command,
            version=report.version,
            digest=report.digest[:12],
            draws=DRAWS,
            start=START,
        ),
        _NUMERICAL.format(
            months=compared,
            values=values,
            differing=differing,
            stages=", ".join(report.stages) or "none",
        ),
        _DISTRIBUTIONAL.format(replicates=report.size.docked, luck=LUCK_LEVEL),
        *(_docked(case, docked) for case, docked in report.docked.items()),
        _SPREAD.format(low=RATIO[0], high=RATIO[1], ks=LUCK_LEVEL),
        _spreads(report.docked),
        _MISTAKES.format(replicates=report.size.broken),
        table(
            ("mistake", "result", "largest difference", "of", "month"),
            [_mistake(name, found) for name, found in report.mistakes.items()],
        ),
        _RELATIONAL.format(replicates=report.size.free, last=MONTHS[-1]),
        *_related(report.relations),
        _VARIANTS.format(replicates=report.size.free),
        _departures(report.variants),
        _WHY,
    ]
    return "\n".join(parts)


def _docked(case: str, docked: Docking) -> str:
    verdict = "docks" if not docked.faults else f"does not dock: {', '.join(docked.faults)}"
    title = f"### {_case(case)}: {verdict}\n\n"
    head = ("quantity", "margin", *(f"month {month:.0f}" for month in MONTHS), "largest p")
    rows = []
    for quantity in QUANTITIES:
        own = [one for one in docked.equivalences if one.quantity == quantity.measure]
        cells = [difference(one) for one in own]
        rows.append((quantity.measure, _margin(own[0]), *cells, f"{max(one.p for one in own):.1g}"))
    note = "Agents minus stocks, points (children: number), with the standard error.\n\n"
    return title + note + table(head, rows)


def _case(name: str) -> str:
    return "All levers" if name == LEVERS else "No extra action"


def _unit(one: Equivalence) -> tuple[float, int]:
    return (1.0, 0) if one.quantity == "children" else (POINTS, 3)


def difference(one: Equivalence) -> str:
    """Return a difference with its standard error, in points or in children."""
    scale, digits = _unit(one)
    return f"{scale * one.difference:+.{digits}f} ({scale * one.error:.{digits}f})"


def _margin(one: Equivalence) -> str:
    scale, digits = _unit(one)
    return f"{scale * one.margin:.{max(0, digits - 1)}f}"


def _spreads(docked: dict[str, Docking]) -> str:
    head = (
        "case",
        *(f"month {month:.0f}" for month in MONTHS),
        "mean",
        "range of one",
        "KS p",
        "p of luck",
    )
    rows = []
    for case, found in docked.items():
        cells = [f"{one.ratio:.2f}" for one in found.spreads]
        low, high = found.spreads[0].low, found.spreads[0].high
        span = f"{low:.2f} to {high:.2f}"
        last = (f"{found.ratio:.2f}", span, f"{found.ks:.2f}", f"{found.counting:.2f}")
        rows.append((_case(case), *cells, *last))
    return table(head, rows)


def _mistake(name: str, docked: Docking) -> tuple[str, ...]:
    worst = max(docked.equivalences, key=lambda one: abs(one.difference) / one.margin)
    result = "docks"
    if any(not one.holds for one in docked.equivalences):
        refuted = any(one.refuted for one in docked.equivalences)
        result = "refuted" if refuted else "not shown"
    return name, result, difference(worst), worst.quantity, f"{worst.month:.0f}"


def _related(found: Relations) -> Iterator[str]:
    rows = [
        (
            one.strategy,
            one.outcome,
            f"{POINTS * one.stocks:+.2f}",
            f"{POINTS * one.agents:+.2f} ({POINTS * one.error:.2f})",
            "yes" if one.agrees else "no",
        )
        for one in found.effects
    ]
    yield table(("strategy", "outcome", "stocks", "agents", "same sign"), rows)
    yield (
        "Overlap of services (k) with all determinants of all actors held at a level; in brackets\n"
        "the standard error of its difference to the first:\n"
    )
    pairs = zip(found.concordances, found.errors, strict=True)
    cells = [f"{value:.4f} ({error:.4f})" for value, error in pairs]
    yield table(("determinants", *(f"{level:g}" for level in LEVELS)), [("k", *cells)])
    yield "Mean coverage of the four services by way to the puskesmas, percent:\n"
    yield _row(("distance", *DISTANCE_GROUPS), [POINTS * x for x in found.by_distance], 1)
    yield "Coverage of social protection by wealth, percent:\n"
    yield _row(("wealth", *WEALTH_GROUPS), [POINTS * x for x in found.protection], 1)


def _row(head: Sequence[str], values: Sequence[float], digits: int) -> str:
    return table(head, [("", *(f"{value:.{digits}f}" for value in values))])


def _departures(found: Sequence[Variant]) -> str:
    rows = []
    for one in found:
        for measure, values in one.differences.items():
            scaled = [POINTS * value for value in values]
            span = f"{min(scaled):+.2f} to {max(scaled):+.2f}"
            last = f"{scaled[-1]:+.2f} ({POINTS * one.errors[measure]:.2f})"
            rows.append((one.name, measure, span, last))
    return table(("variant", "quantity", "range", "last date"), rows)
