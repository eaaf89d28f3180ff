"""``tumbuh agents``: families, services and actors as agents."""

from __future__ import annotations

import typer

from . import cli_bench, cli_dock

app = typer.Typer(
    no_args_is_help=True,
    help="Who is left out: families, services and actors as agents beside the stocks.",
)
app.command("dock", epilog=cli_dock.EXAMPLES)(cli_dock.dock_command)
app.command("bench", epilog=cli_bench.EXAMPLES)(cli_bench.bench_command)
