"""``tumbuh model doc``: one page with the pictures, loops, equations and sources of a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from .cli_model import File, Json, Trust, exit_codes, load


def doc_command(
    file: File = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")] = Path("model.html"),
    lang: Annotated[Literal["en", "id"], typer.Option(help="Language of the page.")] = "en",
    trust_model: Trust = False,
    as_json: Json = False,
) -> None:
    """Write one HTML page: sectors, equations, evidence, loops and pictures.

    The page loads nothing and runs nothing. Evidence is shown for the packaged model. An XMILE
    file needs no --trust-model: it is read without running any of it.
    """
    with exit_codes():
        from importlib.metadata import version

        from ..model.files import write_atomic
        from ..model.parameters import load_parameters
        from .model_page import model_page
        from .text import words

        program = load(file, trust_model)
        evidence = load_parameters() if file is None else None
        text = model_page(program, words(lang), evidence, version("tumbuh"))
        write_atomic(out, text)
    summary = {"file": str(out), "bytes": len(text.encode()), "model": program.label}
    typer.echo(json.dumps(summary) if as_json else f"{out}: page of {program.label}")


DOC_EXAMPLES = """For example:

`tumbuh model doc --out model.html`

`tumbuh model doc --lang id --out model_id.html`

`tumbuh model doc other.stmx --out other.html`"""


def mount(app: typer.Typer) -> None:
    """Add the command to ``tumbuh model``."""
    app.command("doc", epilog=DOC_EXAMPLES)(doc_command)
