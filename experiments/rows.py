"""The answer as plain data: flat rows for CSV files, and one tree for JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..calibration.ensemble import Ensemble
from ..scenarios.loader import BASELINE
from .answer import cheaper, equal_lines, equal_sum, headlines, statement
from .care import caveats
from .outcomes import NO_EFFECT, AtDate, Interval
from .place import place_of
from .results import Comparison, SpeedLimit, StrategyResult
from .text import Words

Row = dict[str, Any]
FIELDS = (
    ("survey", "percent"),
    ("true", "percent"),
    ("severe", "percent"),
    ("routine", "percent"),
    ("gain", "points"),
    ("true_gain", "points"),
    ("averted", "children"),
    ("child_years", "child_years"),
    ("spending", "million_idr"),
)


def as_table(answer: Comparison, ensemble: Ensemble, words: Words) -> dict[str, Any]:
    """Return all that the text says, and every interval behind it, as plain values."""
    target = answer.target
    return {
        "district": place_of(answer.district),
        "until": answer.base[-1].year,
        "draws": ensemble.size,
        "failed_draws": int(answer.batch.failed.sum()),
        "seed": ensemble.seed,
        "subset_seed": ensemble.provenance.get("subset_seed"),
        "no_effect_below_points": NO_EFFECT,
        "deciding_difference_points": answer.smallest,
        "titles": {name: {"id": t.id, "en": t.en} for name, t in answer.titles.items()},
        "statement": statement(answer, words, float(ensemble.provenance["design_effect"])),
        "headlines": headlines(answer, words) + equal_lines(answer, words),
        "caveats": caveats(answer, words),
        "summary": summary_rows(answer),
        "strategies": {r.id: _strategy(r) for r in answer.strategies},
        "target": {
            "year_end": target.target.year,
            "percent": 100.0 * target.target.share,
            "p_no_extra_action": target.base,
            "p_by_strategy": dict(target.chances),
            "speed_limit": _limit(target.limit),
        },
        "speed_limit": [_limit(limit) for limit in answer.speed_limit],
        "bottleneck": {name: tree(gain) for name, gain in answer.bottleneck.items()},
        "equal_budget": _equal(answer),
    }


def tables(answer: Comparison, ensemble: Ensemble) -> dict[str, str]:
    """Return the CSV files of a result folder by name."""
    return {
        "summary.csv": to_csv(summary_rows(answer)),
        "compare.csv": runs_csv(answer),
        "draws.csv": draws_csv(ensemble),
        "speed_limit.csv": to_csv(_flat_limit(limit) for limit in answer.speed_limit),
        "bottleneck.csv": to_csv(
            {"link": name, **flat("gain_points", gain)} for name, gain in answer.bottleneck.items()
        ),
        "sectors.csv": to_csv(map(_sectors, answer.strategies)),
        "judged.csv": to_csv(map(_judged, answer.strategies)),
        "equal_budget.csv": to_csv(equal_rows(answer)),
    }


def summary_rows(answer: Comparison) -> list[Row]:
    """Return one flat row for each strategy and date."""
    rows = [_flat(BASELINE, date) for date in answer.base]
    for result in answer.strategies:
        for date in result.dates:
            row = _flat(result.id, date) | {"yearly_cost_million_idr": result.yearly_cost}
            rows.append(row | flat("cut_percent", result.cut))
    return rows


def equal_rows(answer: Comparison) -> list[Row]:
    """Return one row for each member of the equal-budget set."""
    best = answer.equal_budget.best if answer.equal_budget else {}
    return [
        {
            "scenario": result.id,
            "p_best": best[result.id],
            **flat("gain_points", result.dates[-1].gain),
            "yearly_cost_million_idr": result.yearly_cost,
            "spending_million_idr_median": result.dates[-1].spending.median,
            "ceiling_million_idr_per_year": equal_sum(answer),
        }
        for result in answer.strategies
        if result.id in best
    ]


def draws_csv(ensemble: Ensemble) -> str:
    """Return every input of every draw, one row a draw."""
    names = list(ensemble.constants)
    table = np.column_stack([ensemble.constants[name] for name in names])
    lines = [_line(["draw", *names])]
    lines += [_line([k, *(repr(float(x)) for x in row)]) for k, row in enumerate(table)]
    return "".join(lines)


def runs_csv(answer: Comparison) -> str:
    """Return one row for each draw, scenario, outcome and date; inputs are keyed by draw."""
    batch = answer.batch
    months = [(date.month, date.year) for date in answer.base]
    kept = np.flatnonzero(~batch.failed)
    lines = [_line(["draw", "scenario", "outcome", "unit", "year_end", "value"])]
    for plan in answer.plans:
        name = plan.scenario.id
        for outcome, unit in batch.units.items():
            for month, year in months:
                values = batch.at(name, outcome, month)
                lines += [
                    _line([draw, name, outcome, unit, year, repr(float(value))])
                    for draw, value in zip(kept, values, strict=True)
                ]
    return "".join(lines)


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV, their names in the order of first use."""
    kept = list(rows)
    names = list(dict.fromkeys(name for row in kept for name in row))
    return _line(names) + "".join(_line([row.get(name, "") for name in names]) for row in kept)


