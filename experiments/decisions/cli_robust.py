"""``tumbuh robust``: which strategy holds up over many futures, and by which metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from ..runs.options import Worlds
from .benefit import PRICE
from .options import AmongOption, ByOption, Out, Price, Scenarios, Until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..runs.question import Question
    from ..text import Words

EXAMPLES = """**Examples**

`tumbuh robust`

`tumbuh robust --by gain --satisfice "gain>=0.5" --satisfice "prevalence<=14.2" --lang id`

`tumbuh robust --by net --price 100 --among three --out results/robust`
"""
ENOUGH = ("averted>=100", "gain>=0.5")
"""Judged: what counts as enough when nothing is named."""


def robust_command(
    district: Annotated[str, typer.Option(help="Id of a district file.")] = "paser",
    among: AmongOption = None,
    scenarios: Scenarios = None,
    by: ByOption = "child_years",
    price: Price = PRICE,
    satisfice: Annotated[
        list[str] | None,
        typer.Option(
            help="What is enough: prevalence, gain, averted, child_years or spending, "
            "with >= or <= and a number. May be given again."
        ),
    ] = None,
    worlds: Worlds = "all",
    until: Until = 2031,
    draws: Annotated[int, typer.Option(help="Draws in each structure.")] = 1024,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 20260101,
    output: Out = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Compare strategies by how they hold up over many futures: regret, the worst, what is enough.

    A future is a draw in a structure. Metrics may prefer different strategies; which one counts is a
    choice of those who decide.
    """
    with exit_codes(lang):
        from ..output import check_folder
        from ..text import words
        from .benefit import Benefit
        from .options import read
        from .robust_metrics import read_enough

        enough = read_enough(satisfice or ENOUGH)
        question = read(district, among, scenarios, worlds, until, draws, seed, price)
        if output is not None:
            check_folder(output)
        with progress_bar(quiet or json) as progress:
            from .robust_answer import robust_answer

            answer = robust_answer(question, Benefit(by, price), enough, progress)
        if output is not None:
            _write(output, answer, question, words(lang))
    if json:
        print_json(answer)
    else:
        from .robust_view import show

        show(console(), answer, words(lang))


def _write(output: Path, answer: Mapping[str, Any], question: Question, words: Words) -> None:
    from .options import write
    from .robust_figure import matrix_chart, trade_chart

    figures = {"trade_off": trade_chart(answer, words), "regret": matrix_chart(answer, words)}
    write(output, "robust", answer, question, tables(answer), figures)


def tables(answer: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of the folder: metrics by strategy, and regret by world.

    Parameters
    ----------
    answer
        As `robust_answer` gives it.
    """
    metrics = [
        {"scenario": name}
        | {metric: values[name] for metric, values in answer["metrics"].items()}
        | {"worse_than_no_action": answer["worse"][name]}
        | {text: one["share"][name] for text, one in answer["enough"].items()}
        for name in answer["titles"]
    ]
    worlds = [
        {"world": world, "scenario": name} | {key: values[name] for key, values in found.items()}
        for world, found in answer["worlds"].items()
        for name in answer["titles"]
    ]
    return {"metrics": metrics, "worlds": worlds}
