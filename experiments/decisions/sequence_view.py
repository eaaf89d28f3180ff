"""The answer of `tumbuh sequence` on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...scenarios.text import Text
from ..cli_tables import items, section
from ..grid import grid
from ..place import elsewhere
from ..ranking import RANKING_CHANCE
from .pathways_answer import READ

if TYPE_CHECKING:
    from rich.console import Console

    from ..text import Words

ORDERS = 10
"""Orders that are printed; all are in the files."""


def show(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print orders, triggers and what they are worth.

    Parameters
    ----------
    out
        Console.
    answer
        As `sequence_answer` gives it.
    words
        Language.
    """
    say, paths = words.get, answer["pathways"]
    head = say("sequence.title", district=answer["district"]["name"], first=answer["years"][0])
    out.print(f"{head} ({say('rule')})", style="bold")
    items(out, elsewhere(answer["district"], words))
    out.print(_asked(answer, words), style="dim")
    section(out, say("sequence.heading_answer"))
    items(out, _sentences(answer, words))
    section(out, say("sequence.heading_orders"))
    out.print(grid(*_order_rows(answer, words)))
    out.print(say("sequence.reading_orders", chance=words.percent(RANKING_CHANCE)), style="dim")
    section(out, say("sequence.heading_triggers"))
    out.print(grid(*_trigger_rows(answer, words)))
    out.print(_reading(answer, words), style="dim")
    section(out, say(f"sequence.heading_rules_{'add' if paths['add'] else 'switch'}"))
    out.print(grid(*_rule_rows(answer, words)))
    out.print(say("sequence.reading_rules"), style="dim")
    section(out, say("sequence.heading_limits"))
    items(out, [say(f"sequence.limit_{name}") for name in ("money", "delay", "prices")])


def title_of(name: str, answer: Mapping[str, Any], words: Words) -> str:
    """Return what a reader calls a strategy."""
    return words.title(Text(**answer["strategies"][name]))


def _asked(answer: Mapping[str, Any], words: Words) -> str:
    costs = [
        f"{title_of(name, answer, words)} {words.billions(cost)}"
        for name, cost in answer["cost_a_year"].items()
    ]
    return words.get(
        "sequence.asked",
        ceilings="; ".join(words.billions(value) for value in answer["ceilings"]),
        part=words.rupiah(answer["part"]),
        costs="; ".join(costs),
        schedules=words.number(answer["schedules"], 0),
        draws=words.number(answer["draws"], 0),
        worlds=len(answer["worlds"]),
        year=answer["read_at_end_of"],
    )


def schedule_text(starts: Mapping[str, int | None], answer: Mapping[str, Any], words: Words) -> str:
    """Return a schedule as strategies with their years, the earliest first."""
    named = sorted((year, name) for name, year in starts.items() if year is not None)
    parts = [f"{title_of(name, answer, words)} {year}" for year, name in named]
    return ", ".join(parts) or words.get("sequence.nothing")


def _sentences(answer: Mapping[str, Any], words: Words) -> list[str]:
    say, best = words.get, answer["best"]
    schedule = schedule_text(best["starts"], answer, words)
    mean, year = words.number(best["mean"], 0), answer["read_at_end_of"]
    out = [say("sequence.best", schedule=schedule, mean=mean, year=year)]
    same = [w for w, starts in answer["best_by_world"].items() if starts == best["starts"]]
    out.append(say("sequence.worlds", same=len(same), worlds=len(answer["worlds"])))
    if answer["orders"]:
        alike = sum(row["same_as_best"] for row in answer["orders"]) - 1
        key = "sequence.alike" if alike else "sequence.apart"
        out.append(say(key, count=alike, orders=len(answer["orders"])))
    return [*out, *_of_triggers(answer, words)]


def _of_triggers(answer: Mapping[str, Any], words: Words) -> list[str]:
    rules = answer["pathways"]["rules"][answer["world"]]
    out = []
    for signal in ("process", "survey"):
        worth = [r for r in rules if _pays(r["signals"][signal])]
        name = words.get(f"sequence.signal_{signal}")
        key = "sequence.pays" if worth else "sequence.pays_nothing"
        out.append(words.get(key, signal=name, count=len(worth), rules=len(rules)))
    most = max(rules, key=lambda rule: rule["foresight"])
    out.append(words.get("sequence.foresight", most=words.number(most["foresight"], 0)))
    caught = {signal: _mean_gap(rules, signal) for signal in READ}
    gaps = {signal: words.number(100.0 * gap, 0) for signal, gap in caught.items()}
    return [*out, words.get("sequence.gap", **gaps)]


