"""The benchmark as a page: tables, and what bounds the kernel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .bench_engines import PYSD
from .bench_results import Benchmark, EngineRow, GrowthRow, KernelRow, ModelSpeed, Spread

MEGABYTE = 1e6
MINUTE = 60.0
MILLION = 1_000_000
_TITLES = {
    "packaged": "The packaged model, January 2018 to the end of 2035",
    "synthetic": "A synthetic model of 20 stocks",
}
_HEAD = """# Benchmarks of the engines

Written by `{command}` on {date}; it took {seconds:.0f} s.{cut} Nothing on this page is typed.
Medians of the rounds, with the lowest and highest in brackets. In a round every engine is timed
once, one after the other, and a ratio is of one round: what the machine does besides hits both.
"""
_HOW = """Every engine has the same job: last values of the outputs for draws of the constants. PySD runs
{short}, and its start is taken off. *CPU* counts seconds of processor, *wall* those of
the clock. *Ready* is what it takes from the model in memory (for PySD, pysimlin and C: from its file
or text) to the first results: without any cache, and again with one; C has no cache. *Memory* is the
peak of a process that does nothing but one call. *Difference* is the largest relative one of any
output from the numpy engine, over that many draws.
"""


def page(found: Benchmark) -> str:
    """Return the page in Markdown."""
    cut = " Measured with `--quick`: fewer and shorter." if found.quick else ""
    parts = [
        _HEAD.format(command=found.command, date=found.date, seconds=found.seconds, cut=cut),
        table(("machine", ""), [*found.machine.items(), *found.versions.items()]),
        *(text for speed in found.speeds for text in _model(speed)),
        *_growth(found),
    ]
    return "\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; all columns but the first hold numbers if there are several."""
    marks = ["---", *["---:" if len(head) > 2 else "---"] * (len(head) - 1)]
    lines = [head, marks, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def number(value: float) -> str:
    """Return three digits that count.

    Examples
    --------
    >>> number(1234.5), number(0.01234), number(0.0)
    ('1,230', '0.0123', '0')
    """
    if value == 0.0:
        return "0"
    if abs(value) < 1e-4:
        return f"{value:.1e}"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.3g}"


def spread(value: Spread) -> str:
    """Return median and range."""
    return f"{number(value.median)} ({number(value.low)} to {number(value.high)})"


def _megabytes(size: float) -> str:
    return number(size / MEGABYTE)


# -- one model ----------------------------------------------------------------------------------


def _model(speed: ModelSpeed) -> Iterable[str]:
    yield f"\n## {_TITLES[speed.model]}\n"
    yield (
        f"{speed.states} states, {speed.nodes:,} operations in the program, {speed.varied} constants "
        f"that differ between members, {speed.outputs} outputs, {speed.steps} steps of Euler, "
        f"{speed.rounds} rounds.\n"
    )
    yield _HOW.format(short=_short(speed))
    yield _engines(speed.engines)
    for reason in speed.missing:
        yield f"Left out: {reason}.\n"
    yield _ratios(speed)
    if speed.kernel:
        yield from _kernel(speed.kernel)


def _short(speed: ModelSpeed) -> str:
    if all(row.name != PYSD for row in speed.engines):
        return "not here"
    return "only the first year, scaled by its steps" if speed.model == "packaged" else "whole runs"


def _engines(rows: Sequence[EngineRow]) -> str:
    head = ("engine", "runs per CPU s", "runs per wall s", "member-steps per s")
    head += ("ready, s: cold", "cached", "memory, MB", "members of a call", "difference")
    return table(
        head,
        [
            (
                *(row.name, spread(row.by_cpu), spread(row.by_wall), f"{row.member_steps:.2e}"),
                *(number(row.cold), number(row.cached), _megabytes(row.memory)),
                *(f"{row.members:,}", f"{row.difference:.1e} ({row.compared})"),
            )
            for row in rows
        ],
    )


def _ratios(speed: ModelSpeed) -> str:
    rows = []
    for row in speed.ratios:
        # What is aimed at is said of the packaged model.
        target = row.target if speed.model == "packaged" else 0.0
        verdict = "yes" if row.ratio.median >= target else "**no**"
        cells = (f"{row.target:,g}", verdict) if target else ("", "")
        rows.append((f"{row.of} to {row.to}, {row.clock}", spread(row.ratio), *cells))
    return table(("times as fast", "ratio", "at least", "reached"), rows)


