"""Scenario discovery on a terminal: the box in words, how sure it is, and the other boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere
from ..runs.space import JOINT
from ..text import Words
from .inputs import WORLD

if TYPE_CHECKING:
    from rich.console import Console

Tree = Mapping[str, Any]
DIGITS = 3
MOST_SHOWN = 14
"""Boxes of the trajectory that are printed."""


def show(out: Console, answer: Tree, words: Words) -> None:
    """Print what was discovered.

    Parameters
    ----------
    out
        Where to print.
    answer
        Tree of `discover.discover`.
    words
        Language.
    """
    out.print(words.get("discover.heading", outcome=event(answer, words)), style="bold")
    items(out, [*elsewhere(answer["district"], words), _share(answer, words)])
    verdict = answer["verdict"]
    if verdict in ("always", "never"):
        items(out, [words.get(f"discover.{verdict}")])
        return
    if verdict == "nothing":
        items(out, [words.get("discover.nothing", **_held(answer, words))])
    else:
        _show_box(out, answer, words)
    section(out, words.get("discover.tree", size=answer["tree"]["size"]))
    items(out, [_skill(answer["tree"], words)])
    if answer["tree"]["skill"] > 0.0:
        items(out, [sentence(leaf, answer, words) for leaf in answer["tree"]["leaves"]])
    items(out, [words.get("discover.note")])


def event(answer: Tree, words: Words) -> str:
    """Return the event in words."""
    asked = answer["event"]
    return words.get(
        f"discover.{asked['kind']}",
        strategy=asked["title"][words.language],
        year=answer["year"],
        points=words.number(asked["points"], 2),
        prevalence=words.number(asked["prevalence"]),
    )


def sentence(box: Tree, answer: Tree, words: Words) -> str:
    """Return a box in one sentence."""
    said = [_limit(row, answer, words) for row in box["limits"]]
    joined = words.get("discover.and").join(said) or words.get("discover.whole")
    names = ("density", "coverage", "mass")
    shares = {name: words.percent(box[name]) for name in names}
    return words.get("discover.sentence", limits=joined, **shares)


def named(row: Tree, words: Words) -> str:
    """Return what an input is called."""
    known = {WORLD: "discover.world", JOINT: "discover.joint"}
    name = row["name"]
    return words.get(known[name]) if name in known else words.name(name)


def value(number: float, unit: str, words: Words) -> str:
    """Write a limit to three figures that count, with its unit."""
    decimals = max(0, DIGITS - len(f"{abs(number):.0f}")) if abs(number) >= 1.0 else DIGITS
    if 0.0 < abs(number) < 0.1:
        decimals = DIGITS + 1
    written = words.number(number, 0 if number == round(number) else decimals)
    return written if unit == "dmnl" else f"{written} {words.unit(unit)}"


def _share(answer: Tree, words: Words) -> str:
    worlds = answer["worlds"]
    titles = [world["title"][words.language] for world in worlds]
    if len(worlds) == 1:
        told = words.get("discover.one_world", world=titles[0])
    else:
        shares = [
            words.get("discover.share_world", world=title, share=words.percent(world["share"]))
            for title, world in zip(titles, worlds, strict=True)
        ]
        told = words.get("discover.many_worlds", count=len(worlds), shares="; ".join(shares))
    return words.get(
        "discover.share",
        share=words.percent(answer["share"]),
        rows=words.number(answer["rows"], 0),
        draws=words.number(answer["draws"], 0),
        worlds=told,
    )


def _held(answer: Tree, words: Words) -> dict[str, str]:
    return {name: words.percent(answer["held_out"][name]) for name in ("density", "share")}


def _show_box(out: Console, answer: Tree, words: Words) -> None:
    count = len(answer["trajectory"]) - 1
    section(out, words.get("discover.box", k=answer["chosen"], count=count))
    items(out, [sentence(answer["box"], answer, words)])
    out.print(grid(*_limits(answer, words)))
    resamples = words.number(answer["resamples"], 0)
    rule = words.get("discover.rule", most=answer["most"], sure=words.number(answer["sure"], 2))
    lines = [words.get("discover.picked") if answer["picked"] else rule]
    lines.append(words.get("discover.held_out", **_held(answer, words)))
    items(out, [*lines, words.get("discover.reading", resamples=resamples)])
    section(out, words.get("discover.trajectory"))
    out.print(grid(*_trajectory(answer, words)))


def _limit(row: Tree, answer: Tree, words: Words) -> str:
    name = named(row, words)
    if "kept" in row:
        titles = {world["id"]: world["title"][words.language] for world in answer["worlds"]}
        ids = ", ".join(titles[one] for one in row["kept"])
        return words.get("discover.category", name=name, ids=ids)
    if row["only"] is not None:
        only, inside = value(row["only"], row["unit"], words), words.percent(row["inside"])
        return words.get("discover.only", name=name, value=only, quantile=inside)
    sides = [side for side in ("low", "high") if row[side] is not None]
    written = {side: value(row[side], row["unit"], words) for side in sides}
    shares = {side: words.percent(row[f"{side}_quantile"]) for side in sides}
    if len(sides) == 2:
        quantiles = {f"{side}_quantile": shares[side] for side in sides}
        return words.get("discover.between", name=name, **written, **quantiles)
    side = sides[0]
    return words.get(f"discover.{side}", name=name, value=written[side], quantile=shares[side])


def _limits(answer: Tree, words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("input", "limit", "quantile", "quasi_p", "again", "again_density")
    rows = [cells for row in answer["box"]["limits"] for cells in _cells(row, answer, words)]
    return [words.get(f"discover.column_{name}") for name in names], rows


def _cells(row: Tree, answer: Tree, words: Words) -> Iterator[list[str]]:
    again = [words.percent(row["again"][name]) for name in ("coverage", "density")]
    for side, chance in row["quasi_p"].items():
        small = f"<{words.number(0.001, 3)}" if chance < 0.001 else words.number(chance, 3)
        if side == "category":
            limit, below = f"{len(row['kept'])}/{len(row['all'])}", "–"
        else:
            word = words.get("discover.above" if side == "low" else "discover.below")
            limit = f"{word} {value(row[side], row['unit'], words)}"
            below = words.percent(row[f"{side}_quantile"])
        yield [named(row, words), limit, below, small, *again]


def _trajectory(answer: Tree, words: Words) -> tuple[list[str], list[list[str]]]:
    steps: Sequence[Tree] = answer["trajectory"]
    jump = max(1, -(-len(steps) // MOST_SHOWN))
    shown = sorted({*range(0, len(steps), jump), answer["chosen"], len(steps) - 1})
    names = ("box", "coverage", "density", "mass", "restricted")
    rows = []
    for place in shown:
        step = steps[place]
        shares = [words.percent(step[name]) for name in ("coverage", "density", "mass")]
        mark = f"{place} *" if place == answer["chosen"] else str(place)
        rows.append([mark, *shares, str(len(step["restricted"]))])
    return [words.get(f"discover.column_{name}") for name in names], rows


def _skill(tree: Tree, words: Words) -> str:
    if tree["skill"] <= 0.0:
        return words.get("discover.tree_none")
    return words.get("discover.tree_skill", skill=words.percent(tree["skill"]))
