"""What ``tumbuh robust`` prints: metrics, what is enough, who prefers what, and the worlds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere
from ..ranking import RANKING_CHANCE
from ..text import Words
from .robust_metrics import METRICS
from .words import choice_line, judged_by, strategy_name, unit, world_name

if TYPE_CHECKING:
    from rich.console import Console

Answer = Mapping[str, Any]
SHARES = ("best",)


def show(out: Console, answer: Answer, words: Words) -> None:
    """Print the answer.

    Parameters
    ----------
    out
        Where to.
    answer
        As `robust_answer` gives it.
    words
        Language.
    """
    futures = words.number(answer["futures"], 0)
    heading = words.get("information.robust_heading", futures=futures, worlds=len(answer["worlds"]))
    section(out, heading)
    items(out, elsewhere(answer["district"], words))
    out.print(judged_by(answer, words), style="dim")
    out.print(grid(*metric_table(answer, words)))
    out.print(words.get("information.metric_reading", unit=unit(answer, words)), style="dim")
    if answer["enough"]:
        section(out, words.get("information.enough_heading"))
        out.print(grid(*enough_table(answer, words)))
        out.print(words.get("information.enough_reading"), style="dim")
    section(out, words.get("information.preferred_heading"))
    out.print(grid(*preferred_table(answer, words), left=(0, 1)))
    out.print(words.get("information.preferred_reading"), style="dim")
    section(out, words.get("information.regret_heading", unit=unit(answer, words)))
    out.print(grid(*regret_table(answer, words)))
    section(out, words.get("information.meaning_heading"))
    items(out, sentences(answer, words))


def metric_table(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of every metric by strategy, least mean regret first."""
    heads = [words.get("information.column_strategy")]
    heads += [words.get(f"information.metric_{name}") for name in METRICS]
    heads.append(words.get("information.column_worse"))
    rows = []
    for name in _order(answer):
        cells = [_metric(answer, metric, name, words) for metric in METRICS]
        worse = words.percent(answer["worse"][name])
        rows.append([strategy_name(answer, name, words), *cells, worse])
    return heads, rows


def _order(answer: Answer) -> list[str]:
    regrets = answer["metrics"]["mean_regret"]
    return sorted(regrets, key=lambda name: regrets[name])


def _metric(answer: Answer, metric: str, name: str, words: Words) -> str:
    value = answer["metrics"][metric][name]
    if metric in SHARES:
        return words.percent(value)
    if metric == "signal":
        return words.number(value, 2)
    return _short(answer, value, words)


def _short(answer: Answer, value: float, words: Words) -> str:
    """Write a benefit in few letters: whole child-years, or points with two decimals."""
    return words.number(value, 2 if answer["by"] == "gain" else 0)


def enough_table(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the share of futures that are enough."""
    heads = [words.get("information.column_strategy"), *answer["enough"]]
    rows = []
    for name in _order(answer):
        shares = [
            words.get(
                "information.share_least",
                share=words.percent(one["share"][name]),
                least=words.percent(one["least"][name]),
            )
            for one in answer["enough"].values()
        ]
        rows.append([strategy_name(answer, name, words), *shares])
    return heads, rows


def preferred_table(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the strategy that each metric prefers."""
    names = ("metric", "preferred", "kept")
    heads = [words.get(f"information.column_{name}") for name in names]
    return heads, [
        [
            words.get(f"information.metric_{metric}"),
            ", ".join(strategy_name(answer, name, words) for name in found["ids"]),
            words.percent(found["kept"]),
        ]
        for metric, found in answer["preferred"].items()
    ]


def regret_table(answer: Answer, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of mean and 90 percent regret, strategies by worlds."""
    heads = [words.get("information.column_strategy")]
    heads += [world_name(answer, name, words) for name in answer["worlds"]]
    rows = []
    for name in _order(answer):
        cells = [
            words.get(
                "information.mean_and_90",
                mean=_short(answer, world["mean_regret"][name], words),
                high=_short(answer, world["regret_90"][name], words),
            )
            for world in answer["worlds"].values()
        ]
        rows.append([strategy_name(answer, name, words), *cells])
    return heads, rows


def sentences(answer: Answer, words: Words) -> list[str]:
    """Return what the tables mean; no strategy is called best below the rule."""
    lines = []
    if not answer["may_be_best"]:
        lines.append(words.get("information.unequal"))
    else:
        best = answer["metrics"]["best"]
        first = max(best, key=lambda name: best[name])
        least = min(world["best"][first] for world in answer["worlds"].values())
        lines.append(choice_line(answer, first, least, words, "_worlds"))
    lines.append(_agreement(answer, words))
    lines += _unsure(answer, words)
    worst = max(answer["worse"].items(), key=lambda pair: pair[1])
    if worst[1] > 0.0:
        name, share = strategy_name(answer, worst[0], words), words.percent(worst[1])
        lines.append(words.get("information.worse", name=name, share=share))
    lines += words.get("information.robust_care").split("\n")
    return lines


def _agreement(answer: Answer, words: Words) -> str:
    """Say whether all metrics prefer the same."""
    sets = [set(one["ids"]) for one in answer["preferred"].values()]
    common = [name for name in _order(answer) if all(name in one for one in sets)]
    if common:
        names = ", ".join(strategy_name(answer, name, words) for name in common)
        return words.get("information.agree", names=names)
    count = {name: sum(name in one for one in sets) for name in _order(answer)}
    parted = sorted((name for name in count if count[name]), key=lambda name: -count[name])
    counts = ", ".join(f"{strategy_name(answer, name, words)} ({count[name]})" for name in parted)
    return words.get("information.disagree", counts=counts, metrics=len(sets))


def _unsure(answer: Answer, words: Words) -> Iterator[str]:
    """Name the metrics whose preference does not hold when the futures are resampled."""
    found = answer["preferred"].items()
    unsure = [metric for metric, one in found if one["kept"] < RANKING_CHANCE]
    if unsure:
        names = ", ".join(words.get(f"information.metric_{metric}") for metric in unsure)
        yield words.get("information.unsure", names=names)
