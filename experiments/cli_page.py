"""``tumbuh page`` and ``tumbuh serve``: the planner's page as one file, or on this machine's address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..model.errors import InputError, Problem
from .cli_common import Lang, Quiet, exit_codes, progress_bar

if TYPE_CHECKING:
    from .batch import Progress

FEWEST, MOST = 100, 2000
Draws = Annotated[
    int, typer.Option(help="Draws that the page carries, 100 to 2000; 400 make about 2 MB.")
]
Quick = Annotated[
    bool,
    typer.Option(
        "--quick",
        help="In seconds: without the score of the hold-out and without what measuring is worth.",
    ),
]
PAGE_EXAMPLES = """**Examples**

`tumbuh page`

`tumbuh page --out paser.html --draws 800`

`tumbuh page --quick`
"""
SERVE_EXAMPLES = """**Examples**

`tumbuh serve`

`tumbuh serve --draws 2000 --port 8000`
"""


def page_command(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")] = Path("paser.html"),
    draws: Draws = 400,
    quick: Quick = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Write the planner's page: one HTML file that needs no network, server or installation.

    It holds the model itself and opens in Indonesian or English. Takes about a minute.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from ..model.files import write_atomic
        from .output import check_file

        _check(draws)
        check_file(out)
        text = _page(draws, quick, progress)
        write_atomic(out, text)
    typer.echo(f"-> {out} ({len(text.encode()) / 1e6:.1f} MB)")


def serve_command(
    port: Annotated[int, typer.Option(help="Port of this machine; 0 for any free one.")] = 8020,
    draws: Draws = 1000,
    quick: Quick = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Show the planner's page on this machine only, with as many draws as asked for.

    It listens on 127.0.0.1, answers nobody else, and writes nothing. End it with Ctrl-C.
    """
    with exit_codes(lang):
        from .page.serve import HOST, server

        _check(draws)
        _check_port(port)
        with progress_bar(quiet) as progress:
            text = _page(draws, quick, progress)
        try:
            running = server(text, port)
        except OSError as error:
            found, remedy = (error.strerror or str(error)).lower(), "Choose another --port"
            raise InputError([Problem("--port", "a free port", found, remedy)]) from error
    print(f"http://{HOST}:{running.server_port}/", flush=True)
    with running:
        running.serve_forever()


def _page(draws: int, quick: bool, progress: Progress) -> str:
    from .page.build import Sizes, page

    sizes = Sizes(draws, stated=0, valued=0) if quick else Sizes(draws)
    return page(sizes, progress)


def _check(draws: int) -> None:
    if not FEWEST <= draws <= MOST:
        expected = f"{FEWEST} to {MOST}"
        raise InputError([Problem("--draws", expected, str(draws), "Choose another number")])


def _check_port(port: int) -> None:
    if not 0 <= port <= 65535:
        raise InputError([Problem("--port", "0 to 65535", str(port), "Choose another number")])
