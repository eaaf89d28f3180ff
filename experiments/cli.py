"""``tumbuh``: the command line. It parses, calls and prints; exit codes stand in model/errors.py."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from ..model.errors import TumbuhError

app = typer.Typer(
    name="tumbuh",
    help="Policy simulator of child stunting for an Indonesian district (simulator kebijakan).",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
)
UNEXPECTED = 70
INTERRUPTED = 130


def _mount() -> None:
    from . import (
        cli_compare,
        cli_evidence,
        cli_model,
        cli_model_doc,
        cli_model_exchange,
        cli_model_ir,
        cli_model_run,
        cli_run,
        cli_scenario,
    )

    app.command("compare", epilog=cli_compare.EXAMPLES)(cli_compare.compare_command)
    app.command("run", epilog=cli_run.EXAMPLES)(cli_run.run_command)
    app.add_typer(cli_scenario.app, name="scenario")
    cli_model_ir.mount(cli_model.app)
    cli_model_doc.mount(cli_model.app)
    cli_model_exchange.mount(cli_model.app)
    cli_model_run.mount(cli_model.app)
    app.add_typer(cli_model.app, name="model")
    app.add_typer(cli_evidence.app, name="evidence")


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Run before every command."""
    if version:
        print_version()


def print_version() -> None:
    """Print the version and stop."""
    from importlib.metadata import version

    typer.echo(version("tumbuh"))
    raise typer.Exit


def main() -> None:
    """Run the command line and turn errors into a message and an exit code."""
    _mount()
    try:
        code = app(standalone_mode=False)
    except TumbuhError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence of the program
        sys.exit(_unexpected(error))
    if code == INTERRUPTED:
        typer.echo("Interrupted; nothing was written.", err=True)
    sys.exit(code if isinstance(code, int) else 0)


def _unexpected(error: Exception) -> int:
    """Report what is not an error of ours: a wrong option, or a defect."""
    show = getattr(error, "show", None)
    if callable(show):
        show()
        return int(getattr(error, "exit_code", 2))
    if os.environ.get("TUMBUH_DEBUG"):
        raise error
    typer.echo(f"Unexpected {type(error).__name__}: {error}", err=True)
    typer.echo("Set TUMBUH_DEBUG=1 to see where, and please report it.", err=True)
    return UNEXPECTED
