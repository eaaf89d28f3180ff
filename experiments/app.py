"""The commands, mounted; errors become a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from ..model.errors import TumbuhError
from .cli_common import own_language, patient_output, say

app = typer.Typer(
    name="tumbuh",
    help="Policy simulator of child stunting for an Indonesian district (simulator kebijakan). "
    "Answers, tables and error messages come in Indonesian with `--lang id`, or with "
    "TUMBUH_LANG=id in the environment; this help, and what is for researchers "
    "(`model`, `evidence`), is in English.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="""**Examples**

- `tumbuh compare --lang id`
- `tumbuh scenario list`
- `tumbuh run food`
- `tumbuh target`
- `tumbuh page --out page.html`
""",
)
UNEXPECTED = 70


def _compare() -> None:
    from . import cli_compare

    app.command("compare", epilog=cli_compare.EXAMPLES)(cli_compare.compare_command)


def _run() -> None:
    from . import cli_run

    app.command("run", epilog=cli_run.EXAMPLES)(cli_run.run_command)


def _scenario() -> None:
    from . import cli_scenario

    app.add_typer(cli_scenario.app, name="scenario")


def _model() -> None:
    from . import (
        cli_loops,
        cli_model,
        cli_model_doc,
        cli_model_exchange,
        cli_model_ir,
        cli_model_run,
    )

    for module in (cli_model_ir, cli_model_doc, cli_model_exchange, cli_model_run):
        module.mount(cli_model.app)
    cli_model.app.command("loops", epilog=cli_loops.EXAMPLES)(cli_loops.loops_command)
    app.add_typer(cli_model.app, name="model")


def _data() -> None:
    from . import cli_data

    app.command("data", epilog=cli_data.EXAMPLES)(cli_data.data_command)


def _calibrate() -> None:
    from . import cli_calibrate

    app.command("calibrate", epilog=cli_calibrate.EXAMPLES)(cli_calibrate.calibrate_command)


def _statement() -> None:
    from . import cli_statement

    app.command("statement", epilog=cli_statement.EXAMPLES)(cli_statement.statement_command)


def _score() -> None:
    from . import cli_score

    app.command("score", epilog=cli_score.EXAMPLES)(cli_score.score_command)


def _ledger() -> None:
    from . import cli_ledger

    app.add_typer(cli_ledger.app, name="ledger")


def _routine() -> None:
    from . import cli_routine

    app.command("routine", epilog=cli_routine.EXAMPLES)(cli_routine.routine_command)


def _identify() -> None:
    from . import cli_identify

    app.command("identify", epilog=cli_identify.EXAMPLES)(cli_identify.identify_command)


def _experiment() -> None:
    from .batches import cli_experiment

    cli_experiment.mount_running()
    app.add_typer(cli_experiment.app, name="experiment")


def _sensitivity() -> None:
    from .sensitivity import cli_sensitivity

    app.add_typer(cli_sensitivity.app, name="sensitivity")


def _optimise() -> None:
    from .decisions import cli_optimise

    app.command("optimise", epilog=cli_optimise.EXAMPLES)(cli_optimise.optimise_command)


def _sequence() -> None:
    from .decisions import cli_sequence

    app.command("sequence", epilog=cli_sequence.EXAMPLES)(cli_sequence.sequence_command)


def _value() -> None:
    from .decisions import cli_value

    app.command("value", epilog=cli_value.EXAMPLES)(cli_value.value_command)


def _robust() -> None:
    from .decisions import cli_robust

    app.command("robust", epilog=cli_robust.EXAMPLES)(cli_robust.robust_command)


def _target() -> None:
    from .decisions import cli_target

    app.command("target", epilog=cli_target.EXAMPLES)(cli_target.target_command)


def _discover() -> None:
    from .decisions import cli_discover

    app.command("discover", epilog=cli_discover.EXAMPLES)(cli_discover.discover_command)


def _page() -> None:
    from . import cli_page

    app.command("page", epilog=cli_page.PAGE_EXAMPLES)(cli_page.page_command)


def _serve() -> None:
    from . import cli_page

    app.command("serve", epilog=cli_page.SERVE_EXAMPLES)(cli_page.serve_command)


def _agents() -> None:
    from .agents import cli

    app.add_typer(cli.app, name="agents")


def _show() -> None:
    from .runs import cli_show

    app.command("show", epilog=cli_show.EXAMPLES)(cli_show.show_command)


def _report() -> None:
    from .report import cli_report

    app.command("report", epilog=cli_report.EXAMPLES)(cli_report.report_command)


def _evidence() -> None:
    from . import cli_evidence

    app.add_typer(cli_evidence.app, name="evidence")


def _bench() -> None:
    from . import cli_bench

    app.add_typer(cli_bench.app, name="bench")


COMMANDS = {
    "compare": _compare,
    "run": _run,
    "scenario": _scenario,
    "model": _model,
    "data": _data,
    "calibrate": _calibrate,
    "score": _score,
    "statement": _statement,
    "ledger": _ledger,
    "routine": _routine,
    "identify": _identify,
    "experiment": _experiment,
    "sensitivity": _sensitivity,
    "optimise": _optimise,
    "sequence": _sequence,
    "value": _value,
    "robust": _robust,
    "target": _target,
    "discover": _discover,
    "page": _page,
    "serve": _serve,
    "agents": _agents,
    "show": _show,
    "report": _report,
    "evidence": _evidence,
    "bench": _bench,
}
"""What mounts each command, in the order of the help."""


def mount(arguments: Sequence[str] = ()) -> None:
    """Mount the command that the arguments begin with, or all of them for the help.

    Importing the other commands would cost a short command a tenth of a second.
    """
    first = arguments[0] if arguments else ""
    for add in [COMMANDS[first]] if first in COMMANDS else COMMANDS.values():
        add()


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("tumbuh"))
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Run before every command."""


def run() -> int:
    """Run the command that the arguments name and return its exit code.

    An interruption passes through as ``KeyboardInterrupt``.
    """
    patient_output()
    mount(sys.argv[1:])
    try:
        code = app(standalone_mode=False)
    except TumbuhError as error:
        say(error, own_language())
        return error.exit_code
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except Exception as error:  # noqa: BLE001 - the last line of defence of the program
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _unexpected(error: Exception) -> int:
    """Report what is not an error of ours: a wrong option, the machine, or a defect."""
    show = getattr(error, "show", None)
    if callable(show):
        show()
        return int(getattr(error, "exit_code", 2))
    if os.environ.get("TUMBUH_DEBUG"):
        raise error
    if isinstance(error, OSError) and error.errno is not None:
        _complain(f"The machine refused: {error.strerror}. Free space, or check permissions.")
        return 3
    _complain(f"Unexpected {type(error).__name__}: {error}")
    _complain("Set TUMBUH_DEBUG=1 to see where, and please report it.")
    return UNEXPECTED


def _complain(text: str) -> None:
    print(text, file=sys.stderr)
