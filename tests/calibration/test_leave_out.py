"""A district that is left out is foretold without its own surveys, and wrong beliefs are seen."""

from dataclasses import replace

import numpy as np
import pytest
from sampling import drawn, panel, surfaces

from tumbuh.calibration import fit
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.leave_out import leave_out, leave_out_gates

PRIORS = load_priors()


@pytest.fixture
def short(monkeypatch):
    """Few sweeps, where only what is read matters and not what is found."""
    monkeypatch.setattr(fit, "BURN", 4)
    monkeypatch.setattr(fit, "KEPT", 4)


def test_districts_of_the_model_are_foretold():
    found = leave_out(drawn(5, 3), surfaces(48), PRIORS, 1)
    assert len(found.places) == 10
    assert [gate.name for gate in leave_out_gates(found) if not gate.passed] == []


def test_errors_that_are_believed_too_small_fail():
    narrow = replace(
        PRIORS,
        design=(np.log(0.02), 0.01),
        discrepancy=(-14.0, 0.1),
        multiplier_spread=(-14.0, 0.1),
        birth_shift=1e-6,
        secular_spread=1e-6,
    )
    gates = leave_out_gates(leave_out(drawn(4, 3), surfaces(16), narrow, 1))
    assert not gates[1].passed


def test_its_own_surveys_do_not_leak(short):
    few = panel(3)
    odd = few.share.copy()
    odd[1] = 0.55
    one, two = (leave_out(replace(few, share=s), surfaces(16), PRIORS, 1) for s in (few.share, odd))
    mine = [k for k, (area, _) in enumerate(one.places) if area == "area 1"]
    others = [k for k in range(6) if k not in mine]
    assert (one.median[mine] == two.median[mine]).all()
    assert (one.median[others] != two.median[others]).any()


def test_by_default_only_the_surveys_of_the_scored_fit_are_read(short):
    found = leave_out(surfaces=surfaces(8), seed=1)
    assert {survey for _, survey in found.places} == {"SSGI 2021", "SSGI 2022"}
    assert len(found.places) == 20


def test_threads_do_not_change_a_bit(short):
    one, two = (leave_out(panel(3), surfaces(8), PRIORS, 1, k) for k in (1, 2))
    assert one.score.log == pytest.approx(two.score.log, abs=0.0)
