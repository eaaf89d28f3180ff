"""What a run of any model prints: tables, sentences and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from .model_run import Result, Spread
from .run_failures import sentences
from .run_schedule import FEW_TIMES, few

if TYPE_CHECKING:
    from rich.table import Table

MOST_COLUMNS = 8


def tables(result: Result, width: int) -> Iterator[Table]:
    """Yield the tables of a result, with as many times as the width of the screen holds."""
    from rich.console import Console
    from rich.measure import Measurement

    screen = Console(width=10_000)
    if result.request.outputs:
        most = MOST_COLUMNS if result.request.draws == 1 else FEW_TIMES
        made = [table(result, count) for count in range(most, 1, -1)]
        fitting = (
            shown
            for shown in made
            if Measurement.get(screen, screen.options, shown).maximum <= width
        )
        yield next(fitting, made[-1])
    if result.request.reductions:
        yield reduced_table(result)


def table(result: Result, count: int) -> Table:
    """Return a compact table: a row for each output, a column for each of some times."""
    from rich.table import Table
    from rich.text import Text

    request = result.request
    times = few(request.times, count)
    places = np.searchsorted(request.times, times)
    shown = Table(box=None, pad_edge=False)
    for word in ("output", "unit"):
        shown.add_column(word, no_wrap=True)
    for time in times:
        label = f"{time:g} {request.time_unit}" if time == times[0] else f"{time:g}"
        shown.add_column(Text(plain(label)), justify="right", no_wrap=True)
    for name in request.outputs:
        spreads = [result.spread(result.path(name, at)) for at in places]
        cells = (plain(name), plain(request.unit(name)), *(_cell(item, result) for item in spreads))
        shown.add_row(*(Text(cell) for cell in cells))
    return shown


def reduced_table(result: Result) -> Table:
    """Return a table with a row for each reduction."""
    from rich.table import Table
    from rich.text import Text

    request = result.request
    crossings = any(item.kind.startswith("first") for item in request.reductions)
    head = ("value",) if request.draws == 1 else ("median", "5 %", "95 %")
    head += ("crossed in",) if crossings and request.draws > 1 else ()
    shown = Table(box=None, pad_edge=False)
    for word in ("reduction", "unit"):
        shown.add_column(word, no_wrap=True)
    for word in head:
        shown.add_column(word, justify="right", no_wrap=True)
    for item in request.reductions:
        spread = result.spread(result.reduced(item))
        numbers = [number(spread.median)]
        if request.draws > 1:
            numbers += [number(spread.low), number(spread.high)]
            numbers += [f"{100.0 * spread.share:.4g} %"] if item.kind.startswith("first") else []
        elif item.kind.startswith("first") and not result.failures and not spread.share:
            numbers = ["never"]
        cells = (plain(item.name), plain(request.reduced_unit(item)), *numbers)
        shown.add_row(*(Text(cell) for cell in cells))
    return shown


def _cell(spread: Spread, result: Result) -> str:
    if result.request.draws == 1:
        return number(spread.median)
    return f"{number(spread.median, 4)}\n{number(spread.low, 3)}..{number(spread.high, 3)}"


def number(value: float, digits: int = 5) -> str:
    """Return a number with some digits; a value that is not there is a dash.

    Examples
    --------
    >>> number(5523.4, 3), number(0.012345, 3), number(1.5e9, 3), number(float("nan"))
    ('5523', '0.0123', '1.5e+09', '-')
    """
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if 10**digits <= abs(value) < 1e7 else f"{value:.{digits}g}"


def plain(text: str) -> str:
    """Return text without characters that steer a terminal: names come from a stranger's file."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def summary_lines(result: Result) -> list[str]:
    """Return what was run, and what failed, in words."""
    request, spec = result.request, result.request.spec
    unit = f" {request.time_unit}" if request.time_unit else ""
    what = "1 run at the file's values" if spec is None else f"{request.draws:,} draws"
    if spec is None and request.constants:
        what = "1 run at the values given"
    if spec is not None:
        how = (
            f"{spec.sampler.replace('_', ' ')}, seed {spec.seed}" if spec.drawn else "points given"
        )
        what += f" ({how})"
    steps = f"{request.method}, step {request.time_step:g}{unit}, to {request.until:g}{unit}"
    lines = [f"{request.program.label}: {what}; {steps}"]
    if request.draws > 1:
        lines.append("median and 90 % interval over the draws that did not fail")
    if result.failures:
        lines.append(f"failed draws: {result.failures:,} of {request.draws:,}")
        lines += [f"  {line}" for line in sentences(result.causes, result.origin, request)]
    return [plain(line) for line in lines]


def data(result: Result) -> dict[str, object]:
    """Return the result for JSON: every kept time, numbers that are not there as nothing."""
    request, spec = result.request, result.request.spec
    origin = result.origin
    return {
        "model": request.program.label,
        "sha256": request.program.digest,
        "method": request.method,
        "time_step": request.time_step,
        "until": request.until,
        "time_unit": request.time_unit,
        "times": request.times.tolist(),
        "set": dict(request.constants),
        "draws": request.draws,
        "sampler": spec.sampler if spec and spec.drawn else None,
        "seed": spec.seed if spec and spec.drawn else None,
        "failed": result.failures,
        "causes": [
            {
                "reason": "short delay" if cause.guard else "not finite",
                "variable": cause.variable,
                "line": cause.guard.line if cause.guard else None,
                "time": cause.time,
                "draws": cause.draws,
                "first_draw": cause.first,
            }
            for cause in result.causes
        ],
        "origin": None
        if origin is None
        else {
            "draw": origin.draw,
            "variable": origin.variable,
            "line": origin.line,
            "time": origin.time,
        },
        "notes": list(request.notes),
        "outputs": {name: _output(result, name) for name in request.outputs},
        "reductions": {
            item.name: _reduction(result, place) for place, item in enumerate(request.reductions)
        },
    }


def _output(result: Result, name: str) -> dict[str, object]:
    unit = result.request.unit(name)
    spreads = [result.spread(result.path(name, at)) for at in range(len(result.request.times))]
    if result.request.draws == 1:
        return {"unit": unit, "values": [_finite(item.median) for item in spreads]}
    parts = ("median", "low", "high")
    labels = ("median", "low90", "high90")
    found: dict[str, object] = {"unit": unit}
    for label, part in zip(labels, parts, strict=True):
        found[label] = [_finite(getattr(item, part)) for item in spreads]
    return found


def _reduction(result: Result, place: int) -> dict[str, object]:
    item = result.request.reductions[place]
    unit, values = result.request.reduced_unit(item), result.reduced(item)
    if result.request.draws == 1:
        return {"unit": unit, "value": _finite(float(values[0]))}
    spread = result.spread(values)
    found: dict[str, object] = {"unit": unit, "median": _finite(spread.median)}
    found |= {"low90": _finite(spread.low), "high90": _finite(spread.high)}
    return found | ({"share": spread.share} if item.kind.startswith("first") else {})


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