def _kernel(row: KernelRow) -> Iterable[str]:
    yield "### What bounds the kernel\n"
    yield table(
        ("", "value"),
        [
            ("floating-point operations of a member in a step", f"{row.flops:,}"),
            ("GFLOP/s of a loop of fused products and sums", spread(row.peak)),
            ("GFLOP/s of the kernel", spread(row.reached)),
            ("share of that peak", f"{spread(row.share)}"),
            (f"nanoseconds of a step of {row.lanes} members", spread(row.step)),
            (f"memory of {row.lanes} members, KB", number(row.memory / 1024)),
            ("time with every piece of code called twice in a row", spread(row.doubled)),
        ],
    )
    yield _parts(row)
    yield account(row)


def _parts(row: KernelRow) -> str:
    step = row.step.median
    rows = [
        (part.kind, f"{part.count:,}", number(part.each), number(part.count * part.each))
        + (_percent(part.count * part.each / step),)
        for part in row.parts
    ]
    head = (f"instructions of a step of {row.lanes} members", "count", "ns each, alone", "ns")
    return table((*head, "of the step"), rows)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def account(row: KernelRow) -> str:
    """Return in words what bounds a kernel, as far as the measurement tells."""
    by_kind = [part.count * part.each / row.step.median for part in row.parts]
    products, sums, quotients, _ = by_kind
    share = row.share.median
    verdict = "at least half" if share >= 0.5 else "less than half"
    if row.doubled.median > 1.9:
        caches = "takes twice as long, so neither the first-level cache of data nor that of code is the bound"
    else:
        caches = "takes less than twice as long, so fetching code or data costs the rest of the first call"
    return f"""The kernel reaches {_percent(share)} of the peak, {verdict}. A product or a sum that is not
fused does one operation where the peak counts two, and a quotient occupies its unit for
{number(row.parts[2].each / row.parts[0].each)} products. Products and quotients alone, each at the rate of a loop
that does nothing else, fill {_percent(products + quotients)} of the step; sums ({_percent(sums)}) may go
beside them where a processor has units of their own for them; all kinds of the table one after
another would fill {_percent(sum(by_kind))}. Calling every piece twice in a row, the second time with its
code and data at hand, {caches}. What is left is
arithmetic: fewer operations, or a wider or faster unit, would help; a better use of memory would
{"not" if row.doubled.median > 1.9 else "too"}.
"""


# -- growth -------------------------------------------------------------------------------------


def _growth(found: Benchmark) -> Iterable[str]:
    if not found.growth:
        return
    yield "\n## How the cost grows\n"
    yield (
        f"llvm with {found.threads} threads; every row in a process of its own. Constants come in "
        "chunks, ten outputs (one of each sector of the synthetic model) are reduced to their last "
        "values while running. Memory is the peak of the process.\n"
    )
    for what in ("runs", "steps", "variables"):
        rows = [row for row in found.growth if row.what == what]
        yield table(
            ("model", what, "runs", "steps", "variables", "s", "runs per s", "memory, MB")
            + (("compiled in, s",) if what == "variables" else ()),
            [_growth_cells(row) for row in rows],
        )
    yield from _million(found.growth)


def _growth_cells(row: GrowthRow) -> tuple[str, ...]:
    label = f"{row.draws:,}" if row.what == "runs" else f"{row.factor}x"
    cells = (row.model, label, f"{row.draws:,}", f"{row.steps:,}", f"{row.variables:,}")
    cells += (number(row.wall), number(row.draws / row.wall), _megabytes(row.peak))
    return cells + ((number(row.ready),) if row.what == "variables" else ())


def _million(rows: Sequence[GrowthRow]) -> Iterable[str]:
    """Yield the verdict on a million runs of the packaged model."""
    wanted = ("packaged", "runs", MILLION)
    for row in rows:
        if (row.model, row.what, row.draws) == wanted:
            fast = "under" if row.wall < MINUTE else "**not under**"
            small = "under" if row.peak < 1000 * MEGABYTE else "**not under**"
            yield (
                f"A million runs of 18 years took {row.wall:.0f} s, {fast} a minute, and "
                f"{_megabytes(row.peak)} MB, {small} a gigabyte.\n"
            )
