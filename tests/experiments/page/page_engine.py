"""The page's engine in node, and the numpy engine's answer to the same question."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from tumbuh.experiments.inputs import read_inputs, read_plans
from tumbuh.experiments.outcomes import OUTPUTS
from tumbuh.experiments.page.join import ENGINE, WEB
from tumbuh.experiments.page.payload import engine_payload
from tumbuh.experiments.page.plans import scenario_rows
from tumbuh.model.calendar import DECISION_MONTH
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.loader import LIBRARY_IDS

NODE = shutil.which("node")
# In CI nothing is skipped: there the tests fail.
needs_node = pytest.mark.skipif(
    NODE is None and "CI" not in os.environ, reason="no node here: the page's engine is not tried"
)
SOURCES = [str(WEB / name) for name in ENGINE]
HOST = Path(__file__).with_name("node_host.js")


@dataclass(frozen=True)
class Kit:
    """A page's engine with few draws, and what it was made from."""

    program: object
    inputs: object
    plans: list
    payload: dict

    def rows(self):
        return {row["id"]: row["plan"] for row in scenario_rows(self.plans)}


@lru_cache
def kit(draws, until):
    """Return a kit; kernels do not depend on the number of draws."""
    program, plans = load_program(), read_plans(list(LIBRARY_IDS))
    inputs = read_inputs(program, "paser", "district", draws)
    return Kit(program, inputs, plans, engine_payload(program, inputs.ensemble, plans, until))


def ask(folder, request):
    """Run node on a request and return its answers."""
    assert NODE is not None, "install Debian's package nodejs"
    path = folder / "request.json"
    path.write_text(json.dumps({"sources": SOURCES, **request}), encoding="utf-8")
    done = subprocess.run(
        [NODE, str(HOST), str(path), str(folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "answers.json").read_text(encoding="utf-8"))


def calls(folder, payload, asked):
    """Ask a page's engine."""
    (folder / "payload.json").write_text(json.dumps(payload), encoding="utf-8")
    return ask(folder, {"payload": str(folder / "payload.json"), "calls": asked})


def unbroken(kit, plans, until):
    """Run plans from the beginning to the end on the numpy engine: (output, month, draw) by id."""
    ensemble, months = kit.inputs.ensemble, np.arange(DECISION_MONTH, 12.0 * (until - 2017) + 1.0)
    size = ensemble.size
    names = dict.fromkeys(name for plan in plans for name in plan.constants)
    own = dict(zip(kit.program.constants, kit.program.defaults, strict=True))
    constants = {name: np.tile(v, len(plans)) for name, v in ensemble.constants.items()}
    for name in names:
        drawn = ensemble.constants.get(name)
        default = own[kit.program.find(name).name] if drawn is None else drawn
        parts = [np.full(size, plan.constants.get(name, default)) for plan in plans]
        constants[name] = np.concatenate(parts)
    run = simulate(
        kit.program, constants, OUTPUTS, months, snapshot=False, engine="numpy", threads=2
    )
    table = np.stack([run[name].T for name in OUTPUTS])
    cut = [slice(k * size, (k + 1) * size) for k in range(len(plans))]
    return {plan.scenario.id: table[..., part] for plan, part in zip(plans, cut, strict=True)}


def with_settings(plan, settings):
    """Return a plan with assumptions of its own."""
    return prepare(replace(plan.scenario, settings=settings))
