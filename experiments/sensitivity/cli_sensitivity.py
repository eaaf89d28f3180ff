"""``tumbuh sensitivity``: which assumptions move prevalence, the strategies, and the choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ...scenarios.text import Language
from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from ..runs.options import Worlds, world_names

if TYPE_CHECKING:
    from ..runs.question import Question
    from .analyse import By
    from .estimators import Method

EXAMPLES = """**Examples**

`tumbuh sensitivity sobol`

`tumbuh sensitivity sobol --by sector --lang id`

`tumbuh sensitivity morris --outcomes "prevalence,gain:hr,best:equal_hr" --out results/morris`

`tumbuh sensitivity pawn --worlds all --json > pawn.json`
"""

app = typer.Typer(
    no_args_is_help=True,
    help="Which assumptions move prevalence, differences between strategies, and the choice.",
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh sensitivity morris`
- `tumbuh sensitivity sobol --size 256`
- `tumbuh sensitivity regional --lang id`
""",
)

SIZES: dict[Method, int] = {"sobol": 512, "morris": 64, "pawn": 4096, "regional": 4096}
"""Base sample, trajectories or points, when none is asked for."""
LEAST, MOST = 16, 65_536
MOST_RUNS = 50_000_000
"""Sizes, and runs of the model, beyond which an analysis is refused. Judged."""

Outcomes = Annotated[
    str | None,
    typer.Option(
        help="Outcomes with commas between: prevalence[:S], gain:S, child_years:S, "
        "difference:S-T, best:S (of the equal-budget set)."
    ),
]
Size = Annotated[
    int | None,
    typer.Option(
        help="Base sample of sobol, trajectories of morris, points of the others; by default "
        f"{', '.join(f'{size} ({method})' for method, size in SIZES.items())}."
    ),
]
ByOption = Annotated[
    Literal["parameter", "sector"], typer.Option("--by", help="What gets an index.")
]
Out = Annotated[
    Path | None,
    typer.Option("--output", "--out", help="Write answer, tables and figures into this folder."),
]
District = Annotated[str, typer.Option("--district", help="Id of a district file.")]
Until = Annotated[int, typer.Option(min=2027, max=2035, help="Year at whose end it is read.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the points.")]


@dataclass(frozen=True)
class _Asked:
    """The options that decide about the numbers."""

    outcomes: str | None
    by: By
    size: int | None
    worlds: str
    until: int
    district: str
    seed: int


def _run(
    method: Method,
    options: _Asked,
    output: Path | None,
    lang: Language,
    quiet: bool,
    json: bool,
) -> None:
    with exit_codes(lang):
        from ..output import check_folder
        from ..text import words

        if output is not None:
            check_folder(output)
        answer = _answer(method, options, quiet or json)
        if output is not None:
            from .files import write

            write(output, answer, words(lang))
    if json:
        print_json(answer)
    else:
        from .view import show

        show(console(), answer, words(lang))


def _answer(method: Method, options: _Asked, quiet: bool) -> dict[str, Any]:
    from ..runs.question import read_question
    from .answer import as_answer
    from .asked import read_asked, scenarios_of

    asked, worlds = read_asked(options.outcomes), world_names(options.worlds)
    size = SIZES[method] if options.size is None else options.size
    # The draws of the question are not used: a method makes its own points.
    question = read_question(
        options.district, scenarios_of(asked), worlds, options.until, 16, options.seed
    )
    _check(method, options.by, size, question)
    with progress_bar(quiet) as progress:
        from .analyse import analyse

        found = analyse(question, asked, method, options.by, size, progress)
    return as_answer(question, found, method, options.by, size)


def _check(method: Method, by: By, size: int, question: Question) -> None:
    """Refuse what the methods cannot do, all at once."""
    from ...model.errors import InputError, Problem

    problems = []
    if not LEAST <= size <= MOST:
        problems.append(Problem("--size", f"{LEAST} to {MOST}", str(size), "Choose another size"))
    elif method == "sobol" and size & (size - 1):
        near = 1 << size.bit_length()
        remedy = f"Ask for {near} or {near // 2}"
        problems.append(Problem("--size", "a power of two for sobol", str(size), remedy))
    if by == "sector" and method in ("pawn", "regional"):
        remedy = "Use sobol or morris for sectors"
        problems.append(Problem("--by", f"parameter for {method}", by, remedy))
    runs = 0 if problems else _runs(method, by, size, question)
    if runs > MOST_RUNS:
        remedy = "Choose a smaller size or fewer structures"
        problems.append(Problem("--size", f"at most {MOST_RUNS:,} runs", f"{runs:,}", remedy))
    if problems:
        raise InputError(problems)


def _runs(method: Method, by: By, size: int, question: Question) -> int:
    """Return how many runs of the model an analysis takes."""
    from .analyse import free, problem_of
    from .estimators import runs_of

    problems = [problem_of(free(question.space(w), w), by) for w in question.worlds]
    return len(question.plans) * sum(runs_of(method, one, size) for one in problems)


ABOUT: dict[Method, str] = {
    "sobol": "Split the variance of each outcome among the assumptions (Sobol indices).",
    "morris": "Screen the assumptions by the changes that each makes alone (elementary effects).",
    "pawn": "Say how far each assumption shifts the whole distribution of an outcome (PAWN).",
    "regional": "Say which assumptions tell the high half of an outcome from the low one.",
}
"""What each command does, as its help says it."""


def _command(method: Method) -> Callable[..., None]:
    """Return the command of a method: the options of all are the same."""

    def command(
        outcomes: Outcomes = None,
        by: ByOption = "parameter",
        size: Size = None,
        worlds: Worlds = "standard",
        until: Until = 2031,
        district: District = "paser",
        seed: Seed = 20260101,
        output: Out = None,
        lang: Lang = "en",
        quiet: Quiet = False,
        json: Json = False,
    ) -> None:
        asked = _Asked(outcomes, by, size, worlds, until, district, seed)
        _run(method, asked, output, lang, quiet, json)

    return command


for _method, _help in ABOUT.items():
    app.command(_method, help=_help, epilog=EXAMPLES)(_command(_method))
