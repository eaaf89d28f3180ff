"""The benchmark as a page: tables, and what bounds the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import fill

from .bench_results import Benchmark, EngineRow, GrowthRow, KernelRow, ModelSpeed, Spread

MEGABYTE, GIGABYTE = 1e6, 1e9
MINUTE = 60.0
MILLION = 1_000_000
_TITLES = {
    "packaged": "The packaged model, January 2018 to the end of 2035",
    "synthetic": "A synthetic model of 20 stocks",
}
_HEAD = """# Benchmarks of the engines

Written by `{command}` on {date} in {seconds:.0f} s{cut};
nothing on this page is typed.

A number is the median of the rounds, with the lowest and the highest in brackets. In a round every
engine is timed once, one after the other, and a ratio is of one round: what else the machine does
hits both.

Every engine has the same job: last values of the outputs for draws of the constants. Of the
packaged model PySD runs the first year only, scaled by the number of steps; its start is taken off.

- *CPU* counts seconds of processor, *wall* those of the clock.
- *Ready*: seconds from the program in memory to the first results, with nothing cached and with a
  cache. PySD, pysimlin and C begin with an import and a file, and have no cache.
- *Memory*: peak of a process that does nothing but one call.
- *Difference*: the largest relative one of any output from the numpy engine, over so many draws.
"""


def page(found: Benchmark) -> str:
    """Return the page in Markdown."""
    cut = ", cut short by `--quick`" if found.quick else ""
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
    yield _engines(speed.engines)
    for reason in speed.missing:
        yield f"Left out: {reason}.\n"
    yield _ratios(speed)
    if speed.kernel:
        yield from _kernel(speed.kernel)


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
    times = [part.count * part.each for part in row.parts]
    products, sums, quotients, _ = times
    step, share = row.step.median, row.share.median
    # The first call of a piece may wait for code and data, the second one has them.
    waiting = max(0.0, 2.0 - row.doubled.median)
    bound = "arithmetic" if waiting < WAITING else "in part fetching code and data"
    quotient = row.parts[2].each / row.parts[0].each
    rates = f"""The kernel reaches {_percent(share)} of the peak, {_half(share)} half. The peak counts two
    operations in every instruction and no quotient; here a product or sum that is not fused does
    one, a comparison none, and a quotient takes the time of {number(quotient)} products. At the
    rates of the table, each measured in a loop that does nothing else, products and quotients fill
    {_percent((products + quotients) / step)} of the step, sums {_percent(sums / step)}, and all of
    it, one kind after the other, {_percent(sum(times) / step)}. Kinds overlap where a processor has
    units of their own for them, so this is a scale and not a limit."""
    caches = f"""With every piece of code called twice in a row the step takes
    {number(row.doubled.median)} times as long. The second call finds code and data in the
    first-level caches, so waiting for them is at most about {_percent(waiting)} of the first
    one. The bound is {bound}."""
    return "\n\n".join(fill(" ".join(text.split()), 100) for text in (rates, caches)) + "\n"


def _half(share: float) -> str:
    return "at least" if share >= 0.5 else "less than"


WAITING = 0.1
"""Share of a step spent on fetching, from which it is named as a bound."""


# -- growth -------------------------------------------------------------------------------------

# Heading and cell of each column, and in which of the three tables it stands.
_COLUMNS: tuple[tuple[str, Callable[[GrowthRow], str], str], ...] = (
    ("runs", lambda row: f"{row.draws:,}", "runs steps variables"),
    ("steps", lambda row: f"{row.steps:,} ({row.factor}x)", "steps"),
    ("variables", lambda row: f"{row.variables:,} ({row.factor}x)", "variables"),
    ("s", lambda row: number(row.wall), "runs steps variables"),
    ("runs per s", lambda row: number(row.draws / row.wall), "runs steps variables"),
    (
        "ns per member-step",
        lambda row: number(1e9 * row.wall / row.draws / row.steps),
        "runs steps variables",
    ),
    ("memory, MB", lambda row: _megabytes(row.peak), "runs steps variables"),
    ("compiled in, s", lambda row: number(row.ready), "variables"),
)


def _growth(found: Benchmark) -> Iterable[str]:
    if not found.growth:
        return
    yield "\n## How the cost grows\n"
    yield (
        f"llvm with {found.threads} threads; every row in a process of its own, seconds of the clock."
        "\nConstants come in chunks; the outputs (of the synthetic model one of each sector) are"
        "\nreduced to their last values while running, so that memory does not grow with the runs.\n"
    )
    for what in ("runs", "steps", "variables"):
        columns = [(head, cell) for head, cell, tables in _COLUMNS if what in tables.split()]
        rows = [row for row in found.growth if row.what == what]
        if rows:
            yield table(
                ["model", *(head for head, _ in columns)],
                [[row.model, *(cell(row) for _, cell in columns)] for row in rows],
            )
    yield from _million(found.growth)


def _million(rows: Sequence[GrowthRow]) -> Iterable[str]:
    """Yield the verdict on a million runs of the packaged model."""
    wanted = ("packaged", "runs", MILLION)
    for row in rows:
        if (row.model, row.what, row.draws) == wanted:
            fast = "under" if row.wall < MINUTE else "**not under**"
            small = "under" if row.peak < GIGABYTE else "**not under**"
            yield (
                f"A million runs of 18 years with ten reduced outputs took {row.wall:.0f} s, {fast} a"
                f"\nminute, and {_megabytes(row.peak)} MB, {small} a gigabyte.\n"
            )
