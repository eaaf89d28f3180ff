"""``tumbuh agents``: families, services and actors as agents."""

from __future__ import annotations

import typer

from . import cli_view

app = typer.Typer(
    no_args_is_help=True,
    help="Who is left out: families, services and actors as agents beside the stocks.",
)
app.command("view", epilog=cli_view.EXAMPLES)(cli_view.view_command)
