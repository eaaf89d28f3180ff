"""``tumbuh calibrate``: fit the levels anew, with every check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..model.errors import InputError, Problem
from .cli_common import Json, Lang, Quiet, console, exit_codes, print_json, progress_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..calibration.lever_alarm import Learnt
    from .calibrating import Calibration, Request
    from .text import Words

EXAMPLES = """**Examples**

`tumbuh calibrate`

`tumbuh calibrate --district berau --full`

`tumbuh calibrate --tier 0 --json`

`tumbuh calibrate --checkpoint fit --output calibration` goes on where it was cut off

`tumbuh calibrate --surveys mine.csv --district kutai_barat`

**Exit code** 1 if a gate fails; the lines say which and why.
"""


def calibrate_command(
    district: Annotated[
        str,
        typer.Option(help="Code of a district, or a district file; checks of one are about it."),
    ] = "paser",
    tier: Annotated[
        Literal["0", "1", "2", "all"],
        typer.Option(help="0 growth by age, 1 levels, 2 alarm for levers; 1 and 2 fit."),
    ] = "all",
    observation: Annotated[
        Literal["district", "official"], typer.Option(help="Figure of Paser for 2021.")
    ] = "district",
    surveys: Annotated[
        Path | None,
        typer.Option(help="CSV with surveys that replace or join the packaged ones; docs/data.md."),
    ] = None,
    draws: Annotated[int, typer.Option(min=40, max=2000, help="Draws, and chains.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the whole run.")] = 20260101,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Folder that keeps the chains; a cut-off fit goes on.")
    ] = None,
    self_check: Annotated[
        int,
        typer.Option(min=0, max=2000, help="Made-up provinces to fit; 1000 take a minute more."),
    ] = 0,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="New folder: netCDF, tables, figures, manifest."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print every gate.")] = False,
    lang: Lang = "en",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Fit ten districts to all their surveys and hold the fit against every check.

    Takes one to two minutes on two cores. Levers keep their priors whatever the surveys say; the
    last check tells what the surveys would say of them.
    """
    with exit_codes(lang), progress_bar(quiet) as progress:
        from .calibrating import TIERS, Request, calibrate
        from .calibration_files import as_json, write_calibration
        from .output import check_folder
        from .stack import cores
        from .survey_file import area_of, joined

        if output is not None:
            check_folder(output)
        request = Request(
            area_of(district),
            TIERS if tier == "all" else (tier,),
            observation,
            draws,
            seed,
            joined(surveys, observation) if surveys else None,
            checkpoint,
            self_check,
            cores(),
        )
        _check(request)
        found = calibrate(request, progress)
        if output is not None:
            write_calibration(output, found, lang)
    if json:
        print_json(as_json(found))
    else:
        from .text import words

        _show(found, words(lang), full)
    if found.failed:
        raise typer.Exit(1)


def _check(request: Request) -> None:
    from ..calibration.fit import RUNS

    if request.draws % RUNS:
        near = request.draws // RUNS * RUNS
        expected, found = f"a multiple of {RUNS}, the runs of chains", str(request.draws)
        raise InputError([Problem("--draws", expected, found, f"Choose {near} or {near + RUNS}")])


def _show(found: Calibration, words: Words, full: bool) -> None:
    from .calibration_files import gate_line
    from .cli_tables import items, section

    out = console()
    if found.shipped is not None:
        _levels(found, words)
    section(out, words.get("calibrate.gates"))
    for group, gates in found.gates.items():
        passed = sum(gate.passed for gate in gates)
        title = words.get(f"calibrate.group_{group.replace(' ', '_')}")
        out.print(f"{title}: {words.get('calibrate.passed', passed=passed, gates=len(gates))}")
        items(out, [gate_line(gate, words) for gate in gates if full or not gate.passed])
    section(out, words.get("calibrate.meaning"))
    items(out, _lines(found, words))


def _lines(found: Calibration, words: Words) -> list[str]:
    from ..calibration.shipped import DRAWS

    lines = []
    if found.shipped is not None:
        seen = {item.area for item in found.shipped.surveys}
        if found.request.area not in seen:
            lines.append(words.get("calibrate.unseen", area=_place(found.request.area, words)))
    if found.profiles:
        flat = [_quantity(p.name, words) for p in found.profiles if p.verdict == "flat"]
        named = ", ".join(dict.fromkeys(flat)) or "–"
        lines.append(words.get("calibrate.flat", names=named))
    if found.sensitivity is not None:
        pairs = found.sensitivity.conflicts().items()
        named = "; ".join(f"{_quantity(name, words)} ({', '.join(parts)})" for name, parts in pairs)
        lines.append(words.get("calibrate.conflicts", names=named or "–"))
    if found.levers:
        lines += lever_lines(found.levers, words)
    failed = len(found.failed)
    told = words.get("calibrate.failed", failed=failed) if failed else words.get("calibrate.sound")
    if failed and found.shipped is not None and found.request.draws < DRAWS:
        few, enough = (words.number(draws, 0) for draws in (found.request.draws, DRAWS))
        told += " " + words.get("calibrate.few", draws=few, enough=enough)
    return [*lines, told]


def _place(area: str, words: Words) -> str:
    """Return the name of a district; one that is only in a file of its own has no other."""
    from ..calibration.areas import load_areas
    from .data_tables import area_name

    known = load_areas()
    return area_name(known[area], words) if area in known else area


def _quantity(name: str, words: Words) -> str:
    from .messages import phrase

    own = words.name(name)
    return phrase(own) if words.language == "id" else own


def lever_lines(levers: Sequence[Learnt], words: Words) -> list[str]:
    """Say what the surveys would make of the levers, by name where the alarm rings."""
    from ..calibration.lever_alarm import check

    lines = [
        words.get(
            "calibrate.alarm_lever",
            name=words.name(one.name),
            contraction=words.number(one.contraction, 2),
            shift=words.number(one.shift, 2),
        )
        for one in levers
        if one.rings
    ]
    if not check(levers)[1].passed:
        lines.append(words.get("calibrate.alarm_short"))
    most = levers[0]
    values = {"name": words.name(most.name), "error": words.number(most.contraction_error, 3)}
    size = words.number(most.contraction, 3)
    return [*lines, words.get("calibrate.levers", contraction=size, **values)]


def _levels(found: Calibration, words: Words) -> None:
    from .calibration_files import level_rows
    from .cli_tables import section
    from .grid import grid

    out = console()
    section(out, words.get("calibrate.heading", districts=len(found.posterior.areas)))
    heads = [words.get(f"calibrate.column_{n}") for n in ("district", "surveys", "level", "band")]
    cells = []
    for row in level_rows(found):
        area = str(row["area"])
        name = words.get("calibrate.own") if area == found.request.area else ""
        seen = int(row["surveys"])
        none = words.get("calibrate.none") if seen == 0 else str(seen)
        low, high = float(row["low"]), float(row["high"])
        middle = f"{words.number(100.0 * float(row['median']))} %"
        cells.append(
            [f"{_place(area, words)}{name}", none, middle, words.span(100.0 * low, 100.0 * high)]
        )
    out.print(grid(heads, cells))
    means = words.get("calibrate.level_means", survey=found.posterior.surveys[-1])
    out.print(means, style="dim", markup=False)
