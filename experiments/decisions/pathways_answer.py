"""What triggers are worth: outcome, cost, what they catch and how often they cry wolf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .funding import Floats
from .futures import CHILD_YEARS, SPENT, Futures, sound
from .pathways import (
    INDICATORS,
    SIGNALS,
    Flags,
    Pathways,
    Rule,
    Watched,
    follow,
    watch,
)
from .sequence import STRATEGIES
from .signs import expected_rises, triggered

Limits = Mapping[tuple[str, int, str], float]

READ = SIGNALS[2:]
"""Signals that are read: the sign of the process, a survey, and prevalence without error."""


@dataclass(frozen=True)
class Tried:
    """One rule in one world.

    Attributes
    ----------
    rule
        First, then, and the review.
    said
        By signal, (draw,): go over.
    gain, spent
        By signal, (draw,): child-years gained against no extra action, million rupiah.
    lags
        (draw,), whether the process truly lags, without error of measurement.
    """

    rule: Rule
    said: Mapping[str, Flags] = field(repr=False)
    gain: Mapping[str, Floats] = field(repr=False)
    spent: Mapping[str, Floats] = field(repr=False)
    lags: Flags = field(repr=False)


def try_rules(
    ahead: Futures, paths: Pathways, seed: int, limits: Limits | None = None
) -> tuple[list[Tried], Limits]:
    """Run every rule with every signal in one world.

    Parameters
    ----------
    ahead
        Draws at the decision date.
    paths
        Strategies, reviews and shares.
    seed
        Of the errors of measurement.
    limits
        Thresholds; those of this world when absent. A planner has those of the standard one.
    """
    watched, base = watch(ahead, paths), ahead.nothing()
    limits = expected_rises(watched, paths) if limits is None else limits
    tried: list[Tried] = []
    for review in paths.reviews:
        rules = [rule for rule in paths.rules if rule.review == review]
        said = [triggered(watched, paths, rule, limits, seed) for rule in rules]
        cases = [(r, flags[s]) for r, flags in zip(rules, said, strict=True) for s in SIGNALS]
        runs = follow(ahead, paths, watched, cases)
        shape = (len(rules), len(SIGNALS), ahead.size)
        gains = (runs[CHILD_YEARS] - base[CHILD_YEARS]).reshape(shape)
        spent = runs[SPENT].reshape(shape)
        for place, rule in enumerate(rules):
            lags = _lags(watched, paths, rule, limits)
            gain, paid = (_by_signal(table[place]) for table in (gains, spent))
            tried.append(Tried(rule, said[place], gain, paid, lags))
    kept = sound(*(gain for one in tried for gain in one.gain.values()))
    return [_rows(one, kept) for one in tried], limits


def _lags(watched: Watched, paths: Pathways, rule: Rule, limits: Limits) -> Flags:
    place = STRATEGIES.index(rule.first)
    variable = INDICATORS[rule.first][0]
    rise = watched.seen[rule.review][variable][place] - watched.start[variable][place]
    return rise < limits[rule.first, rule.review, "process"]


def _by_signal(table: Floats) -> dict[str, Floats]:
    return {str(signal): row for signal, row in zip(SIGNALS, table, strict=True)}


def _rows(one: Tried, kept: Flags) -> Tried:
    """Leave out the draws that failed."""
    said = {name: flags[kept] for name, flags in one.said.items()}
    gain = {name: values[kept] for name, values in one.gain.items()}
    spent = {name: values[kept] for name, values in one.spent.items()}
    return Tried(one.rule, said, gain, spent, one.lags[kept])


def rule_answer(one: Tried) -> dict[str, Any]:
    """Return what one rule brings with each signal.

    ``worth`` is the mean over what the better of the two fixed plans brings, with the standard
    error of the paired difference; ``foresight`` is what knowing each draw would be worth.

    Parameters
    ----------
    one
        The rule as it was tried.
    """
    stay, over = one.gain["never"], one.gain["always"]
    better = over > stay + 1e-6
    fixed = stay if stay.mean() >= over.mean() else over
    signals = {}
    for signal in READ:
        extra = one.gain[signal] - fixed
        said = one.said[signal]
        signals[signal] = {
            "goes_over": float(said.mean()),
            "lag_caught": _share(said, one.lags),
            "lag_false": _share(said, ~one.lags),
            "better_caught": _share(said, better),
            "better_false": _share(said, ~better),
            "mean": float(one.gain[signal].mean()),
            "spent": float(one.spent[signal].mean()),
            "worth": float(extra.mean()),
            "error": float(extra.std(ddof=1) / np.sqrt(len(extra))),
        }
    return {
        "first": one.rule.first,
        "then": one.rule.then,
        "review": one.rule.review,
        "lags": float(one.lags.mean()),
        "better": float(better.mean()),
        "stay": float(stay.mean()),
        "over": float(over.mean()),
        "stay_spent": float(one.spent["never"].mean()),
        "over_spent": float(one.spent["always"].mean()),
        "foresight": float(np.maximum(stay, over).mean() - fixed.mean()),
        "signals": signals,
    }


def _share(said: Flags, among: Flags) -> float | None:
    """Return the share of draws in which a signal speaks, nothing where there is no such draw."""
    return float(said[among].mean()) if among.any() else None


def thresholds(limits: Limits) -> list[dict[str, Any]]:
    """Return the rises below which a sign lags, as a planner would write them down.

    Parameters
    ----------
    limits
        By strategy, review and signal.
    """
    return [
        {"strategy": name, "review": review, "signal": signal, "rise": rise}
        | {"variable": INDICATORS[name][0] if signal == "process" else "survey prevalence"}
        for (name, review, signal), rise in limits.items()
    ]


def pathways_answer(
    ahead: Mapping[str, Futures], first: str, paths: Pathways, seed: int
) -> dict[str, Any]:
    """Return every rule in every world; thresholds are those of the first world in all.

    Parameters
    ----------
    ahead
        By world, draws at the decision date.
    first
        World that the planner believes in.
    paths
        Strategies, reviews and shares.
    seed
        Of the errors of measurement.
    """
    tried, limits = try_rules(ahead[first], paths, seed)
    worlds = {first: [rule_answer(one) for one in tried]}
    for world, draws in ahead.items():
        if world != first:
            found, _ = try_rules(draws, paths, seed, limits)
            worlds[world] = [rule_answer(one) for one in found]
    return {
        "reviews": list(paths.reviews),
        "share": paths.share,
        "add": paths.add,
        "children": paths.children,
        "errors": {name: error for name, (_, error) in INDICATORS.items()},
        "indicators": {name: variable for name, (variable, _) in INDICATORS.items()},
        "thresholds": thresholds(limits),
        "rules": worlds,
    }
