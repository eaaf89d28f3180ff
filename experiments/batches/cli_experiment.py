"""``tumbuh experiment``: designs of batch experiments, and what runs them."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ...model.errors import InputError, Problem
from ..cli_common import Json, Lang, console, exit_codes, print_json

app = typer.Typer(
    help="Design batch experiments, and run them: one row a run.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh experiment ls`
- `tumbuh experiment new my_design`
- `tumbuh experiment check my_design.yaml`
- `tumbuh experiment run my_design.yaml --out runs`
- `tumbuh experiment show runs`
""",
)
RUNNING = "cli_experiment_run"
"""Module beside this one with the commands that run a design."""


@app.command("check")
def check(
    design: Annotated[str, typer.Argument(help="YAML file, or id of a packaged design.")],
    trial: Annotated[
        bool, typer.Option("--trial", help="Run a small part to measure the speed here.")
    ] = False,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Report every mistake of a design at once; print what would run, how long and how large.

    Exit code 0 when it is right, 2 otherwise.

    Examples: `tumbuh experiment check strategies`,
    `tumbuh experiment check my_design.yaml --trial --lang id`
    """
    with exit_codes(lang):
        from .design_read import read_design
        from .estimate import estimate
        from .experiment_view import answer_of, show
        from .job import make_job

        found = read_design(design)
        job = make_job(found.design)
        answer = answer_of(job, estimate(job, trial), found.notes)
    if json:
        print_json(answer)
        return
    from ..text import words

    show(console(), answer, words(lang))


@app.command("new")
def new(
    name: Annotated[
        str, typer.Argument(help="Id of the design (a-z, 0-9 and _), or a path to ID.yaml.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Write a commented design to start from.

    Examples: `tumbuh experiment new my_design`,
    `tumbuh experiment new plans/my_design.yaml --lang id`
    """
    with exit_codes(lang):
        from ...model.files import write_atomic
        from ..output import check_file
        from ..written import intend
        from .template import template

        path = _new_path(name)
        if path.exists() and not force:
            remedy = "Choose another id, or add --force to replace it"
            raise InputError([Problem(str(path), "no file there yet", "one", remedy)])
        check_file(path)
        write_atomic(intend(path), template(path.stem, lang))
    if json:
        print_json({"path": str(path)})
    else:
        from ..text import words

        typer.echo(words(lang).get("experiment.written", path=path))


@app.command("ls")
def ls(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder that is searched for stores of runs.")
    ] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """List the packaged designs, and the stores of runs in a folder.

    Examples: `tumbuh experiment ls`, `tumbuh experiment ls results --lang id`
    """
    with exit_codes(lang):
        from .experiment_list import designs, stores
        from .experiment_view import show_list

        answer = {"designs": designs(), "stores": [] if folder is None else stores(folder)}
    if json:
        print_json(answer)
        return
    from ..text import words

    show_list(console(), answer, words(lang), folder)


def _new_path(name: str) -> Path:
    """Return where a new design goes: an id here, or a path whose stem is the id."""
    given = Path(name)
    is_path = given.suffix in {".yaml", ".yml"}
    ident = given.stem if is_path else name
    if re.fullmatch(r"[a-z][a-z0-9_]{0,59}", ident) is None:
        expected = "an id of a-z, 0-9 and _ that starts with a letter"
        remedy = "Choose another id, such as my_design"
        raise InputError([Problem("name", expected, repr(ident), remedy)])
    return given if is_path else Path(f"{name}.yaml")


def mount_running() -> None:
    """Add the commands that run a design, where they are installed."""
    if find_spec(f".{RUNNING}", __package__) is not None:
        import_module(f".{RUNNING}", __package__).mount(app)
