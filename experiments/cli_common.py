"""What all commands share: options, language, width, and how an error is told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..model.errors import TumbuhError

if TYPE_CHECKING:
    from rich.console import Console

    from ..scenarios.text import Language
    from .batch import Progress

LANGUAGE_VARIABLE = "TUMBUH_LANG"
WIDEST, NARROWEST = 100, 60

_LANG = typer.Option("--lang", envvar=LANGUAGE_VARIABLE, help="id (Indonesian) or en (English).")
_JSON = typer.Option("--json", help="Print JSON on standard output and nothing else.")
_QUIET = typer.Option("--quiet", "-q", help="No progress bar.")
Lang = Annotated[Literal["id", "en"], _LANG]
Json = Annotated[bool, _JSON]
Quiet = Annotated[bool, _QUIET]


def own_language() -> Language:
    """Return the language that the environment asks for, English without it."""
    return "id" if os.environ.get(LANGUAGE_VARIABLE) == "id" else "en"


def say(error: TumbuhError, language: Language) -> None:
    """Print an error made on purpose to standard error."""
    from .messages import in_language

    typer.echo(in_language(error, language), err=True)


@contextmanager
def exit_codes(language: Language | None = None) -> Iterator[None]:
    """Print an error made on purpose in the reader's language and leave with its code."""
    try:
        yield
    except TumbuhError as error:
        say(error, language or own_language())
        raise typer.Exit(error.exit_code) from error


def width() -> int:
    """Return the columns to fill: those of the terminal or of COLUMNS, at most 100."""
    return max(NARROWEST, min(WIDEST, _columns()))


def _columns() -> int:
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDEST
    except (OSError, ValueError):  # not a terminal
        return WIDEST


def console() -> Console:
    """Return a console of that width."""
    from rich.console import Console

    return Console(width=width(), highlight=False)


def print_json(data: object) -> None:
    """Print JSON in the order given."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """Yield a function that moves a bar on standard error."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("tumbuh", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Patient(TextIOWrapper):
    """Standard output that goes on in silence when its reader has left, as with ``| head``."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            return self._go_on(text)

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            self._go_on("")

    def _go_on(self, text: str) -> int:
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        return len(text)


def patient_output() -> None:
    """Let the command finish, and write its files, although nobody reads its output."""
    plain = sys.stdout
    if isinstance(plain, TextIOWrapper):
        encoding, buffered = plain.encoding, plain.line_buffering
        sys.stdout = _Patient(plain.detach(), encoding, plain.errors, None, buffered)
