"""``tumbuh model run``: any Vensim or XMILE model, once or over draws."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..model.errors import InputError, Problem
from .cli_common import Json, exit_codes, print_json, progress_bar
from .cli_model import File, Trust, asked_method, load

if TYPE_CHECKING:
    from ..model.engine.integrate import Method
    from .model_request import Request
    from .model_run import Result

MOST_THREADS = 256

_SET = typer.Option("--set", help="NAME=VALUE of a constant; again, or several by commas.")
_DRAWS = typer.Option("--draws", help="YAML file with distributions or points.")
_OUTPUTS = typer.Option("--outputs", help='Variables by commas, "a,b[x]"; by default the stocks.')
_REDUCE = typer.Option(
    "--reduce",
    help="KIND:VARIABLE[:THRESHOLD]: last, min, max, integral, first_below, first_above.",
)


def model_run_command(
    file: File = None,
    set: Annotated[list[str], _SET] = [],  # noqa: B006
    draws: Annotated[Path | None, _DRAWS] = None,
    outputs: Annotated[str, _OUTPUTS] = "",
    reduce: Annotated[list[str], _REDUCE] = [],  # noqa: B006
    times: Annotated[str, typer.Option(help="When values are kept: numbers by commas.")] = "",
    every: Annotated[float | None, typer.Option(help="Or: every so often.")] = None,
    until: Annotated[float | None, typer.Option(help="End, instead of the file's.")] = None,
    time_step: Annotated[float | None, typer.Option(help="Instead of the file's.")] = None,
    method: Annotated[
        Literal["euler", "rk4"] | None,
        typer.Option(help="By default what an XMILE file asks for, else euler."),
    ] = None,
    engine: Annotated[
        Literal["auto", "numpy", "llvm"], typer.Option(help="auto compiles where it can.")
    ] = "auto",
    threads: Annotated[
        int, typer.Option(min=0, max=MOST_THREADS, help="0: one for each processor.")
    ] = 0,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the draws file's.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write a row for each draw; of one run, for each time.")
    ] = None,
    netcdf: Annotated[Path | None, typer.Option(help="Write every draw.")] = None,
    trust_model: Trust = False,
    as_json: Json = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No notes, no progress bar.")
    ] = False,
) -> None:
    """Run a Vensim or XMILE model, once or over draws.

    docs/foreign-models.md describes the draws file. An XMILE file needs no --trust-model: it is
    read without running any of it. Exit codes: 0 done, 1 every draw failed, 2 the input is wrong,
    3 a file cannot be written.
    """
    with exit_codes():
        from .model_request import Options, make_request
        from .run_schedule import When

        program = load(file, trust_model)
        _check_places(file, draws, csv, netcdf)
        options = Options(
            *(outputs, set, draws, reduce, When(times, every, until, time_step)),
            method=_method(file, method),
            engine=engine,
            threads=threads or _processors(),
            seed=seed,
        )
        request = make_request(program, options, packaged=file is None)
        result = _run(request, quiet)
        try:
            _write(result, csv, netcdf, quiet)
            _print(result, as_json, quiet)
        finally:
            result.columns.close()
    if result.failures == request.draws:
        raise typer.Exit(1)


RUN_EXAMPLES = """For example:

`tumbuh model run teacup.stmx --set "room temperature=25" --times 0,10,30`

`tumbuh model run sir.mdl --trust-model --draws sir_draws.yaml --reduce maximum:infected`

`tumbuh model run sir.mdl --trust-model --draws sir_draws.yaml --csv draws.csv --netcdf draws.nc`

`tumbuh model run --set "covid end=50" --outputs "true prevalence" --reduce "max:true prevalence"`"""


def _method(file: Path | None, chosen: Method | None) -> Method:
    """Return the method to use where none is chosen: what an XMILE file asks for, else Euler."""
    if chosen is not None:
        return chosen
    asked = asked_method(file)
    for name in asked.split(","):  # the first is preferred, the next stands in for it
        if name.strip() in ("euler", "rk4"):
            return "euler" if name.strip() == "euler" else "rk4"
    remedy = "Choose with --method euler or --method rk4"
    raise InputError([Problem(str(file), "the method euler or rk4", repr(asked), remedy)])


def _processors() -> int:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(count or 1, MOST_THREADS)


def _check_places(
    file: Path | None, draws: Path | None, csv: Path | None, netcdf: Path | None
) -> None:
    """Refuse places for results before a long run, not after it."""
    from .output import check_file

    taken = {item.resolve(): "a file that is read" for item in (file, draws) if item is not None}
    for option, path in (("--csv", csv), ("--netcdf", netcdf)):
        if path is None:
            continue
        check_file(path)
        if path.resolve() in taken:
            found = taken[path.resolve()]
            remedy = "Choose another name"
            raise InputError([Problem(option, "a file for results", found, remedy)])
        taken[path.resolve()] = "the file of another option"


def _run(request: Request, quiet: bool) -> Result:
    from .model_run import run

    for note in () if quiet else request.notes:
        typer.echo(note, err=True)
    with progress_bar(quiet or request.draws == 1) as progress:
        return run(request, progress)


def _write(result: Result, csv: Path | None, netcdf: Path | None, quiet: bool) -> None:
    from .model_run_files import write_csv, write_netcdf

    for path, write in ((csv, write_csv), (netcdf, write_netcdf)):
        if path is not None:
            with progress_bar(quiet or result.request.draws == 1) as progress:
                write(result, path, progress)


def _print(result: Result, as_json: bool, quiet: bool) -> None:
    from .model_run_view import data, summary_lines, tables

    if as_json:
        print_json(data(result))
        return
    from rich.console import Console

    width = Console().width
    # Names are never cut: a line that is too long for the screen is wrapped by it.
    wide = Console(width=10_000, highlight=False)
    for shown in tables(result, width):
        wide.print(shown)
    for line in summary_lines(result):
        typer.echo(line)
    request = result.request
    if not quiet and request.draws > 1:
        rate = request.draws / max(result.seconds, 1e-9)
        typer.echo(f"{result.seconds:.2f} s, {rate:,.0f} draws a second", err=True)


def mount(app: typer.Typer) -> None:
    """Add the command to ``tumbuh model``."""
    app.command("run", epilog=RUN_EXAMPLES)(model_run_command)
