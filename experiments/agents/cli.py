"""``tumbuh agents``: families, services and actors as agents."""

from __future__ import annotations

import typer

from . import cli_couple, cli_view

app = typer.Typer(
    no_args_is_help=True,
    help="Who is left out: families, services and actors as agents beside the stocks.",
)
app.command("couple", epilog=cli_couple.EXAMPLES)(cli_couple.couple_command)
app.command("view", epilog=cli_view.EXAMPLES)(cli_view.view_command)
