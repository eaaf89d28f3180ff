"""Make the equity result that ships: ``make equity``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...calibration.posterior import made_from, paths
from ...model.agents.facts import AGENT_TABLE
from ...model.agents.observe import MEASURES
from ...model.district import locate_district
from ...model.files import sha256, write_atomic
from ...scenarios.loader import scenario_path
from .equity import DEFAULT, equity_answer
from .equity_payload import STORED
from .ground import Case, Cube, read_ground, run_cases
from .options import workers_of

if TYPE_CHECKING:
    from ...scenarios.compile import Plan
    from .ground import Ground

DISTRICT, DRAWS, MONTH, UNTIL = "paser", 64, 168.0, "2031-12"
CHECKED = ("no_extra_action", "coordination")
"""Cases whose first run is kept, so that a test can make it again."""


def inputs_of(scenarios: Sequence[str]) -> dict[str, str]:
    """Return digests of the files that the stored result is made from."""
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


def make(draws: int = DRAWS) -> dict[str, Any]:
    """Run everything and return the answer with what it was made from."""
    ground, plans = ground_and_plans(draws)
    cases = [Case(plan.scenario.id, plan) for plan in plans]
    cube = run_cases(ground, cases, [MONTH], workers_of(None), _tell)
    answer = equity_answer(ground, plans, cube, UNTIL)
    made = inputs_of(answer["scenarios"])
    return answer | {"made_from": made, "first_run": first_run(cube)}


def ground_and_plans(draws: int) -> tuple[Ground, list[Plan]]:
    """Return what the stored result is made from, for so many draws."""
    from ..inputs import read_plans, references

    return read_ground(DISTRICT, "posterior", draws), read_plans(references(",".join(DEFAULT)))


def _tell(done: int, total: int) -> None:
    if done % 20 == 0 or done == total:
        print(f"{done} / {total}", file=sys.stderr)


def main() -> None:
    """Write the stored result."""
    text = json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n"
    write_atomic(STORED, text)


if __name__ == "__main__":
    main()
