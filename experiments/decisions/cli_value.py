"""``tumbuh value``: what knowing more is worth for the choice, and what to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from ..runs.options import Worlds
from .benefit import PRICE, By, may_be_best
from .options import AmongOption, ByOption, Out, Price, Scenarios, Until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..runs.question import Question
    from ..text import Words

EXAMPLES = """**Examples**

`tumbuh value`

`tumbuh value --price 100 --worlds all --lang id`

`tumbuh value --by child_years --out results/value`

`tumbuh value --among three --price 200 --json > value.json`
"""


def value_command(
    district: Annotated[str, typer.Option(help="Id of a district file.")] = "paser",
    among: AmongOption = None,
    scenarios: Scenarios = None,
    by: ByOption = "net",
    price: Price = PRICE,
    worlds: Worlds = "standard",
    until: Until = 2031,
    draws: Annotated[int, typer.Option(help="Draws in each structure.")] = 1024,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 20260101,
    output: Out = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Say what knowing more would be worth for the choice, and what to measure next.

    A value of 0 means that the choice would stay the same. Takes about 20 seconds for each structure.
    """
    with exit_codes(lang):
        from ..output import check_folder
        from ..text import words
        from .options import read

        question = read(district, among, scenarios, worlds, until, draws, seed, price)
        _check(question, by)
        if output is not None:
            check_folder(output)
        with progress_bar(quiet or json) as progress:
            from .benefit import Benefit
            from .value_answer import value_answer

            answer = value_answer(question, Benefit(by, price), progress)
        if output is not None:
            _write(output, answer, question, words(lang))
    if json:
        print_json(answer)
    else:
        from .value_view import show

        show(console(), answer, words(lang))


def _check(question: Question, by: By) -> None:
    """Refuse to choose among unequal budgets as if money did not count."""
    from ...model.errors import InputError, Problem

    if may_be_best(question.scenarios, by):
        return
    expected = "net, for strategies with different budgets"
    remedy = "Ask with --by net, or --among equal"
    raise InputError([Problem("--by", expected, by, remedy)])


def _write(output: Path, answer: Mapping[str, Any], question: Question, words: Words) -> None:
    from .options import write
    from .value_figure import price_chart, value_chart

    figures = {"value": value_chart(answer, words), "price": price_chart(answer, words)}
    write(output, "value", answer, question, tables(answer), figures)


def tables(answer: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of the folder: what could be known or measured, and the curve.

    Parameters
    ----------
    answer
        As `value_answer` gives it.
    """
    kept = ("value", "error", "in_sample", "change", "to", "to_chance", "shown")
    known, measured, curve = [], [], []
    for name, world in answer["worlds"].items():
        first = {"world": name}
        for one in world["known"]:
            about = {"kind": one["kind"], "name": one["name"]}
            known.append(first | about | {key: one[key] for key in kept})
        for one in world["measurements"]:
            about = {"name": one["name"], "without_error": one["without_error"]}
            measured.append(first | about | {key: one[key] for key in kept})
        curve += [first | row for row in world["curve"]]
    return {"known": known, "measurements": measured, "price": curve}
