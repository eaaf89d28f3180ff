"""How ``tumbuh scenario`` shows scenarios: as text in either language, or as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ..scenarios.compile import Plan
    from ..scenarios.text import Language

_WORDS: dict[str, tuple[str, str]] = {
    "id": ("Id", "Id"),
    "title": ("Strategi", "Strategy"),
    "cost": ("Biaya tetap per tahun", "Steady cost a year"),
    "set": ("Dana sama", "Equal budget"),
    "intent": ("Maksud", "Intent"),
    "note": ("Catatan", "Note"),
    "extends": ("Berdasarkan", "Builds on"),
    "evidence": ("Bukti", "Evidence"),
    "lever": ("Tindakan", "Lever"),
    "level": ("Dosis", "Level"),
    "start": ("Mulai", "Start"),
    "ramp": ("Bulan sampai penuh", "Months to full"),
    "end": ("Berakhir", "End"),
    "goes on": ("berlanjut", "goes on"),
    "settings": ("Pengaturan", "Settings"),
    "ceiling": ("Batas belanja per tahun", "Ceiling a year"),
    "by year": ("Belanja tambahan yang direncanakan", "Planned extra spending"),
    "cut": (
        "Lebih mahal daripada batas belanja; semua dosis dikurangi, paling jauh menjadi",
        "Dearer than the ceiling; every dose is cut, at most to",
    ),
    "of doses": ("dari yang tertulis", "of what is written"),
    "as written": (
        "Biaya tetap per tahun tanpa batas itu",
        "Steady cost a year without the ceiling",
    ),
    "limited": ("Tidak dapat dinaikkan lagi", "At its upper bound"),
    "unspent": ("Dana yang tidak dapat dibelanjakan", "Money that cannot be spent"),
    "good": ("berkas benar", "the file is right"),
    "written": ("ditulis", "written"),
    "table": ("Tabel strategi", "Strategy table"),
}


def word(key: str, language: Language) -> str:
    """Return a label in one language."""
    return _WORDS[key][0 if language == "id" else 1]


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False)


def print_list(plans: Sequence[Plan], lang: Language) -> None:
    """Print the library: id, title, cost, and the sum of an equal-budget set."""
    from rich.table import Table

    from ..scenarios.text import rupiah

    table = Table(box=None, pad_edge=False)
    for key in ("id", "title", "cost", "set"):
        right = key in ("id", "cost", "set")
        table.add_column(
            word(key, lang), justify="right" if key == "cost" else "left", no_wrap=right
        )
    for plan in plans:
        table.add_row(
            plan.scenario.id,
            plan.scenario.title.get(lang),
            rupiah(plan.yearly_cost, lang),
            "" if plan.scaled is None else rupiah(plan.scaled.target, lang),
        )
    _console().print(table)


def summary(plan: Plan) -> dict[str, Any]:
    """Return what a list says of a scenario, as plain data."""
    scenario, scaled = plan.scenario, plan.scaled
    return {
        "id": scenario.id,
        "title": asdict(scenario.title),
        "intent": asdict(scenario.intent),
        "million_idr_per_year": plan.yearly_cost,
        "equal_budget_million_idr_per_year": scenario.equal_budget,
        "limited_by": list(scaled.limited_by) if scaled else [],
        "equal_budget_reached": scaled.reached if scaled else None,
    }


def details(plan: Plan) -> dict[str, Any]:
    """Return the rest of a scenario as plain data."""
    from ..scenarios.costs import planning_inputs, spent_by_year

    scenario, inputs = plan.scenario, planning_inputs()
    return {
        "levers": {name: asdict(dose) for name, dose in scenario.levers.items()},
        "settings": dict(scenario.settings),
        "budget": asdict(scenario.budget) if scenario.budget else None,
        "extends": list(scenario.extends),
        "evidence": list(scenario.evidence),
        "note": asdict(scenario.note) if scenario.note else None,
        "constants": dict(plan.constants),
        "million_idr_per_year_without_ceiling": plan.planned_cost,
        "share_within_ceiling": plan.share_within_ceiling,
        "million_idr_by_year": spent_by_year(scenario.levers, inputs, plan.ceiling),
    }


def print_plan(plan: Plan, lang: Language) -> None:
    """Print a scenario: words, doses, rupiah."""
    from ..scenarios.costs import planning_inputs, spent_by_year
    from ..scenarios.text import rupiah

    console = _console()
    scenario = plan.scenario
    console.print(f"{scenario.title.get(lang)} ({scenario.id})", style="bold")
    evidence = ("evidence", ", ".join(scenario.evidence))
    for key, value in [*_words(plan, lang), *_money(plan, lang), evidence]:
        console.print(f"{word(key, lang)}: {value}")
    if scenario.levers:
        console.print(_doses(plan, lang))
        spent = spent_by_year(scenario.levers, planning_inputs(), plan.ceiling)
        years = [f"{year} {rupiah(cost, lang)}" for year, cost in spent.items() if cost > 0.0]
        if years:
            console.print(f"{word('by year', lang)}: {'; '.join(years)}")
    console.print()


def _words(plan: Plan, lang: Language) -> Iterator[tuple[str, str]]:
    scenario = plan.scenario
    yield "intent", scenario.intent.get(lang)
    if scenario.note:
        yield "note", scenario.note.get(lang)
    if scenario.extends:
        yield "extends", ", ".join(scenario.extends)
    for name, value in scenario.settings.items():
        yield "settings", f"{name} = {value:g}"


def _money(plan: Plan, lang: Language) -> Iterator[tuple[str, str]]:
    """Return what a plan costs, and what holds it back: a ceiling, or the bounds of its levers."""
    from ..scenarios.text import number, rupiah

    budget, scaled = plan.scenario.budget, plan.scaled
    share = plan.share_within_ceiling
    if budget:
        yield "ceiling", f"{rupiah(budget.ceiling, lang)} ({budget.over_ceiling})"
    elif share < 1.0:
        yield "ceiling", rupiah(plan.ceiling, lang)
    yield "cost", rupiah(plan.yearly_cost, lang)
    if share < 1.0:
        yield "cut", f"{number(round(100.0 * share), lang)} % {word('of doses', lang)}"
        yield "as written", rupiah(plan.planned_cost, lang)
    if scaled and scaled.limited_by:
        yield "limited", ", ".join(scaled.limited_by)
    if scaled and not scaled.reached:
        yield "unspent", rupiah(scaled.target - scaled.yearly_cost, lang)


def _doses(plan: Plan, lang: Language) -> Table:
    from rich.table import Table

    from ..model.calendar import date_of
    from ..scenarios.doses import dose_text
    from ..scenarios.levers import catalogue
    from ..scenarios.text import number

    table = Table(box=None, pad_edge=False)
    for key in ("lever", "level", "start", "ramp", "end"):
        table.add_column(word(key, lang))
    for name, dose in plan.scenario.levers.items():
        lever = catalogue().levers[name]
        table.add_row(
            f"{lever.title.get(lang)} ({name})",
            # As it was typed; what was scaled to a sum has more digits than anybody says.
            dose_text(lever, dose.level, lang, exact=plan.scaled is None),
            date_of(dose.start),
            number(dose.ramp, lang),
            word("goes on", lang) if dose.end is None else date_of(dose.end),
        )
    return table


def print_strategies(rows: list[Any], lang: Language) -> None:
    """Print each row as a block, which a narrow terminal can still show."""
    from rich.table import Table

    from ..scenarios.strategies import HEADINGS

    console = _console()
    if rows:
        console.print(word("table", lang), style="bold")
    for row in rows:
        cells = asdict(row)
        console.print(f"\n{cells.pop('lever')} [{cells.pop('strategy')}]", style="bold")
        table = Table(box=None, pad_edge=False, show_header=False)
        for key, cell in cells.items():
            table.add_row(f"  {HEADINGS[key].get(lang)}", cell)
        console.print(table)
