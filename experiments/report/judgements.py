"""The judgements that the answer leans on most, and what it would be were they wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ...model.parameters import load_parameters
from ...model.randomness import stream
from ..evidence_view import counts, entries
from ..judged import FEWEST_DRAWS
from ..results import StrategyResult
from .blocks import Block, Heading, Paragraph, Table
from .material import Material

SHOWN = 3
"""Judgements that are shown: those that move the answer most."""
PART = 0.2
"""Share of the draws with the lowest, and with the highest, values of a judgement."""
CHANCE = 0.05
"""Probability that chance alone brings any judgement into the table."""
SHUFFLES = 1000

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Leaning:
    """A judged input, and the median gain where it is low and where it is high, points."""

    name: str
    low: float
    high: float
    masks: tuple[Mask, Mask]

    @property
    def swing(self) -> float:
        """What lies between the two, points."""
        return abs(self.high - self.low)


def judgement_blocks(about: Material) -> Iterator[Block]:
    """Return which judgements carry the answer, how strong they are, what changes without them."""
    yield Heading(about.say("judgements"))
    yield Paragraph(about.say("judged_count", **judged_counts()))
    if len(about.answer.gain(about.most)) < FEWEST_DRAWS:
        yield Paragraph(about.words.get("caveat.judged_few", fewest=FEWEST_DRAWS))
    else:
        found = leanings(about)
        yield Paragraph(" ".join(_reading(about, found)))
        if found:
            yield _table(about, found)
    yield from map(Paragraph, _own_estimate(about))


def judged_counts() -> dict[str, object]:
    """Return how many uncertain parameters there are, how many are judged, and the grades."""
    shown = [e for e in entries(load_parameters(), "parameters") if e.cells["prior"] != "fixed"]
    found = counts(shown)
    grades = found["by grade"]
    assert isinstance(grades, dict)
    by_grade = {grade.lower(): number for grade, number in grades.items()}
    return {"rows": found["rows"], "judged": found["judged"], **by_grade}


def leanings(about: Material) -> tuple[Leaning, ...]:
    """Return the judged inputs that move the largest gain most, the strongest first.

    Only those whose swing is more than chance gives the largest of so many inputs; none below the
    number of draws at which the comparison tells of judged inputs.
    """
    gain, judged = about.answer.gain(about.most), _judged_draws(about)
    if len(gain) < FEWEST_DRAWS or not judged:
        return ()
    spread = NormalDist().inv_cdf(1.0 - CHANCE / (2 * len(judged))) * _spread(gain)
    found = []
    for name, values in judged.items():
        masks = values <= np.quantile(values, PART), values >= np.quantile(values, 1.0 - PART)
        low, high = (float(np.median(gain[mask])) for mask in masks)
        item = Leaning(name, low, high, masks)
        if item.swing > spread * np.sqrt(sum(1.0 / np.count_nonzero(mask) for mask in masks)):
            found.append(item)
    return tuple(sorted(found, key=lambda item: -item.swing)[:SHOWN])


def _judged_draws(about: Material) -> dict[str, Floats]:
    """Return the draws of every judged input that varies."""
    kept, table = ~about.answer.batch.failed, load_parameters()
    rows = {name: table.get(name) for name in about.stored.draws}
    drawn = {
        name: about.stored.draws[name][kept]
        for name, row in rows.items()
        if row.judged or row.grade == "D"
    }
    return {name: values for name, values in drawn.items() if np.ptp(values) > 0.0}


def _spread(gain: Floats) -> float:
    """Return the standard error of a median times the root of its draws, for draws at random.

    From shuffled draws: a gain has a spike at zero and a skew, for which no formula holds.
    """
    random, size = stream(0, "report/judgements"), max(1, round(PART * len(gain)))
    shuffled = random.permuted(np.tile(gain, (SHUFFLES, 1)), axis=1)
    low, high = (np.median(part, axis=1) for part in (shuffled[:, :size], shuffled[:, -size:]))
    return float(np.std(low - high) * np.sqrt(size / 2.0))


def _reading(about: Material, found: tuple[Leaning, ...]) -> Iterator[str]:
    words, most = about.words, about.most
    if most.judged is not None:
        share, explained = words.percent(most.judged.judged), words.percent(most.judged.explained)
        yield about.say("judged_share", name=about.name(most), share=share, explained=explained)
    if not found:
        tried, draws = len(_judged_draws(about)), len(about.answer.gain(most))
        yield about.say("judged_none", tried=tried, draws=draws, name=about.name(most))
        return
    first = found[0]
    yield about.say(
        "judged_first",
        judgement=words.name(first.name),
        low=words.number(first.low, 2),
        high=words.number(first.high, 2),
        gain=words.number(most.dates[-1].gain.median, 2),
    )
    masks = [mask for item in found for mask in item.masks]
    same = sum(_largest(about, mask).id == most.id for mask in masks)
    yield about.say("judged_same", same=same, cases=len(masks), name=about.name(most))


def _largest(about: Material, mask: Mask) -> StrategyResult:
    gains = {result.id: about.answer.gain(result)[mask] for result in about.plain}
    return max(about.plain, key=lambda result: float(np.median(gains[result.id])))


def _table(about: Material, found: tuple[Leaning, ...]) -> Table:
    words, table = about.words, load_parameters()
    rows = [
        [
            words.name(item.name),
            about.say(f"grade_{table.get(item.name).grade.lower()}"),
            words.number(item.low, 2),
            words.number(item.high, 2),
        ]
        for item in found
    ]
    heads = [about.say(f"column_{name}") for name in ("judgement", "strength", "low", "high")]
    title = about.say("judged_table", name=about.name(about.most), year=about.year)
    tried = len(_judged_draws(about))
    note = about.say("judged_note", part=words.percent(PART), shown=SHOWN, tried=tried)
    return Table(title, heads, rows, (0, 1), note)


def _own_estimate(about: Material) -> Iterator[str]:
    """Set the model beside what its authors had estimated without it."""
    known = [(r, r.evidence) for r in about.answer.strategies if r.evidence is not None]
    if not known:
        return
    below = sum(span.holds(r.cut.median) and r.cut.median < span.central for r, span in known)
    outside = sum(not span.holds(r.cut.median) for r, span in known)
    result, span = max(known, key=lambda pair: pair[1].central)
    number = about.words.number
    yield about.say(
        "judged_chain",
        below=below,
        outside=outside,
        count=len(known),
        name=about.name(result),
        cut=number(result.cut.median),
        central=number(span.central, 0),
        low=number(span.low, 0),
        high=number(span.high, 0),
    )
