"""``tumbuh compare``: the main job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..model.errors import InputError, Problem
from .cli_common import Json, Lang, Quiet, exit_codes, progress_bar
from .inputs import DistrictName, Figure, read_inputs, read_plans, references

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..calibration.ensemble import Ensemble
    from ..model.language.ir import Program
    from .results import Comparison
    from .text import Words

EXAMPLES = """**Examples**

`tumbuh compare`

`tumbuh compare --full --lang id`

`tumbuh compare --scenarios hr,food,my_plan.yaml --lang id --out hasil`

`tumbuh compare --draws 200 --json > answer.json`
"""
FIRST_UNTIL, LAST_UNTIL, FEWEST = 2028, 2035, 10


def compare_command(
    scenarios: Annotated[
        str | None, typer.Option(help="Library ids or YAML files, separated by commas.")
    ] = None,
    district: DistrictName = "paser",
    observation: Figure = "district",
    draws: Annotated[int, typer.Option(help="Draws of the stored ensemble, 10 to 2000.")] = 1000,
    seed: Annotated[
        int | None,
        typer.Option(
            help="Chooses other draws of the stored ensemble; a new ensemble: make posterior."
        ),
    ] = None,
    until: Annotated[
        int, typer.Option(help="Last year whose end is reported, 2028 to 2035.")
    ] = 2031,
    lang: Lang = "en",
    out: Annotated[
        Path | None, typer.Option(help="Write tables, figures and manifest to a new folder.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print every table.")] = False,
    json: Json = False,
    peers: Annotated[bool, typer.Option("--peers", help="Add results of other models.")] = False,
    quiet: Quiet = False,
) -> None:
    """Compare strategies: prevalence, gains, rupiah, probabilities and what limits them."""
    with exit_codes(lang):
        from ..model.language.cache import load_program
        from .compare import compare
        from .text import words as load_words

        _check(draws, until, seed)
        if out is not None:
            from .output import check_folder

            check_folder(out)
        names = references(scenarios)
        plans = read_plans(names)
        program, words = load_program(), load_words(lang)
        read = read_inputs(program, district, observation, draws, seed)
        with progress_bar(quiet or json) as report:
            answer = compare(
                program, read.ensemble, plans, read.surveys, until, report, read.district
            )
        _print(answer, read.ensemble, words, full, json, peers)
        if out is not None:
            _write(out, answer, read.ensemble, program, words, names)
            typer.echo(f"-> {out}", err=True)


def _check(draws: int, until: int, seed: int | None) -> None:
    problems = []
    if draws < FEWEST:
        problems.append(Problem("--draws", f"at least {FEWEST}", str(draws), "Ask for more draws"))
    if not FIRST_UNTIL <= until <= LAST_UNTIL:
        expected = f"a year from {FIRST_UNTIL} to {LAST_UNTIL}"
        problems.append(Problem("--until", expected, str(until), "Choose another year"))
    if seed is not None and seed < 0:
        problems.append(Problem("--seed", "at least 0", str(seed), "Correct it"))
    if problems:
        raise InputError(problems)


def _print(
    answer: Comparison, ensemble: Ensemble, words: Words, full: bool, json: bool, peers: bool
) -> None:
    if json:
        from .rows import as_json, as_table

        data = as_table(answer, ensemble, words)
        if peers:
            from .peers import as_rows

            data["peers"] = as_rows(answer, words)
        typer.echo(as_json(data), nl=False)
        return
    from .cli_tables import show

    show(answer, words, float(ensemble.provenance["design_effect"]), full)
    if peers:
        from .peers import show_peers

        show_peers(answer, words)


def _write(
    out: Path,
    answer: Comparison,
    ensemble: Ensemble,
    program: Program,
    words: Words,
    names: Sequence[str | Path],
) -> None:
    """Write the result folder; its manifest holds the hashes of all other files."""
    from .output import as_dataset, write_folder
    from .provenance import attributes, manifest
    from .rows import as_json, as_table, tables
    from .runs.folder import manifest_of

    command = ["tumbuh", *sys.argv[1:]]
    about = manifest(answer, program, ensemble, names)

    def last(hashes: Mapping[str, str]) -> tuple[str, str]:
        return manifest_of("compare", about, hashes)

    files: dict[str, bytes | str] = dict(tables(answer, ensemble))
    files["answer.json"] = as_json(as_table(answer, ensemble, words))
    files |= _figures(answer, words, float(ensemble.provenance["design_effect"]))
    write_folder(out, files, as_dataset(answer, attributes(answer, program, command)), last)


def _figures(answer: Comparison, words: Words, design_effect: float) -> dict[str, bytes | str]:
    from .drawing import render
    from .figures import fan_chart, paired_chart

    if not answer.strategies:
        return {}
    drawn = {"fan": fan_chart(answer, words, design_effect), "gain": paired_chart(answer, words)}
    return {
        f"{name}.{form}": render(figure, form)
        for name, figure in drawn.items()
        for form in ("png", "svg")
    }
