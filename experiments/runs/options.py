"""Options that commands share: structures, draws and their seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from ...model.errors import InputError, Problem

FEWEST, MOST = 16, 200_000

Worlds = Annotated[str, typer.Option(help="Structures: ids separated by commas, or `all`.")]
Draws = Annotated[
    int, typer.Option(help=f"Draws of the uncertain, {FEWEST} to {MOST}; best a power of two.")
]
Seed = Annotated[int, typer.Option(help="Seed of the draws.")]


def world_names(text: str) -> list[str] | None:
    """Return the ids named by ``--worlds``; nothing stands for all."""
    if text.strip() == "all":
        return None
    return [part.strip() for part in text.split(",") if part.strip()]


def check_draws(draws: int, seed: int) -> list[Problem]:
    """Return what is wrong with the number of draws and the seed."""
    problems = []
    if not FEWEST <= draws <= MOST:
        expected, remedy = f"{FEWEST} to {MOST}", "Choose another number of draws"
        problems.append(Problem("--draws", expected, str(draws), remedy))
    if seed < 0:
        problems.append(Problem("--seed", "at least 0", str(seed), "Correct it"))
    return problems


def mistakes(*checks: Callable[[], object]) -> list[Problem]:
    """Return every mistake that checks find; none hides another.

    Parameters
    ----------
    checks
        Functions that may raise an `InputError`.
    """
    found: list[Problem] = []
    for check in checks:
        try:
            check()
        except InputError as error:
            found += error.problems
    return found
