"""A comparison that was stored, opened again as it was: every number is the stored one.

What the numbers rest on (model, parameters, surveys, scenarios, prices) must be what it was, since
texts and sources are read from the package: a report must not set new sources beside old numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...calibration.observations import Observation
from ...model.calendar import FIRST_YEAR
from ...model.district import HOME, District
from ...model.district_facts import target_of
from ...model.errors import DataError, Problem
from ...scenarios.compile import Plan
from ...scenarios.loader import BASELINE, EQUAL_BUDGET_IDS
from ...scenarios.text import LANGUAGES
from ..answer import equal_lines, headlines, statement
from ..batch import Batch
from ..care import caveats
from ..inputs import fitted_surveys, read_district
from ..judged import JudgedShare
from ..outcomes import AtDate, Interval
from ..output import read_batch
from ..plausibility import SectorDifference
from ..ranking import Lead, Ranking, rank
from ..results import Comparison, EvidenceRange, SpeedLimit, StrategyResult, TargetAnswer
from ..rows import FIELDS
from ..runs.folder import ANSWER, Opened, open_result
from ..text import Words, words
from .stored_draws import Floats, read_draws
from .stored_plans import stored_plans

AGAIN = "Run `tumbuh compare --out` again with this version"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """A stored comparison.

    Attributes
    ----------
    answer
        The comparison; its runs are in single precision and serve the figures only.
    manifest
        How it was made.
    design_effect
        Of the surveys.
    draws
        (draw,) of each uncertain input, by name, of every draw that was run.
    """

    answer: Comparison
    manifest: Row
    design_effect: float
    draws: Mapping[str, Floats]


def read_stored(folder: Path) -> Stored:
    """Open a result folder of ``tumbuh compare``.

    Parameters
    ----------
    folder
        With every file as it was written.

    Raises
    ------
    DataError
        If it is another kind of result, a file is damaged, or it was made from something that is
        different now.
    """
    opened = open_result(folder)
    _check(opened, folder)
    try:
        return _stored(opened, folder)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        found = f"one in which something is missing or of another form ({error!r})"
        raise DataError([Problem(str(folder), "a whole comparison", found, AGAIN)]) from error


def _check(opened: Opened, folder: Path) -> None:
    if opened.kind != "compare":
        remedy = "Name a folder that `tumbuh compare --out` wrote"
        found = f"one of `tumbuh {opened.kind}`"
        raise DataError([Problem(str(folder), "a folder of `tumbuh compare`", found, remedy)])
    problems = [
        Problem(str(folder / name), "the file that was written", "another or none", AGAIN)
        for name in opened.damaged
    ]
    if ANSWER not in opened.manifest["files"]:
        problems.append(Problem(str(folder), f"{ANSWER} in its manifest", "none", AGAIN))
    problems += [
        Problem(str(folder), f"a comparison made from the {name} of now", "a different one", AGAIN)
        for name in opened.changed
    ]
    if problems:
        raise DataError(problems)


def _stored(opened: Opened, folder: Path) -> Stored:
    answer, about = opened.answer, opened.manifest
    ensemble = about["ensemble"]
    if about["district"] != HOME:
        expected, remedy = "a comparison for Paser", "Read the tables of the folder instead"
        raise DataError([Problem(str(folder), expected, f"one for {about['district']}", remedy)])
    place = read_district(HOME)
    surveys = fitted_surveys(ensemble, ensemble["observation"])
    own = tuple(item for item in surveys if item.area == place.surveys.area)
    plans = stored_plans(about, AGAIN)
    batch = read_batch(folder / "compare.nc", about["draws"])
    found = _comparison(answer, plans, own, place, batch)
    if not found.strategies:
        remedy = "Name strategies with `tumbuh compare --scenarios`"
        found_none = "no extra action alone"
        raise DataError([Problem(str(folder), "at least one strategy", found_none, remedy)])
    effect = float(ensemble["design_effect"])
    if not any(_same_words(answer, found, words(name), effect) for name in LANGUAGES):
        expected = "the sentences that the comparison printed"
        raise DataError([Problem(str(folder), expected, "other ones", AGAIN)])
    return Stored(found, about, effect, read_draws(folder))


def _same_words(answer: Row, found: Comparison, said: Words, effect: float) -> bool:
    """Tell whether this is what was printed then, in one language.

    It also finds what no checksum is kept of, such as a target or the effect of a trial.
    """
    texts = {
        "statement": statement(found, said, effect),
        "headlines": headlines(found, said) + equal_lines(found, said),
        "caveats": caveats(found, said),
    }
    return all(answer[name] == lines for name, lines in texts.items())


def _comparison(
    answer: Row,
    plans: tuple[Plan, ...],
    observations: tuple[Observation, ...],
    place: District,
    batch: Batch,
) -> Comparison:
    dates: dict[str, list[AtDate]] = {}
    rows: dict[str, Row] = {}
    for row in answer["summary"]:
        dates.setdefault(row["scenario"], []).append(_date(row))
        rows[row["scenario"]] = row
    base = tuple(dates.pop(BASELINE))
    results = tuple(
        _strategy(name, answer["strategies"][name], rows[name], tuple(held))
        for name, held in dates.items()
    )
    links = {name: _tree(gain) for name, gain in answer["bottleneck"].items()}
    found = Comparison(
        plans=plans,
        base=base,
        strategies=results,
        equal_budget=None,
        ranking=None,
        speed_limit=tuple(_limit(row) for row in answer["speed_limit"]),
        target=_target(answer["target"], results, place),
        bottleneck=dict(sorted(links.items(), key=lambda item: -item[1].mean)),
        smallest=answer["deciding_difference_points"],
        observations=observations,
        district=place,
        batch=batch,
    )
    return replace(found, equal_budget=_equal(answer, found), ranking=_others(found))


def _equal(answer: Row, found: Comparison) -> Ranking | None:
    """Return the equal-budget set with its stored probabilities of being best."""
    if answer["equal_budget"] is None:
        return None
    best = {row["scenario"]: row["p_best"] for row in answer["equal_budget"]["members"]}
    gains = {r.id: found.gain(r) for r in found.strategies if r.id in best}
    held = answer["equal_budget"]["lead"]
    lead = Lead(held["first"], held["second"], held["difference_points"])
    return replace(rank(gains, found.base[-1].year), best=best, lead=lead)


def _others(found: Comparison) -> Ranking | None:
    gains = {r.id: found.gain(r) for r in found.strategies if r.id not in EQUAL_BUDGET_IDS}
    return rank(gains, found.base[-1].year) if len(gains) > 1 else None


def _date(row: Row) -> AtDate:
    year = int(row["year_end"])
    return AtDate(
        **{name: _flat(f"{name}_{unit}", row) for name, unit in FIELDS},
        month=12.0 * (year + 1 - FIRST_YEAR),
        year=year,
        chances=(row["p_gain_half_point"], row["p_gain_one_point"]),
        better=row["p_any_gain"],
        none=row["p_no_effect"],
        on_target=row["p_target"],
    )


def _strategy(name: str, held: Row, row: Row, dates: tuple[AtDate, ...]) -> StrategyResult:
    chain, judged, link = (
        held[key] for key in ("own_judged_chain_percent", "judged", "limiting_link")
    )
    sectors, fast = held["sectors"], held["falls_implausibly_fast"]
    return StrategyResult(
        id=name,
        base=held["compared_with"],
        dates=dates,
        cut=_flat("cut_percent", row),
        evidence=None if chain is None else EvidenceRange(**chain),
        sectors=SectorDifference(
            _tree(sectors["mean_height_points"]),
            _tree(sectors["stunted_stocks_points"]),
            sectors["differ"],
        ),
        judged=None if judged is None else _judged(judged),
        implausible=(fast["median"], fast["share_of_draws"]),
        yearly_cost=held["yearly_cost_million_idr"],
        planned_cost=held["yearly_cost_without_ceiling_million_idr"],
        share_within_ceiling=held["share_within_ceiling"],
        limited_by=tuple(held["levers_at_bound"]),
        limiting_link=None if link is None else (link["link"], _tree(link["gain_points"])),
    )


def _judged(held: Row) -> JudgedShare:
    leading = tuple((item["input"], item["share"]) for item in held["leading"])
    return JudgedShare(held["share"], held["explained"], leading)


def _target(held: Row, results: tuple[StrategyResult, ...], place: District) -> TargetAnswer:
    met = held["p_by_strategy"]
    aim = replace(target_of(place), year=held["year_end"], share=held["percent"] / 100.0)
    chances = {result.id: met[result.id] for result in results}
    return TargetAnswer(aim, held["p_no_extra_action"], chances, _limit(held["speed_limit"]))


def _limit(held: Row) -> SpeedLimit:
    names = ("mean_height_percent", "stunted_stocks_percent")
    return SpeedLimit(held["year_end"], *(_tree(held[name]) for name in names))


def _tree(held: Row) -> Interval:
    return Interval(**held)


def _flat(name: str, row: Row) -> Interval:
    ends = ("median", "low80", "high80", "low90", "high90", "mean")
    return Interval(**{end: row[f"{name}_{end}"] for end in ends})
