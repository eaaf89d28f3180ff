"""``tumbuh agents bench``: what a run of the agents costs on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..cli_common import Json, Quiet, exit_codes, print_json

EXAMPLES = """For example:

`tumbuh agents bench --replicates 10`

`tumbuh agents bench --output docs/benchmark-agents.md`"""

_RUNS = typer.Option(min=2, max=2000, help="Runs on two processes.")


def bench_command(
    replicates: Annotated[int, _RUNS] = 100,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Page to write, in Markdown.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Time one run, replicates in parallel, and runs with up to a million children.

    Leave the machine alone meanwhile. Without --output the page is printed.
    """
    from dataclasses import asdict
    from importlib.metadata import version

    from ...model.files import write_atomic
    from ..output import check_file
    from ..written import intend
    from .bench import measure, page

    def say(text: str) -> None:
        if not quiet:
            typer.echo(text, err=True)

    with exit_codes():
        if output:
            check_file(output)
        found = measure(replicates, say=say)
        text = page(found, " ".join(["tumbuh", *sys.argv[1:]]), version("tumbuh"))
        if output:
            write_atomic(intend(output), text)
    if as_json:
        print_json(asdict(found))
    elif not output:
        typer.echo(text)