def _pays(signal: Mapping[str, float]) -> bool:
    """Return whether a signal is worth more than twice its standard error."""
    return signal["worth"] > 2.0 * signal["error"]


def _mean_gap(rules: list[Mapping[str, Any]], signal: str) -> float:
    """Return how much oftener a signal speaks where the process lags than where it does not.

    All rules are taken together, so that one with hardly a lagging draw does not count as much as
    one with many.
    """
    caught = sum(r["lags"] * (r["signals"][signal]["lag_caught"] or 0.0) for r in rules)
    false = sum((1.0 - r["lags"]) * (r["signals"][signal]["lag_false"] or 0.0) for r in rules)
    lags = sum(rule["lags"] for rule in rules)
    if lags in (0.0, float(len(rules))):
        return 0.0
    return caught / lags - false / (len(rules) - lags)


def _order_rows(answer: Mapping[str, Any], words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("order", "mean", "regret", "worst", "beats")
    heads = [words.get(f"sequence.column_{name}") for name in names]
    rows = [
        [
            schedule_text(row["starts"], answer, words),
            words.number(row["mean"], 0),
            words.number(row["regret"], 0),
            words.number(max(row["regret_by_world"].values()), 0),
            "–" if number == 0 else words.percent(row["best_beats_it"]),
        ]
        for number, row in enumerate(answer["orders"][:ORDERS])
    ]
    return heads, rows


def _trigger_rows(answer: Mapping[str, Any], words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("sign", "review", "rise", "lags", "process", "survey", "exact")
    heads = [words.get(f"sequence.column_{name}") for name in names]
    paths = answer["pathways"]
    limits = {(t["strategy"], t["review"], t["signal"]): t["rise"] for t in paths["thresholds"]}
    rows: dict[tuple[str, int], list[str]] = {}
    for rule in paths["rules"][answer["world"]]:
        key = rule["first"], rule["review"]
        sign = words.get(f"sequence.sign_{rule['first']}")
        rise = words.number(100.0 * limits[(*key, "process")], 1)
        cells = [_caught(rule["signals"][signal], words) for signal in READ]
        rows.setdefault(key, [sign, str(key[1]), rise, words.percent(rule["lags"]), *cells])
    return heads, list(rows.values())


def _caught(signal: Mapping[str, Any], words: Words) -> str:
    caught, false = (signal[name] for name in ("lag_caught", "lag_false"))
    return " / ".join("–" if v is None else words.percent(v) for v in (caught, false))


def _rule_rows(answer: Mapping[str, Any], words: Words) -> tuple[list[str], list[list[str]]]:
    names = ("rule", "review", "stay", "over", "with_process", "with_survey", "foresight", "better")
    heads = [words.get(f"sequence.column_{name}") for name in names]
    rows = [
        [
            f"{title_of(r['first'], answer, words)} → {title_of(r['then'], answer, words)}",
            str(r["review"]),
            words.number(r["stay"], 0),
            words.number(r["over"], 0),
            *(_worth(r["signals"][signal], words) for signal in ("process", "survey")),
            words.number(r["foresight"], 0),
            words.percent(r["better"]),
        ]
        for r in best_rules(answer)
    ]
    return heads, rows


def _worth(signal: Mapping[str, float], words: Words) -> str:
    return f"{words.number(signal['worth'], 0)} ± {words.number(signal['error'], 0)}"


def best_rules(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return for each first strategy and review the rule that foresight would profit from most."""
    best: dict[tuple[str, int], Mapping[str, Any]] = {}
    for rule in answer["pathways"]["rules"][answer["world"]]:
        key = rule["first"], rule["review"]
        if key not in best or rule["foresight"] > best[key]["foresight"]:
            best[key] = rule
    return list(best.values())


def _reading(answer: Mapping[str, Any], words: Words) -> str:
    paths = answer["pathways"]
    errors = [
        f"{words.get(f'sequence.sign_{name}')} {words.number(100.0 * error, 0)}"
        for name, error in paths["errors"].items()
    ]
    return words.get(
        "sequence.reading_triggers",
        share=words.percent(paths["share"]),
        errors="; ".join(errors),
        children=words.number(paths["children"], 0),
    )
