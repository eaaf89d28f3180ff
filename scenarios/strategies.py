"""The strategy table: what each lever buys, costs and moves, how surely, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from ..model.parameters import ParameterTable, load_parameters
from .costs import planning_inputs, unit_price
from .doses import dose_text
from .levers import Lever, catalogue
from .names import own_name
from .text import Language, Text, number, rupiah

HEADINGS = {
    "strategy": Text("Strategi", "Strategy"),
    "lever": Text("Tindakan", "Lever"),
    "bought": Text("Yang dibeli", "What is bought"),
    "quantity": Text("Dosis penuh", "Full dose"),
    "rupiah": Text("Biaya per tahun", "Cost a year"),
    "delay": Text("Waktu tunggu", "Delay"),
    "moves": Text("Yang dipengaruhi", "What it moves"),
    "prior": Text("Perkiraan efek", "Effect prior"),
    "zero_mass": Text("Peluang tanpa efek", "Mass at zero"),
    "persistence": Text("Setelah dana berhenti", "After the money ends"),
    "evidence": Text("Bukti", "Evidence"),
}
"""Heading of each field of `StrategyRow`."""


JUDGED = Text("harga perkiraan", "judged price")


@dataclass(frozen=True)
class StrategyRow:
    """One lever at its full dose, in the words of one language; fields as in `HEADINGS`."""

    strategy: str
    lever: str
    bought: str
    quantity: str
    rupiah: str
    delay: str
    moves: str
    prior: str
    zero_mass: str
    persistence: str
    evidence: str


def strategy_table(
    language: Language, names: Iterable[str] | None = None, table: ParameterTable | None = None
) -> list[StrategyRow]:
    """Return the strategy table.

    Parameters
    ----------
    language
        Of the sentences, numbers and rupiah.
    names
        Levers wanted, in this order; all by default.
    table
        Prices and priors; the packaged parameter table by default.
    """
    levers = catalogue().levers
    parameters = table or load_parameters()
    wanted = levers if names is None else names
    return [_row(levers[name], language, parameters) for name in wanted]


def strategy_markdown(language: Language, rows: Sequence[StrategyRow] | None = None) -> str:
    """Return the strategy table as a Markdown table, with its headings.

    Parameters
    ----------
    language
        Of the headings, and of the rows when none are given.
    rows
        Rows to write; the whole table by default.
    """
    lines = [[heading.get(language) for heading in HEADINGS.values()], ["---"] * len(HEADINGS)]
    for row in strategy_table(language) if rows is None else rows:
        lines.append([cell.replace("|", "\\|") for cell in asdict(row).values()])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _row(lever: Lever, language: Language, table: ParameterTable) -> StrategyRow:
    dose = dose_text(lever, lever.full, language)
    return StrategyRow(
        strategy=catalogue().strategies[lever.strategy].get(language),
        lever=lever.title.get(language),
        bought=lever.buys.get(language),
        quantity=f"{dose}: {lever.full_means.get(language)}",
        rupiah=_rupiah(lever, language, table),
        delay=lever.delay.get(language),
        moves=lever.moves.get(language),
        prior=lever.prior.get(language),
        zero_mass=_zero_mass(lever, language, table),
        persistence=lever.persistence.get(language),
        evidence=", ".join(lever.evidence),
    )


def _rupiah(lever: Lever, language: Language, table: ParameterTable) -> str:
    """Return the yearly cost at full dose, its year, and whether the price is judged."""
    if lever.cost is None:
        nothing = Text("tidak ada; penghematan tidak dihitung", "none; no saving is credited")
        return nothing.get(language)
    written = rupiah(lever.full * unit_price(lever, planning_inputs(table)), language)
    judged = f", {JUDGED.get(language)}" if table.get(lever.cost.constant).judged else ""
    return f"{written} ({lever.cost.year}{judged})"


def _zero_mass(lever: Lever, language: Language, table: ParameterTable) -> str:
    """Return the prior probability of no effect of each link."""
    links = table.select(lever.links)
    return "; ".join(
        f"{own_name(row.name, language)} {number(row.prior.spike or 0.0, language)}"
        for row in links
    )
