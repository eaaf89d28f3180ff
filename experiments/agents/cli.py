"""``tumbuh agents``: families, services and actors as agents."""

from __future__ import annotations

import typer

from . import cli_bench, cli_couple, cli_dock, cli_equity, cli_run, cli_shocks, cli_view

app = typer.Typer(
    no_args_is_help=True,
    help="Who is left out: families, services and actors as agents beside the stocks.",
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh agents run all_three`
- `tumbuh agents equity --lang id`
- `tumbuh agents shocks`
""",
)
app.command("run", epilog=cli_run.EXAMPLES)(cli_run.run_command)
app.command("equity", epilog=cli_equity.EXAMPLES)(cli_equity.equity_command)
app.command("shocks", epilog=cli_shocks.EXAMPLES)(cli_shocks.shocks_command)
app.command("dock", epilog=cli_dock.EXAMPLES)(cli_dock.dock_command)
app.command("couple", epilog=cli_couple.EXAMPLES)(cli_couple.couple_command)
app.command("view", epilog=cli_view.EXAMPLES)(cli_view.view_command)
app.command("bench", epilog=cli_bench.EXAMPLES)(cli_bench.bench_command)
