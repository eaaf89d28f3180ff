"""``tumbuh sensitivity``: which assumptions move prevalence, the strategies, and the choice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar
from ..runs.options import Worlds, world_names

EXAMPLES = """**Examples**

`tumbuh sensitivity sobol`

`tumbuh sensitivity sobol --by sector --lang id`

`tumbuh sensitivity morris --outcomes "prevalence,gain:hr,best:equal_hr" --out results/morris`

`tumbuh sensitivity pawn --worlds all --json > pawn.json`
"""

app = typer.Typer(
    no_args_is_help=True,
    help="Which assumptions move prevalence, differences between strategies, and the choice.",
)

SIZES = {"sobol": 512, "morris": 64, "pawn": 4096, "regional": 4096}
"""Base sample, trajectories or points, when none is asked for."""
LEAST, MOST = 16, 65_536
MOST_RUNS = 50_000_000

Outcomes = Annotated[
    str | None,
    typer.Option(
        help="Outcomes with commas between: prevalence[:S], gain:S, child_years:S, "
        "difference:S-T, best:S (of the equal-budget set)."
    ),
]
Size = Annotated[
    int | None,
    typer.Option(help="Base sample of sobol, trajectories of morris, points of the others."),
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


def _run(
    method: Literal["sobol", "morris", "pawn", "regional"],
    outcomes: str | None,
    by: Literal["parameter", "sector"],
    size: int | None,
    worlds: str,
    until: int,
    district: str,
    seed: int,
    output: Path | None,
    lang: Literal["id", "en"],
    quiet: bool,
    json: bool,
) -> None:
    with exit_codes(lang):
        from ..output import check_folder
        from ..runs.question import read_question
        from ..text import words
        from .answer import as_answer
        from .asked import read_asked, scenarios_of

        size = SIZES[method] if size is None else size
        asked = read_asked(outcomes)
        names = world_names(worlds)
        question = read_question(district, scenarios_of(asked), names, until, 16, seed)
        _check(method, by, size, len(question.plans) * len(question.worlds))
        if output is not None:
            check_folder(output)
        with progress_bar(quiet or json) as progress:
            from .analyse import analyse

            found = analyse(question, asked, method, by, size, progress)
        answer = as_answer(question, found, method, by, size)
        if output is not None:
            from .files import write

            write(output, answer, words(lang))
    if json:
        print_json(answer)
    else:
        from .view import show

        show(console(), answer, words(lang))


def _check(method: str, by: str, size: int, runs: int) -> None:
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
    points = size * (114 if method in ("sobol", "morris") else 1)
    if points * runs > MOST_RUNS and not problems:
        found = f"about {points * runs:,}"
        remedy = "Choose a smaller size or fewer worlds"
        problems.append(Problem("--size", f"at most {MOST_RUNS:,} runs", found, remedy))
    if problems:
        raise InputError(problems)


@app.command("sobol", epilog=EXAMPLES)
def sobol_command(
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
    """Split the variance of each outcome among the assumptions (Sobol indices)."""
    _run("sobol", outcomes, by, size, worlds, until, district, seed, output, lang, quiet, json)


@app.command("morris", epilog=EXAMPLES)
def morris_command(
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
    """Screen the assumptions by the changes that each makes alone (elementary effects)."""
    _run("morris", outcomes, by, size, worlds, until, district, seed, output, lang, quiet, json)


@app.command("pawn", epilog=EXAMPLES)
def pawn_command(
    outcomes: Outcomes = None,
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
    """Say how far each assumption shifts the whole distribution of an outcome (PAWN)."""
    _run(
        "pawn",
        outcomes,
        "parameter",
        size,
        worlds,
        until,
        district,
        seed,
        output,
        lang,
        quiet,
        json,
    )


@app.command("regional", epilog=EXAMPLES)
def regional_command(
    outcomes: Outcomes = None,
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
    """Say which assumptions tell the high half of an outcome from the low one."""
    _run(
        "regional",
        outcomes,
        "parameter",
        size,
        worlds,
        until,
        district,
        seed,
        output,
        lang,
        quiet,
        json,
    )
