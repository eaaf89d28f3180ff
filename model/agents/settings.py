"""How a run of the agents is set up, and the shocks that befall it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ..errors import InputError, Problem
from .actors import ACTORS, LINKS

ShockKind = Literal["rotation", "no lists", "cadres leave"]
SHOCKS: tuple[ShockKind, ...] = ("rotation", "no lists", "cadres leave")


@dataclass(frozen=True)
class Shock:
    """Something that happens to actors at a date.

    Attributes
    ----------
    kind
        ``rotation``: the official of `target` (an actor, or all) is replaced, and what his office
        had from others is lost; ``no lists``: sectors stop sharing lists for `months`; ``cadres
        leave``: every posyandu of `target` (a kecamatan, or all) loses one cadre.
    month
        Months since January 2018.
    target
        An actor or a kecamatan; all of them when empty.
    months
        How long, for ``no lists``.
    """

    kind: ShockKind
    month: float
    target: str = ""
    months: float = 12.0


@dataclass(frozen=True)
class Settings:
    """How agents behave.

    Attributes
    ----------
    ageing
        ``age``: by the clock; ``stages``: by chance through three-month stages, as the stocks.
    step
        Time step, months.
    round
        Months between rounds of services; a half year, the span in which a family counts as
        served.
    mixed
        Whether all families are alike and services overlap by the stock-and-flow model's formula,
        so that the two can be held against each other.
    links
        Who works with whom.
    shocks
        What happens, and when.
    """

    ageing: Literal["age", "stages"] = "age"
    step: float = 1.0
    round: float = 6.0
    mixed: bool = False
    links: tuple[tuple[str, str], ...] = LINKS
    shocks: tuple[Shock, ...] = field(default=())

    def with_shocks(self, shocks: Sequence[Shock]) -> Settings:
        """Return the same settings with other shocks."""
        return replace(self, shocks=tuple(shocks))


DOCKED = Settings(ageing="stages", step=0.25, round=1.0, mixed=True)
"""Well mixed and homogeneous, ageing as the stocks: must equal them."""


def check_settings(settings: Settings, areas: Sequence[str]) -> None:
    """Refuse settings that cannot be run.

    Raises
    ------
    InputError
        With every problem.
    """
    problems = []
    if settings.step <= 0.0 or abs(settings.round / settings.step % 1.0) > 1e-9:
        found = f"step {settings.step:g} and round {settings.round:g}"
        remedy = "Choose a round that is a multiple of the step"
        problems.append(Problem("settings", "a round of whole steps", found, remedy))
    for number, shock in enumerate(settings.shocks, 1):
        known = {"rotation": ACTORS, "cadres leave": tuple(areas)}.get(shock.kind, ())
        where = f"shock {number}"
        if shock.kind not in SHOCKS:
            expected = f"one of {', '.join(SHOCKS)}"
            problems.append(Problem(where, expected, repr(shock.kind), "Correct the kind"))
        elif shock.target and shock.target not in known:
            expected = f"one of {', '.join(known)}" if known else "no target"
            problems.append(Problem(where, expected, repr(shock.target), "Correct the target"))
    if problems:
        raise InputError(problems)
