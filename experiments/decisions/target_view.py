"""The answer to a target on a terminal: the plain answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...model.calendar import DECISION_MONTH, month_of
from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere
from ..text import Words
from .discover_view import named
from .effects_view import show_effects, spread, words_title
from .verdict import LIKELY

if TYPE_CHECKING:
    from rich.console import Console

Tree = Mapping[str, Any]


def show(out: Console, answer: Tree, words: Words) -> None:
    """Print a target's answer.

    Parameters
    ----------
    out
        Where to print.
    answer
        Tree of `target.answer`.
    words
        Language.
    """
    first = answer["worlds"][0]
    out.print(heading(answer, words), style="bold")
    own = [words.get("target.own")] if answer["target"]["own"] else []
    draws = words.number(answer["draws"], 0)
    items(out, elsewhere(answer["district"], words))
    out.print(" ".join([*own, words.get("target.draws", draws=draws)]), style="dim")
    items(out, [plain(answer, words)])
    section(out, words.get("target.strategies"))
    out.print(grid(*_strategies(answer, words)))
    section(out, words.get("target.limit"))
    items(out, [_limit(world, words) for world in answer["worlds"]])
    world = _title(first, words)
    section(out, words.get("target.cut", world=world))
    out.print(grid(*_cuts(first["cut"], words)))
    section(out, words.get("target.equivalents", world=world))
    out.print(grid(*_equivalents(first["equivalents"], words)))
    items(out, [_improvement(first["equivalents"][0], words)])
    section(out, words.get("target.levers"))
    items(out, [line for each in answer["worlds"] for line in _levers(each, answer, words)])
    show_effects(out, answer, words)
    section(out, words.get("target.favourable", world=world))
    items(out, _favourable(first["favourable"], answer, words))
    items(out, [words.get("target.note")])


def heading(answer: Tree, words: Words) -> str:
    """Return what is asked, as a title."""
    return words.get(
        "target.heading", district=answer["district"]["name"], **aim_words(answer, words)
    )


def aim_words(answer: Tree, words: Words) -> dict[str, str]:
    """Return the prevalence and the month of the target as they are written."""
    target = answer["target"]
    by = words.month(month_of(target["by"]))
    return {"prevalence": words.number(target["prevalence"]), "by": by}


def plain(answer: Tree, words: Words) -> str:
    """Return the plain answer in one sentence."""
    found = answer["verdict"]
    kind = found["kind"]
    if kind == "only" and found["largest_chance"] == 0.0:
        kind = "only_none"
    return words.get(
        f"target.{kind}",
        decision=words.month(DECISION_MONTH),
        median=words.number(found["limit_median"]),
        lowest=words.number(found["limit_lowest"]),
        base=_chances(found["base"], words),
        limit=_chances(found["limit_chance"], words),
        best=words_title(answer["titles"][found["best"]], words),
        chance=words.percent(found["best_chance"][0])
        if kind == "likely"
        else _chances(found["best_chance"], words),
    )


def _chances(ends: Sequence[float], words: Words) -> str:
    low, high = (words.percent(value) for value in ends)
    return low if low == high else words.get("span", low=low, high=high)


def _title(world: Tree, words: Words) -> str:
    return words_title(world["title"], words)


def _strategies(answer: Tree, words: Words) -> tuple[list[str], list[list[str]]]:
    worlds = answer["worlds"]
    titles = [_title(world, words) for world in worlds]
    one = len(worlds) == 1
    chances = [words.get("target.column_chance")] if one else titles
    heads = [words.get("target.column_strategy"), words.get("target.column_prevalence"), *chances]
    rows = []
    for name, found in worlds[0]["strategies"].items():
        cells = [words.percent(world["strategies"][name]["chance"]) for world in worlds]
        title = words_title(answer["titles"][name], words)
        rows.append([title, spread(found["prevalence"], words), *cells])
    return heads, rows


def _limit(world: Tree, words: Words) -> str:
    found = world["speed_limit"]
    haz, stock = (words.percent(sector["chance"]) for sector in found["sectors"].values())
    sectors = [
        words.get("target.sector_haz", chance=haz),
        words.get("target.sector_stock", chance=stock),
    ]
    return words.get(
        "target.limit_line",
        world=_title(world, words),
        decision=words.month(DECISION_MONTH),
        range=spread(found["prevalence"], words),
        chance=words.percent(found["chance"]),
        sectors="; ".join(sectors),
    )


def least_cut(cuts: Sequence[float], chances: Sequence[float], wanted: float) -> float | None:
    """Return the least cut that gives a chance, or nothing."""
    return next((c for c, p in zip(cuts, chances, strict=True) if p >= wanted), None)


def _cuts(found: Tree, words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("start", "median", "half", "four", "never")
    rows = []
    for row in found["starts"]:
        least = [least_cut(found["cuts"], row["chance"], wanted) for wanted in LIKELY]
        cells = [_share(value, words) for value in (row["needed"]["median"], *least)]
        rows.append([words.month(row["month"]), *cells, words.percent(row["not_enough"])])
    return [words.get(f"target.column_{name}") for name in names], rows


def _share(value: float | None, words: Words) -> str:
    return words.get("target.none") if value is None else f"{words.number(100.0 * value, 0)} %"


def _equivalents(rows: Sequence[Tree], words: Words) -> tuple[list[str], list[list[str]]]:
    heads = [
        words.get("target.column_measure", decision=words.month(DECISION_MONTH)),
        words.get("target.column_equal") + ", %",
        words.get("target.column_prevalence"),
        words.get("target.column_chance"),
    ]
    cells = []
    for row in rows:
        blanks = {}
        if "coverage_before" in row:
            ends = ("coverage_before", "coverage_after")
            before, after = (words.number(row[end]["median"], 0) for end in ends)
            blanks = {"before": before, "after": after}
        name = words.get(f"target.{row['measure']}", **blanks)
        equal = spread(row["equal_cut"], words, 0, 100.0)
        chance = words.percent(row["chance"])
        cells.append([name, equal, spread(row["prevalence"], words), chance])
    return heads, cells


def _improvement(row: Tree, words: Words) -> str:
    middle = row["improvement_needed"]["median"]
    if middle is None:
        return words.get("target.improvement_none")
    return words.get("target.improvement", share=words.percent(middle))


def _levers(world: Tree, answer: Tree, words: Words) -> Iterator[str]:
    found = world["levers"]
    yield words.get(
        "target.maximum",
        world=_title(world, words),
        cost=words.rupiah(found["yearly_cost_at_maximum"]),
        reached=words.number(found["draws_reached"], 0),
        draws=words.number(answer["draws"] - world["failed"], 0),
        range=spread(found["prevalence_at_maximum"], words),
    )
    for chance, least in found["least"].items():
        written = words.percent(float(chance))
        if least["scale"] is None:
            yield words.get("target.least_none", chance=written)
            return  # A larger chance is out of reach too.
        else:
            cost, scale = words.rupiah(least["yearly_cost"]), words.percent(least["scale"])
            yield words.get("target.least", chance=written, scale=scale, cost=cost)


def _favourable(found: Tree, answer: Tree, words: Words) -> Iterator[str]:
    strategy = words_title(answer["titles"][found["strategy"]], words)
    if not found["inputs"]:
        draws = words.number(found["draws"], 0)
        yield words.get("target.favourable_few", strategy=strategy, draws=draws)
    for row in found["inputs"]:
        middles = {key: words.number(row[key], 3) for key in ("reached", "all")}
        name = named(row, words)
        yield words.get("target.favourable_line", name=name, strategy=strategy, **middles)
    if found["inputs"]:
        yield words.get("target.favourable_rule", chance=words.percent(found["by_chance"]))
