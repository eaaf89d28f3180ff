"""The page's engine in Chromium, from disk and under the page's policy: numpy's numbers."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from chromium import needs_chromium, opened, page_of
from page_engine import OUTPUTS, SOURCES, kit, unbroken

pytestmark = needs_chromium
# What the tests call: an engine, and the trajectories of a plan as base64, (output, month, draw).
BRIDGE = """
window.began = (payload, workers) => createEngine(payload, {workers}).then((engine) => {
  window.engine = engine;
  return engine.info.workers;
});
window.paths = async (plan, options) => {
  const answer = await engine.simulate(plan, options);
  const all = engine.info.outputs.map((name) => answer.path(name));
  const bytes = new Uint8Array(await new Blob(all).arrayBuffer());
  let text = "";
  for (let k = 0; k < bytes.length; k += 32768) {
    text += String.fromCharCode(...bytes.subarray(k, k + 32768));
  }
  return btoa(text);
};
"""


@pytest.fixture
def built(tmp_path):
    """Return a page with the engine's sources."""
    sources = "\n".join(Path(source).read_text(encoding="utf-8") for source in SOURCES)
    path = tmp_path / "page.html"
    path.write_text(page_of(f'(() => {{"use strict";{sources}{BRIDGE}}})();'), encoding="utf-8")
    return path


def paths(page, plan, draws, until):
    text = page.evaluate("([p, o]) => paths(p, o)", [plan, {"draws": draws, "until": until}])
    return np.frombuffer(base64.b64decode(text)).reshape(len(OUTPUTS), -1, draws)


def check(page, some, draws, until):
    for plan in some.plans:
        name = plan.scenario.id
        found = paths(page, some.rows()[name], draws, until)
        expected = unbroken(some, [plan], until)[name]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=0.0, err_msg=name)


@pytest.mark.parametrize("workers", [2, 0])
def test_strategies_are_as_unbroken_numpy_runs(built, workers):
    few = kit(25, 2031)
    with opened(built) as page:
        used = page.evaluate("([p, w]) => began(p, w)", [few.payload, workers])
        assert used == max(1, workers)
        found = {name: paths(page, plan, 25, 2031) for name, plan in few.rows().items()}
    expected = unbroken(few, few.plans, 2031)
    for name, table in found.items():
        np.testing.assert_allclose(table, expected[name], rtol=1e-9, atol=0.0, err_msg=name)


def test_the_newest_question_is_answered(built):
    few = kit(25, 2031)
    plans = [few.rows()[name] for name in ("hr", "food", "all_three")]
    script = """async (plans) => {
      const runs = plans.map((plan) => engine.simulate(plan, {draws: 25}));
      const found = await Promise.allSettled(runs);
      const last = await engine.simulate(plans[2], {draws: 25});
      const same = found[2].value.plan.every((value, k) => value === last.plan[k]);
      return [found.map((run) => run.status), found[1].reason.name, same];
    }"""
    with opened(built) as page:
        page.evaluate("([p, w]) => began(p, w)", [few.payload, 2])
        states, error, same = page.evaluate(script, plans)
    assert states == ["fulfilled", "rejected", "fulfilled"]
    assert (error, same) == ("AbortError", True)


@pytest.mark.slow
def test_a_thousand_draws_of_every_strategy_are_as_numpy_runs(built):
    many = kit(1000, 2035)
    with opened(built) as page:
        # Too large for one call into the page.
        text = json.dumps(many.payload)
        page.evaluate("() => { window.parts = []; }")
        for first in range(0, len(text), 1_000_000):
            page.evaluate("(part) => parts.push(part)", text[first : first + 1_000_000])
        page.evaluate("() => began(JSON.parse(parts.join('')), 2)")
        check(page, many, 1000, 2035)
