"""``tumbuh bench``: how fast the engines are on this machine, beside EMA Workbench, and the page."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_common import Json, Quiet, exit_codes, print_json

if TYPE_CHECKING:
    from rich.console import Console

SELDOM = 5.0
"""Seconds between lines of progress where there is no terminal."""

app = typer.Typer(
    no_args_is_help=True,
    help="Measure how fast this machine computes.",
    rich_markup_mode="markdown",
    epilog="""**Examples**

- `tumbuh bench engine --quick`
- `tumbuh bench ema --runs 2`
- `tumbuh bench page --browser node --json`
""",
)

_OUTPUT = typer.Option("--output", "-o", help="Page to write, in Markdown.")


def engine_command(
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer rounds, and at most 100,000 runs.")
    ] = False,
    output: Annotated[Path | None, _OUTPUT] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare PySD, pysimlin, a C loop, numpy and llvm on two models, and say what bounds llvm.

    Leave the machine alone meanwhile. Without --output the page is printed.
    """
    from dataclasses import asdict

    from ..model.files import write_atomic
    from .bench import SHORT, WHOLE, benchmark
    from .bench_report import page
    from .output import check_file
    from .written import intend

    with exit_codes():
        if output:
            check_file(output)
        command = " ".join(["tumbuh", *sys.argv[1:]])
        with _progress(quiet) as say:
            found = benchmark(SHORT if quick else WHOLE, command, say)
        if output:
            write_atomic(intend(output), page(found))
    if as_json:
        print_json(asdict(found))
    elif not output:
        typer.echo(page(found))


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function that shows on standard error what is being done."""
    if quiet:
        yield lambda text: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda text: bar.update(task, description=text)


def _lines(console: Console) -> Callable[[str], None]:
    """Return a function that prints a line with the time, for a file; seldom, not to fill it."""
    start = time.perf_counter()
    last = -SELDOM

    def say(text: str) -> None:
        nonlocal last
        now = time.perf_counter() - start
        if now - last >= SELDOM:
            console.print(f"{now:5.0f} s  {text}")
            last = now

    return say


def ema_command(
    runs: Annotated[int, typer.Option(min=1, max=100, help="Runs of both.")] = 4,
    many: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Runs for the rate of the compiled engine.")
    ] = 16_384,
    output: Annotated[Path | None, _OUTPUT] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run one design with EMA Workbench over PySD and with the compiled engine.

    A run of EMA Workbench takes about ten seconds. Leave the machine alone meanwhile.
    """
    from dataclasses import asdict

    from ..model.files import write_atomic
    from .bench_ema import as_page, side_by_side
    from .output import check_file
    from .written import intend

    with exit_codes():
        if output:
            check_file(output)
        with _progress(quiet) as say:
            found = side_by_side(runs, many, say)
        page = as_page(found, " ".join(["tumbuh", *sys.argv[1:]]))
        if output:
            write_atomic(intend(output), page)
    if as_json:
        print_json(asdict(found) | {"ratio": found.ratio})
    elif not output:
        typer.echo(page)


def page_command(
    browser: Annotated[
        str, typer.Option(help="Command of Chromium, Chrome or Edge; or node, with one thread.")
    ] = "chromium",
    draws: Annotated[int, typer.Option(min=2, max=1000, help="Draws of each question.")] = 200,
    runs: Annotated[int, typer.Option(min=1, max=10_000, help="Questions.")] = 100,
    workers: Annotated[
        int | None, typer.Option(min=0, max=64, help="Threads; the page's own choice if absent.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A built page: measured as it is, drawing and all; needs Playwright."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Move a slider of the planner's page and wait for each answer, without drawing it.

    Leave the machine alone meanwhile.
    """
    from dataclasses import asdict

    from .page.bench import measure

    if file is not None:
        _page_file(file, browser, runs, as_json)
        return
    with exit_codes():
        found = measure(browser, draws, runs, workers)
    if as_json:
        print_json(asdict(found))
        return
    typer.echo(
        f"{found.runs} answers of {found.draws} draws in {found.runner}, {found.workers} threads: "
        f"median {found.median:.0f} ms, 95 % within {found.high95:.0f} ms, all within "
        f"{found.most:.0f} ms; ready after {found.start:.0f} ms, first answer {found.first:.0f} ms; "
        f"{found.bytes:,} bytes"
    )


def _page_file(file: Path, browser: str, runs: int, as_json: bool) -> None:
    from dataclasses import asdict

    from .outcomes import interval
    from .page.drawn import measure_page

    with exit_codes():
        found = measure_page(file, browser, runs)
    if as_json:
        print_json(asdict(found))
        return
    span = interval(found.times)
    typer.echo(
        f"{found.runs} moves of a slider, {found.draws} draws, figures drawn: median "
        f"{span.median:.0f} ms, 95 % within {span.high90:.0f} ms; first paint {found.paint:.0f} ms, "
        f"usable {found.usable:.0f} ms, engine {found.engine:.0f} ms; {found.bytes:,} bytes"
    )


ENGINE_EXAMPLES = """For example:

`tumbuh bench engine --quick`

`tumbuh bench engine --output docs/benchmarks.md`"""

app.command("engine", epilog=ENGINE_EXAMPLES)(engine_command)

EMA_EXAMPLES = """For example:

`tumbuh bench ema --runs 2`

`tumbuh bench ema --output docs/benchmark-ema.md`"""

app.command("ema", epilog=EMA_EXAMPLES)(ema_command)

PAGE_EXAMPLES = """For example:

`tumbuh bench page --draws 200 --runs 100`

`tumbuh bench page --browser node --json`

`tumbuh bench page --file paser.html`"""

app.command("page", epilog=PAGE_EXAMPLES)(page_command)
