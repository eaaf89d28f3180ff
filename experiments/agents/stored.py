"""Make the results of the agents that ship, for the page and the documents: ``make equity``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...calibration.posterior import made_from, paths
from ...model.agents.facts import AGENT_TABLE
from ...model.agents.observe import MEASURES
from ...model.calendar import month_of
from ...model.district import locate_district
from ...model.files import sha256, write_atomic
from ...scenarios.loader import scenario_path
from ..inputs import read_plans, references
from .equity import DEFAULT, equity_answer
from .equity_payload import STORED, STORED_SHOCKS
from .ground import Case, Cube, read_ground, run_cases
from .options import workers_of
from .shocks_answer import months_around, shock_cases, shocks_answer

if TYPE_CHECKING:
    from ...scenarios.compile import Plan
    from .ground import Ground

DISTRICT, UNTIL = "paser", "2031-12"
MONTH = month_of(UNTIL) + 1.0
DRAWS, SHOCK_DRAWS = 64, 32
SHOCKED, SHOCK = "coordination", "2029-01"
"""Strategy and month of the shocks."""
CHECKED = ("no_extra_action", SHOCKED)
"""Cases whose first run is kept, so that a test can make it again."""


def inputs_of(scenarios: Sequence[str]) -> dict[str, str]:
    """Return digests of the files that a stored result is made from."""
    place = locate_district(DISTRICT)
    files = {
        "posterior": paths("district")[0],
        "agents": AGENT_TABLE,
        "kecamatan": place.parent / f"{DISTRICT}_kecamatan.csv",
    }
    files |= {f"scenario {name}": Path(scenario_path(name)) for name in scenarios}
    return made_from() | {name: sha256(path) for name, path in files.items()}


def first_run(cube: Cube, cases: Sequence[str] = CHECKED) -> dict[str, dict[str, float]]:
    """Return the measures of the district in the first replicate, by case."""
    return {
        case: {name: float(cube.of(case, name)[0, -1, 0]) for name in MEASURES} for case in cases
    }


def ground_and_plans(draws: int) -> tuple[Ground, list[Plan]]:
    """Return what the stored equity is made from, for so many draws."""
    return read_ground(DISTRICT, "posterior", draws), read_plans(references(",".join(DEFAULT)))


def make_equity(draws: int = DRAWS) -> dict[str, Any]:
    """Return the equity of the strategies, with what it was made from."""
    ground, plans = ground_and_plans(draws)
    cases = [Case(plan.scenario.id, plan) for plan in plans]
    cube = run_cases(ground, cases, [MONTH], workers_of(None), _tell)
    answer = equity_answer(ground, plans, cube, UNTIL)
    made = inputs_of(answer["scenarios"])
    return answer | {"made_from": made, "first_run": first_run(cube)}


def make_shocks(draws: int = SHOCK_DRAWS) -> dict[str, Any]:
    """Return what shocks take away, with what it was made from."""
    ground, (plan,) = read_ground(DISTRICT, "posterior", draws), read_plans([SHOCKED])
    month = month_of(SHOCK)
    months = months_around(month, MONTH)
    cube = run_cases(ground, shock_cases(plan, month), months, workers_of(None), _tell)
    return shocks_answer(ground, plan, cube, month) | {"made_from": inputs_of([SHOCKED])}


def _tell(done: int, total: int) -> None:
    print(f"{done} / {total}", file=sys.stderr)


def _write(path: Path, answer: Mapping[str, Any]) -> None:
    write_atomic(path, json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")


def main() -> None:
    """Write the stored results."""
    _write(STORED_SHOCKS, make_shocks())
    _write(STORED, make_equity())


if __name__ == "__main__":
    main()
