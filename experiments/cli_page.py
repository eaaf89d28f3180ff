"""``tumbuh page`` and ``tumbuh serve``: the planner's page as one file, or on this machine's address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..model.errors import InputError, Problem
from .cli_common import Lang, Quiet, exit_codes, progress_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..calibration.observations import Observation
    from ..scenarios.text import Language
    from .basis import Basis
    from .batch import Progress

FEWEST, MOST = 100, 2000
DISTRICT = "paser"
USUAL_OF_PAGE, USUAL_OF_SERVE = 400, 1000
_DRAWS = "Draws that the page carries, 100 to 2000; 400 make about 2 MB."
PageDraws = Annotated[int | None, typer.Option(help=_DRAWS, show_default=str(USUAL_OF_PAGE))]
ServeDraws = Annotated[int | None, typer.Option(help=_DRAWS, show_default=str(USUAL_OF_SERVE))]
Surveys = Annotated[
    Path | None,
    typer.Option(
        help="CSV with surveys of your own that replace or join the packaged ones (docs/data.md); "
        "they are fitted anew, one to two minutes."
    ),
]
Stored = Annotated[
    Path | None,
    typer.Option(
        "--posterior",
        help="Folder that `tumbuh calibrate --output` wrote: the page rests on that fit.",
    ),
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

`tumbuh page --surveys mine.csv --out mine.html`
"""
SERVE_EXAMPLES = """**Examples**

`tumbuh serve`

`tumbuh serve --draws 2000 --port 8000`

`tumbuh serve --surveys mine.csv`

`tumbuh calibrate --surveys mine.csv --output fit`, then `tumbuh serve --posterior fit`
"""


@dataclass(frozen=True)
class Asked:
    """What both commands are asked.

    Attributes
    ----------
    draws, usual
        Draws that the page carries, and as many as it does when nobody says.
    quick
        Whether what takes most of the time is left out.
    surveys, posterior
        Surveys or a stored fit of the reader's own.
    """

    draws: int | None
    usual: int
    quick: bool
    surveys: Path | None
    posterior: Path | None


def page_command(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")] = Path("paser.html"),
    draws: PageDraws = None,
    surveys: Surveys = None,
    posterior: Stored = None,
    quick: Quick = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Write the planner's page: one HTML file that needs no network, server or installation.

    It holds the model itself and opens in Indonesian or English. Takes about a minute, and as much
    again or twice for surveys of your own; the page then says on what it rests.
    """
    asked = Asked(draws, USUAL_OF_PAGE, quick, surveys, posterior)
    with exit_codes(lang), progress_bar(quiet) as progress:
        from ..model.files import write_atomic
        from .output import check_file

        _check(asked)
        check_file(out)
        text = _page(asked, progress, lang)
        write_atomic(out, text)
    typer.echo(f"-> {out} ({len(text.encode()) / 1e6:.1f} MB)")


def serve_command(
    port: Annotated[int, typer.Option(help="Port of this machine; 0 for any free one.")] = 8020,
    draws: ServeDraws = None,
    surveys: Surveys = None,
    posterior: Stored = None,
    quick: Quick = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Show the planner's page on this machine only, with as many draws as asked for.

    It takes surveys or a fit of your own; the page then says on what it rests. It listens on
    127.0.0.1, answers nobody else, and writes nothing. End it with Ctrl-C.
    """
    asked = Asked(draws, USUAL_OF_SERVE, quick, surveys, posterior)
    with exit_codes(lang):
        from .page.serve import HOST, check_free, server

        _check(asked, port)
        with _port_told():
            check_free(port)
        with progress_bar(quiet) as progress:
            text = _page(asked, progress, lang)
        with _port_told():
            running = server(text, port)
    print(f"http://{HOST}:{running.server_port}/", flush=True)
    with running:
        running.serve_forever()


@contextmanager
def _port_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        found, remedy = (error.strerror or str(error)).lower(), "Choose another --port"
        raise InputError([Problem("--port", "a free port", found, remedy)]) from error


def _page(asked: Asked, progress: Progress, lang: Language) -> str:
    from .page.build import Sizes, page

    basis = _basis(asked, lambda done, total: progress(done, 2 * total), lang)
    draws = asked.draws or asked.usual
    sizes = Sizes(draws, stated=0, valued=0) if asked.quick else Sizes(draws)
    if basis is None:
        return page(sizes, progress)
    if asked.draws and asked.draws > basis.posterior.size:
        expected, remedy = f"at most {basis.posterior.size}", "Ask for fewer draws"
        raise InputError([Problem("--draws", expected, str(asked.draws), remedy)])
    if asked.surveys is None:
        return page(sizes, progress, basis)
    return page(sizes, lambda done, total: progress(total + done, 2 * total), basis)


def _basis(asked: Asked, progress: Progress, lang: Language) -> Basis | None:
    """Return the fit of the reader's own, if one was asked for."""
    if asked.posterior is not None:
        from .own_fit import open_fit

        return open_fit(asked.posterior, DISTRICT)
    if asked.surveys is None:
        return None
    from .own_fit import fit_own
    from .stack import cores
    from .survey_file import joined

    own = joined(asked.surveys, "district")
    _tell_other_districts(own, asked.surveys.name, lang)
    return fit_own(own, asked.surveys.name, DISTRICT, progress, threads=cores())


def _tell_other_districts(own: Sequence[Observation], file: str, lang: Language) -> None:
    """Say before the fit that surveys of other districts do not make a page of theirs."""
    from ..calibration.areas import load_areas
    from ..calibration.shipped import shipped_surveys
    from .basis import differences
    from .data_tables import area_name
    from .text import words

    changed = {one.survey.area for one in differences(own, shipped_surveys())}
    if not changed or DISTRICT in changed:
        return
    told, district = words(lang), area_name(load_areas()[DISTRICT], words(lang))
    command = "tumbuh compare --district"
    line = told.get("page.other_districts", name=file, district=district, command=command)
    typer.echo(line, err=True)


def _check(asked: Asked, port: int = 0) -> None:
    """Refuse options, all that are wrong at once."""
    problems: list[Problem] = []
    if asked.draws is not None and not FEWEST <= asked.draws <= MOST:
        expected, remedy = f"{FEWEST} to {MOST}", "Choose another number"
        problems.append(Problem("--draws", expected, str(asked.draws), remedy))
    if not 0 <= port <= 65535:
        problems.append(Problem("--port", "0 to 65535", str(port), "Choose another number"))
    if asked.surveys is not None and asked.posterior is not None:
        expected, found = "surveys or a stored fit", "both"
        remedy = "Leave out --surveys or --posterior"
        problems.append(Problem("--posterior", expected, found, remedy))
    if problems:
        raise InputError(problems)
