"""What to read with care: warnings, the evidence beside the answer, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..model.evidence_rows import Effect
from ..model.evidence_tables import load_evidence
from ..scenarios.costs import planning_inputs, spent_by_year
from ..scenarios.levers import catalogue
from ..scenarios.loader import EQUAL_BUDGET_IDS
from .evidence_words import finds_nothing
from .judged import FEWEST_DRAWS, JudgedShare
from .plausibility import FASTEST_FALL, SUSTAINED_YEARS
from .results import Comparison, StrategyResult
from .text import Words

FULL = 0.95
"""Share of its cost from which on a plan is said to spend it in some year; judged."""

TRIALS = {"mcc": "C01", "alive": "A12"}
"""Rows of the trials nearest to the strategies."""


def caveats(answer: Comparison, words: Words, full: bool = True) -> list[str]:
    """Return what to read with care; warnings first.

    Parameters
    ----------
    answer, words
        The comparison, and the language.
    full
        Also what only qualifies a table of the full answer.
    """
    notes = [
        *fast_falls(answer, words),
        *held_back(answer, words),
        *unspent(answer, words),
        *_cuts(answer, words),
        trials(words),
        *_sectors(answer, words),
        *_judged(answer, words),
    ]
    return [*notes, *limited(answer, words), reported(answer, words)] if full else notes


def trials(words: Words) -> str:
    """Return the published effects of the nearest trials, read from the evidence."""
    ids = {f"{name}_id": row for name, row in TRIALS.items()}
    return words.get("caveat.trials", **trial_effects(words), **ids)


def trial_effects(words: Words) -> dict[str, str]:
    """Return what the nearest trials found, each with its interval, points."""
    effects = load_evidence().effects
    return {name: _effect(effects[row], words) for name, row in TRIALS.items()}


def inputs_named(share: JudgedShare, words: Words, name: Callable[[str], str]) -> str:
    """Return the leading inputs of a gain, each with its share of the attributed variance.

    Parameters
    ----------
    share, words
        What is told, and the language.
    name
        How an input is called: for planners by its plain name, for researchers by both.
    """
    return ", ".join(f"{name(one)} ({words.percent(part)})" for one, part in share.leading)


def _effect(row: Effect, words: Words) -> str:
    if finds_nothing(row):
        return words.get("caveat.no_difference")
    value = "–" if row.value is None else words.number(row.value)
    if row.low is None or row.high is None:
        ends = words.get("caveat.not_shown")
    else:
        ends = words.span(row.low, row.high)
    return words.get("caveat.trial", value=value, range=ends)


def _name(answer: Comparison, result: StrategyResult, words: Words) -> str:
    return words.title(answer.titles[result.id])


def fast_falls(answer: Comparison, words: Words) -> Iterator[str]:
    """Warn of every strategy whose median falls faster than any region on record."""
    for result in answer.strategies:
        if result.implausible[0]:
            name, fastest = _name(answer, result, words), words.number(FASTEST_FALL, 0)
            yield words.get("caveat.fast", name=name, fastest=fastest, years=SUSTAINED_YEARS)


def _cuts(answer: Comparison, words: Words) -> Iterator[str]:
    """Set the implied cuts beside our own chain, all in one statement."""
    judged = [(r, r.evidence) for r in answer.strategies if r.evidence is not None]
    if not judged:
        return
    below: list[tuple[StrategyResult, str]] = []
    for result, span in judged:
        ends = {"low": words.number(span.low, 0), "high": words.number(span.high, 0)}
        name, cut = _name(answer, result, words), words.number(result.cut.median)
        if not span.holds(result.cut.median):
            yield words.get("caveat.outside", name=name, cut=cut, row=span.row, **ends)
        elif result.cut.median < span.central:
            central = words.number(span.central, 0)
            text = words.get("caveat.below_one", name=name, cut=cut, central=central, **ends)
            below.append((result, text))
    rows = f"{judged[0][1].row}-{judged[-1][1].row}" if judged[1:] else judged[0][1].row
    head = words.get("caveat.cut", year=answer.base[-1].year, rows=rows)
    if below:
        listed = "; ".join(text for _, text in below)
        links = _links(answer, [result for result, _ in below], words)
        yield f"{head} {words.get('caveat.below', list=listed, links=links)}"


def _links(answer: Comparison, results: list[StrategyResult], words: Words) -> str:
    """Return the limiting link of each strategy, told once where it is the same for all."""
    groups: dict[str, list[str]] = {}
    for result in results:
        if result.limiting_link is not None:
            link = words.get(f"link.{result.limiting_link[0]}")
            groups.setdefault(link, []).append(_name(answer, result, words))
    if len(groups) == 1 and len(results) > 1:
        return words.get("caveat.link_all", link=next(iter(groups)))
    return ", ".join(
        words.get("caveat.link_one", link=link, names=", ".join(names))
        for link, names in groups.items()
    )


def _sectors(answer: Comparison, words: Words) -> Iterator[str]:
    differ = [r for r in answer.strategies if r.sectors.differ]
    if not differ:
        return

    def gap(result: StrategyResult) -> float:
        return abs(result.sectors.coflow.median - result.sectors.stocks.median)

    most = max(differ, key=gap)
    yield words.get(
        "caveat.sectors",
        count=len(differ),
        name=_name(answer, most, words),
        coflow=words.number(most.sectors.coflow.median, 2),
        stocks=words.number(most.sectors.stocks.median, 2),
    )


def held_back(answer: Comparison, words: Words) -> Iterator[str]:
    """Name the plans that their ceiling cuts: gains and costs are those of what is left."""
    listed = [
        words.get(
            "caveat.held_back_one",
            name=_name(answer, result, words),
            planned=words.rupiah(result.planned_cost),
            ceiling=words.rupiah(result.yearly_cost),
            share=words.percent(result.share_within_ceiling),
        )
        for result in answer.strategies
        if result.share_within_ceiling < 1.0
    ]
    if listed:
        yield words.get("caveat.held_back", list="; ".join(listed))


def unspent(answer: Comparison, words: Words) -> Iterator[str]:
    """Name the plans that begin after the last date, or never cost what they are said to cost.

    The cost of a plan is that of its doses at their full level. One that ends before it is there
    spends less in every year.
    """
    last, prices = answer.base[-1].year, planning_inputs()
    for plan in answer.plans:
        levers, name = plan.scenario.levers, words.title(plan.scenario.title)
        if levers and min(dose.start for dose in levers.values()) >= answer.base[-1].month:
            yield words.get("caveat.late", name=name, year=last)
            continue
        most = max(spent_by_year(levers, prices, plan.ceiling).values())
        if most < FULL * plan.yearly_cost:
            said = {"cost": words.rupiah(plan.yearly_cost), "most": words.rupiah(most)}
            yield words.get("caveat.unspent", name=name, **said)


def limited(answer: Comparison, words: Words) -> Iterator[str]:
    """Name the plans that cannot spend their sum, with the levers at their bounds."""
    levers, listed = catalogue().levers, []
    for result in answer.strategies:
        names = ", ".join(words.title(levers[name].title) for name in result.limited_by)
        if names:
            name = _name(answer, result, words)
            listed.append(words.get("caveat.limited_one", name=name, levers=names))
    if listed:
        yield words.get("caveat.limited", list="; ".join(listed))


def _judged(answer: Comparison, words: Words) -> Iterator[str]:
    if int((~answer.batch.failed).sum()) < FEWEST_DRAWS:
        yield words.get("caveat.judged_few", fewest=FEWEST_DRAWS)
        return
    told = [(r, r.judged) for r in answer.strategies if r.judged is not None]
    if not told:
        return
    plain = [pair for pair in told if pair[0].id not in EQUAL_BUDGET_IDS] or told
    result, leading = max(plain, key=lambda pair: pair[0].dates[-1].gain.median)
    yield words.get(
        "caveat.judged",
        explained=_rounded([share.explained for _, share in told], words),
        share=_rounded([share.judged for _, share in told], words),
        name=_name(answer, result, words),
        inputs=inputs_named(leading, words, words.name),
    )


def _rounded(shares: list[float], words: Words) -> str:
    """Return shares to the nearest 5 percent, or 1 near the top; one number where they agree."""
    low, high = (
        value if value > 0.95 else 0.05 * round(20.0 * value)
        for value in (min(shares), max(shares))
    )
    if words.percent(low) == words.percent(high):
        return words.get("caveat.about", share=words.percent(low))
    return words.get("caveat.between", low=words.percent(low), high=words.percent(high))


def reported(answer: Comparison, words: Words) -> str:
    """Say what posyandu would report with no extra action, and how much stunting is severe."""
    last = answer.base[-1]
    return words.get(
        "caveat.routine",
        routine=words.range(last.routine, unit=" %"),
        severe=words.range(last.severe, unit=" %"),
        year=last.year,
    )