def as_json(value: object) -> str:
    """Return JSON with sorted keys and a final line end."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def tree(values: Interval) -> Row:
    """Return an interval as nested values."""
    ends = {"low80": values.low80, "high80": values.high80}
    ends |= {"low90": values.low90, "high90": values.high90}
    return {"median": values.median, "mean": values.mean, **ends}


def flat(name: str, values: Interval) -> dict[str, float]:
    """Return an interval as columns that start with a name."""
    return {f"{name}_{end}": value for end, value in tree(values).items()}


def _flat(name: str, date: AtDate) -> Row:
    row: Row = {"scenario": name, "year_end": date.year}
    for field, unit in FIELDS:
        row |= flat(f"{field}_{unit}", getattr(date, field))
    row |= {"p_gain_half_point": date.chances[0], "p_gain_one_point": date.chances[1]}
    return row | {"p_no_effect": date.none, "p_any_gain": date.better, "p_target": date.on_target}


def _strategy(result: StrategyResult) -> Row:
    span, judged, link = result.evidence, result.judged, result.limiting_link
    return {
        "compared_with": result.base,
        "yearly_cost_million_idr": result.yearly_cost,
        "yearly_cost_without_ceiling_million_idr": result.planned_cost,
        "share_within_ceiling": result.share_within_ceiling,
        "cut_in_new_stunting_percent": tree(result.cut),
        "own_judged_chain_percent": None
        if span is None
        else {"row": span.row, "central": span.central, "low": span.low, "high": span.high},
        "limiting_link": None if link is None else {"link": link[0], "gain_points": tree(link[1])},
        "sectors": {
            "mean_height_points": tree(result.sectors.coflow),
            "stunted_stocks_points": tree(result.sectors.stocks),
            "differ": result.sectors.differ,
        },
        "judged": None
        if judged is None
        else {
            "share": judged.judged,
            "explained": judged.explained,
            "leading": [{"input": name, "share": share} for name, share in judged.leading],
        },
        "falls_implausibly_fast": {
            "median": result.implausible[0],
            "share_of_draws": result.implausible[1],
        },
        "levers_at_bound": list(result.limited_by),
    }


def _equal(answer: Comparison) -> Row | None:
    if answer.equal_budget is None:
        return None
    pair, lead = cheaper(answer), answer.equal_budget.lead
    verdict = answer.equal_budget.verdict(answer.deciding)
    return {
        "ceiling_million_idr_per_year": equal_sum(answer),
        "winner": lead.first if verdict == "ranking" else None,
        "verdict": verdict,
        "lead": {
            "first": lead.first,
            "second": lead.second,
            "difference_points": lead.difference,
        },
        "members": equal_rows(answer),
        "same_gain_for_less": None if pair is None else {"plan": pair[0].id, "as": pair[1].id},
    }


def _limit(limit: SpeedLimit) -> Row:
    return {
        "year_end": limit.year,
        "mean_height_percent": tree(limit.coflow),
        "stunted_stocks_percent": tree(limit.stocks),
    }


def _flat_limit(limit: SpeedLimit) -> Row:
    row: Row = {"year_end": limit.year, **flat("mean_height_percent", limit.coflow)}
    return row | flat("stunted_stocks_percent", limit.stocks)


def _sectors(result: StrategyResult) -> Row:
    row: Row = {"scenario": result.id, **flat("mean_height_points", result.sectors.coflow)}
    row |= flat("stunted_stocks_points", result.sectors.stocks)
    return row | {"differ": result.sectors.differ}


def _judged(result: StrategyResult) -> Row:
    row: Row = {"scenario": result.id, "judged_share": "", "explained": ""}
    if result.judged is not None:
        row |= {"judged_share": result.judged.judged, "explained": result.judged.explained}
        for place, (name, share) in enumerate(result.judged.leading, 1):
            row |= {f"input_{place}": name, f"share_{place}": share}
    return row


def _line(cells: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()
