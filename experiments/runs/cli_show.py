"""``tumbuh show``: a result folder, printed again as the command that made it printed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..cli_common import Json, Lang, console, exit_codes, print_json
from ..text import words

if TYPE_CHECKING:
    from rich.console import Console

    from ..text import Words
    from .folder import Opened

EXAMPLES = """**Examples**

`tumbuh show results/value`

`tumbuh show results/value --lang id`

**Exit code** 1 if a file is missing or is not what was written.
"""

Show = Callable[["Console", Mapping[str, Any], "Words"], None]

VIEWS: dict[str, str] = {
    "sensitivity": "sensitivity.view",
    "optimise": "decisions.optimise_view",
    "sequence": "decisions.sequence_view",
    "value": "decisions.value_view",
    "robust": "decisions.robust_view",
    "target": "decisions.target_view",
    "discover": "decisions.discover_view",
    "experiment": "batches.summary_view",
    "agents-run": "agents.run_view",
    "agents-equity": "agents.equity_view",
    "agents-shocks": "agents.shocks_view",
}
"""Module inside ``experiments`` whose function ``show`` prints a kind of answer."""


def view_of(kind: str) -> Show | None:
    """Return what prints answers of a kind, or nothing for a kind that is not known."""
    name = VIEWS.get(kind)
    return None if name is None else import_module(f"..{name}", __package__).show


def show_command(
    folder: Annotated[Path, typer.Argument(help="A folder that a command wrote with --out.")],
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Print a stored result again, after holding every file to its checksum."""
    with exit_codes(lang):
        from .folder import ANSWER, open_result

        opened = open_result(folder)
        view = view_of(opened.kind)
    if json:
        print_json({"manifest": opened.manifest, "answer": opened.answer, "ok": not opened.damaged})
    else:
        said = words(lang)
        out = console()
        if view is None:
            out.print(said.get("show.no_view", kind=opened.kind))
        elif ANSWER not in opened.damaged:
            view(out, opened.answer, said)
        _made(out, opened, folder, said)
    if opened.damaged:
        raise typer.Exit(1)


def _made(out: Console, opened: Opened, folder: Path, said: Words) -> None:
    """Print how the result was made, and what is not as it was."""
    from ..cli_tables import section

    about = opened.manifest
    section(out, said.get("show.heading"))
    command = " ".join(["tumbuh", *about["command"][1:]])
    out.print(said.get("show.made", date=about["date"], version=about["tumbuh"], command=command))
    names = ", ".join(sorted(about["files"]))
    out.print(said.get("show.files", folder=folder, names=names))
    if opened.changed:
        out.print(said.get("show.changed", names=", ".join(opened.changed)), style="yellow")
    for name in opened.damaged:
        out.print(said.get("show.damaged", name=name), style="red")
