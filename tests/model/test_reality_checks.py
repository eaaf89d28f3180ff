"""V6: the model under impossible and extreme conditions, read from tests/checks/*.yaml."""

from pathlib import Path

import numpy as np
import pytest

from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program
from tumbuh.model.yamlfile import load_yaml

CHECKS = [
    check
    for path in sorted((Path(__file__).parents[1] / "checks").glob("*.yaml"))
    for check in load_yaml(path)[0]
]
PROGRAM = load_program()


def test_there_are_at_least_twenty():
    assert len({check["id"] for check in CHECKS}) == len(CHECKS) >= 20


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check["id"])
def test_reality_check(check):
    claims = check["then"]
    names = sorted({claim["variable"] for claim in claims})
    months = sorted(
        {float(m) for claim in claims for m in claim.get("months", [claim.get("month")])}
    )
    run = simulate(PROGRAM, check["when"], names, months, snapshot=False)
    base = simulate(PROGRAM, {}, names, months, snapshot=False)
    assert run.failures == 0
    for claim in claims:
        values = run[claim["variable"]][0]
        if claim.get("compare") == "change":
            values = values - base[claim["variable"]][0]
        kept = [months.index(float(m)) for m in claim.get("months", [claim.get("month")])]
        _holds(claim, values[kept], check["why"])


def _holds(claim, values, why):
    low, high = claim.get("between", (claim.get("above", -np.inf), claim.get("below", np.inf)))
    slack = 1e-12
    assert np.all((values >= low - slack) & (values <= high + slack)), (
        f"{why}: {claim['variable']} is {values}, expected {low} to {high}"
    )
