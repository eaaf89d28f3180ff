"""``tumbuh agents dock``: hold the agents to the stocks, and say where they part."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..cli_common import Json, Quiet, exit_codes, print_json, progress_bar

EXAMPLES = """For example:

`tumbuh agents dock --replicates 20 --broken 10 --free 4`

`tumbuh agents dock --output docs/agents-docking.md`"""

_WORKERS = typer.Option(min=1, max=64, help="Processes; the numbers do not depend on it.")


def dock_command(
    replicates: Annotated[int, typer.Option(min=2, max=2000, help="Runs of each case.")] = 100,
    broken: Annotated[int, typer.Option(min=2, max=2000, help="Runs of each mistake.")] = 24,
    free: Annotated[
        int, typer.Option(min=2, max=2000, help="Runs of each strategy and variant.")
    ] = 8,
    workers: Annotated[int, _WORKERS] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Names the random numbers.")] = 20260101,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Page to write, in Markdown.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the agents to the stock-and-flow model: equations, distribution, signs, departures.

    Exit code 0 when they dock, 1 when something does not hold. Without --output the page is
    printed. At the usual size this takes some fifteen minutes.
    """
    from dataclasses import asdict

    from ...model.files import write_atomic
    from ..output import check_file
    from ..written import intend
    from .dock_page import page
    from .dock_report import COMPARED, report
    from .dock_study import Size

    with exit_codes():
        if output:
            check_file(output)
        with progress_bar(quiet) as progress:
            found = report(Size(replicates, broken, free, workers, seed), progress)
        text = page(found, " ".join(["tumbuh", *sys.argv[1:]]), len(COMPARED))
        if output:
            write_atomic(intend(output), text)
    if as_json:
        print_json(asdict(found) | {"faults": list(found.faults)})
    elif not output:
        typer.echo(text)
    for fault in found.faults:
        typer.echo(f"does not hold: {fault}", err=True)
    if found.faults:
        raise typer.Exit(1)
