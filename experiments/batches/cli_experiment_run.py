"""``tumbuh experiment run`` and what looks after its stores: status, resume, verify, export, show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar

Folder = Annotated[Path, typer.Argument(help="Store that tumbuh experiment run wrote.")]
Workers = Annotated[
    int, typer.Option(min=0, max=1024, help="Chunks at a time; 0: one on each processor.")
]
ShardText = Annotated[
    str | None, typer.Option("--shard", help="Only part i of n of the chunks: i/n.")
]
Address = Annotated[
    str | None, typer.Option("--cluster", help="Scheduler of a dask cluster: tcp://HOST:8786.")
]


def run_command(
    design: Annotated[str, typer.Argument(help="YAML file, or id of a packaged design.")],
    out: Annotated[Path, typer.Option("--out", "--output", help="Folder of the store.")],
    workers: Workers = 0,
    shard: ShardText = None,
    cluster: Address = None,
    yes: Annotated[bool, typer.Option("--yes", help="Run also what is very large.")] = False,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Run a design and store one row for each run. The same command again goes on where it was.

    Exit code 3 when the disk is full; what was stored stays.

    Examples: `tumbuh experiment run strategies --out results/strategies`,
    `tumbuh experiment run my_design.yaml --out runs --shard 1/4`,
    `tumbuh experiment run my_design.yaml --out runs --cluster tcp://10.0.0.1:8786`
    """
    with exit_codes(lang):
        from .estimate import confirm, estimate
        from .job import load_job
        from .running import run_and_tell
        from .shard import read_shard

        part = read_shard(shard)
        job = load_job(design)
        confirm(estimate(job), yes)
        done = run_and_tell(job, out, part, workers, cluster, lang, quiet or json)
    _tell_done(done, lang, json)


def resume_command(
    folder: Folder,
    workers: Workers = 0,
    shard: ShardText = None,
    cluster: Address = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Go on with a store that was stopped; the design is read from the store itself.

    Examples: `tumbuh experiment resume results/strategies`,
    `tumbuh experiment resume runs --shard 2/4 --lang id`
    """
    with exit_codes(lang):
        from .job import job_from_text
        from .running import run_and_tell
        from .shard import read_shard
        from .store import open_store

        part = read_shard(shard)
        job = job_from_text(open_store(folder).design)
        done = run_and_tell(job, folder, part, workers, cluster, lang, quiet or json)
    _tell_done(done, lang, json)


def _tell_done(done: dict[str, object], lang: Lang, json: bool) -> None:
    if json:
        print_json(done)
        return
    from ..text import words
    from .status_view import show_done

    show_done(console(), done, words(lang))


def status_command(folder: Folder, lang: Lang = "en", json: Json = False) -> None:
    """Print how much of a store is there, who works on it, and how it was made.

    Examples: `tumbuh experiment status results/strategies`,
    `tumbuh experiment status runs --json`
    """
    with exit_codes(lang):
        from .status import status

        answer = status(folder)
    if json:
        print_json(answer)
        return
    from ..text import words
    from .status_view import show_status

    show_status(console(), answer, words(lang))


def verify_command(
    folder: Folder,
    repair: Annotated[
        bool, typer.Option("--repair", help="Compute again what is damaged or missing.")
    ] = False,
    workers: Workers = 0,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Hold every chunk of a store to its checksum. Exit code 1 if one is damaged.

    Chunks that are still missing are no damage.

    Examples: `tumbuh experiment verify results/strategies`,
    `tumbuh experiment verify results/strategies --repair --lang id`
    """
    with exit_codes(lang), progress_bar(quiet or json) as progress:
        from ..stack import cores
        from .status import check_answer
        from .verify import repair as mend
        from .verify import verify

        if repair:
            from .job import job_from_text
            from .store import open_store

            job = job_from_text(open_store(folder).design)
            found = mend(job, folder, workers or cores(), progress)
        else:
            found = verify(folder, progress)
    if json:
        print_json(check_answer(found))
    else:
        from ..text import words
        from .status_view import show_check

        show_check(console(), found, folder, words(lang))
    if not found.sound:
        raise typer.Exit(1)


def export_command(
    folder: Folder,
    csv: Annotated[Path | None, typer.Option("--csv", help="CSV file to write.")] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", help="Parquet file to write.")
    ] = None,
    netcdf: Annotated[Path | None, typer.Option("--netcdf", help="netCDF file to write.")] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write all stored runs into one file; beside a CSV file stands a table of its columns.

    Examples: `tumbuh experiment export results/strategies --csv runs.csv`,
    `tumbuh experiment export results/strategies --netcdf runs.nc --lang id`
    """
    with exit_codes(lang), progress_bar(quiet or json) as progress:
        from .export import export, wanted
        from .store import open_store

        files = wanted({"csv": csv, "parquet": parquet, "netcdf": netcdf})
        store = open_store(folder)
        for form, path in files.items():
            export(store, form, path, progress)
    told = {form: str(path) for form, path in files.items()}
    if json:
        print_json(told)
        return
    from ..text import words

    for path in told.values():
        typer.echo(words(lang).get("batch.exported", path=path))


def show_store_command(
    folder: Folder,
    outcome: Annotated[
        list[str] | None, typer.Option("--outcome", help="Outcome to print; may be repeated.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="Write summary, table and figures here."),
    ] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Print what the stored runs say, by scenario and structure.

    Examples: `tumbuh experiment show results/strategies`,
    `tumbuh experiment show results/structure --outcome prevalence --out summary --lang id`
    """
    with exit_codes(lang):
        from .store import open_store
        from .summary import check_outcomes, summarise

        if output is not None:
            from ..output import check_folder

            check_folder(output)
        store = open_store(folder)
        check_outcomes(store, outcome or [])
        answer = summarise(store) | {"shown": outcome or []}
        if output is not None:
            from .status import write_summary

            write_summary(output, answer, folder)
    if json:
        print_json(answer)
        return
    from ..text import words
    from .summary_view import show

    show(console(), answer, words(lang))


def mount(app: typer.Typer) -> None:
    """Add the commands that run designs and look after stores."""
    app.command("run")(run_command)
    app.command("resume")(resume_command)
    app.command("status")(status_command)
    app.command("verify")(verify_command)
    app.command("export")(export_command)
    app.command("show")(show_store_command)
