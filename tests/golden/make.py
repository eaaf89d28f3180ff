"""Write the golden runs anew: python tests/golden/make.py (raise the version and say why)."""

import json
from importlib.metadata import version
from pathlib import Path

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.loader import load_scenarios

OUTPUTS = (
    "survey prevalence",
    "true prevalence",
    "routine prevalence",
    "severe prevalence",
    "HAZ survey prevalence",
    "stock survey prevalence",
    "children total",
    "coordination index",
    "Cumulative Spending",
    "stunting free child years",
)
MONTHS = (0.0, 46.0, 108.0, 144.0, 168.0, 216.0)


def golden():
    """Return central runs of every library scenario, by scenario and outcome."""
    program = load_program()
    runs = {}
    for scenario in load_scenarios():
        result = simulate(program, prepare(scenario).constants, OUTPUTS, MONTHS, snapshot=False)
        runs[scenario.id] = {name: result[name][0].tolist() for name in OUTPUTS}
    return {"version": version("tumbuh"), "months": list(MONTHS), "runs": runs}


if __name__ == "__main__":
    path = Path(__file__).with_name("runs.json")
    path.write_text(json.dumps(golden(), indent=1) + "\n", encoding="utf-8")
