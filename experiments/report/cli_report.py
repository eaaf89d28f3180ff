"""``tumbuh report``: a stored comparison as a report to print."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..cli_common import Json, Lang, Quiet, exit_codes, print_json, progress_bar

if TYPE_CHECKING:
    from ..batch import Progress
    from .blocks import Report

EXAMPLES = """**Examples**

`tumbuh compare --out hasil`, then `tumbuh report hasil --out laporan --lang id`

`tumbuh report hasil --out annex --annex`

**Exit code** 2 if the folder is no comparison, a file in it is not what was written, or it was made
from a model, parameters or surveys that are different now.
"""
NAMES = {"id": "laporan", "en": "report"}
SUMS = "SHA256SUMS"


def report_command(
    folder: Annotated[Path, typer.Argument(help="A folder that `tumbuh compare --out` wrote.")],
    out: Annotated[Path, typer.Option(help="New folder for the HTML file and the PDF.")],
    annex: Annotated[
        bool, typer.Option("--annex", help="Add the technical annex for researchers.")
    ] = False,
    chains: Annotated[
        int, typer.Option(min=40, max=2000, help="Chains of the hold-out, as in `tumbuh score`.")
    ] = 1000,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write a report of 4 to 8 pages, HTML and PDF, from a stored comparison.

    Every number of the comparison is the stored one. The hold-out is scored anew, which takes as
    long as `tumbuh score`.
    """
    with exit_codes(lang):
        from ..output import check_folder, write_folder
        from .html import to_html
        from .pdf import to_pdf

        check_folder(out)
        with progress_bar(quiet or json) as progress:
            report = _make(folder, annex, chains, lang, progress)
        name = NAMES[lang]
        files: dict[str, bytes | str] = {
            f"{name}.html": to_html(report),
            f"{name}.pdf": to_pdf(report),
        }
        write_folder(out, files, None, _sums)
    if json:
        print_json({"from": str(folder), "language": lang, "annex": annex, "files": _told(out)})
    else:
        typer.echo(f"-> {out}", err=True)


def _make(folder: Path, with_annex: bool, chains: int, lang: str, progress: Progress) -> Report:
    from ..scoring import score_holdout
    from ..stack import cores
    from ..text import words
    from .annex import annex
    from .content import report_of
    from .material import Material
    from .pictures import pictures
    from .stored import read_stored

    stored = read_stored(folder)
    figure = stored.manifest["ensemble"]["observation"]
    scored = score_holdout(chains, observation=figure, threads=cores(), progress=progress)
    about = Material(stored, scored, words(lang))
    return report_of(about, pictures(about), annex(about) if with_annex else ())


def _sums(hashes: Mapping[str, str]) -> tuple[str, str]:
    """Return the checksums as ``sha256sum --check`` reads them."""
    return SUMS, "".join(f"{sha}  {name}\n" for name, sha in hashes.items())


def _told(out: Path) -> dict[str, dict[str, str | int]]:
    return {
        path.name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path in sorted(out.iterdir())
        for data in [path.read_bytes()]
    }
