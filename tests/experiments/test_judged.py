"""The share of judged inputs: against re-runs of the model, and with few draws."""

import numpy as np
import pytest

from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.experiments.batch import case_of, run_batch
from tumbuh.experiments.judged import judged_share, ranked
from tumbuh.experiments.limits import evened
from tumbuh.experiments.outcomes import paired_gain
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.compile import prepare
from tumbuh.scenarios.loader import load_scenarios
from tumbuh.scenarios.names import names

IDS = ["no_extra_action", "hr", "facilities", "coordination", "all_three_food", "food"]
END = 168.0


def is_judged(table, name):
    row = table.get(name)
    return row.judged or row.grade == "D"


def linear(size, seed):
    """One judged and one sourced input with shares 0.8 and 0.2, among 60 that do nothing."""
    table, rng = load_parameters(), np.random.default_rng(seed)
    inputs = {row.name: rng.random(size) for row in table.uncertain()[:60]}
    inputs |= {name: rng.random(size) for name in ("initial fidelity", "food effect")}
    gain = 2.0 * inputs["initial fidelity"] + inputs["food effect"]
    return gain, ranked(inputs), table


@pytest.mark.parametrize("size, tolerance", [(2000, 0.01), (200, 0.05), (80, 0.15)])
def test_inputs_that_do_nothing_do_not_count(size, tolerance):
    found = [judged_share(*linear(size, seed)).judged for seed in range(8)]
    assert np.mean(found) == pytest.approx(0.8, abs=tolerance)


def test_few_draws_do_not_explain_noise_perfectly():
    """More inputs than draws would fit anything."""
    gain, inputs, table = linear(40, 1)
    noise = np.random.default_rng(5).random(40)
    assert judged_share(noise, inputs, table).explained < 0.7
    assert judged_share(gain, inputs, table).explained > 0.9


def test_a_gain_that_does_not_vary_rests_on_nothing():
    _, inputs, table = linear(50, 1)
    found = judged_share(np.full(50, 0.3), inputs, table)
    assert (found.judged, found.explained, found.leading) == (0.0, 0.0, ())


def test_a_spike_counts_like_any_other_input():
    """Half of the draws at zero, the rest spread: the judged input carries all the variance."""
    table, rng = load_parameters(), np.random.default_rng(4)
    spike = np.where(rng.random(1000) < 0.5, 0.0, rng.random(1000))
    inputs = {"initial fidelity": spike, "food effect": rng.random(1000)}
    found = judged_share(3.0 * spike, ranked(inputs), table)
    assert found.judged == pytest.approx(1.0, abs=0.01)
    assert found.explained > 0.85


def curve(size, seed):
    """Neighbours on the curve of growth by age that are all but the same, and two real inputs."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=size)
    inputs = {f"profile score[s{k}]": common + 0.05 * rng.normal(size=size) for k in range(1, 21)}
    inputs |= {name: rng.random(size) for name in ("initial fidelity", "food effect")}
    return inputs, rng.normal(size=size)


@pytest.mark.parametrize("seed", range(4))
def test_inputs_that_go_together_get_no_share_from_noise(seed):
    """Their coefficients are large and of opposite signs: squared they would lead."""
    inputs, noise = curve(400, seed)
    gain = inputs["initial fidelity"] + 0.15 * noise
    found = judged_share(gain, ranked(inputs), load_parameters())
    assert found.leading[0][0] == "initial fidelity"
    assert found.judged > 0.95


def test_a_group_counts_as_one_with_what_its_members_explain_together():
    inputs, _ = curve(2000, 9)
    parts = [inputs["profile score[s3]"], inputs["initial fidelity"]]
    gain = sum(
        weight * values / values.std() for weight, values in zip((2.0, 1.0), parts, strict=True)
    )
    found = judged_share(gain, ranked(inputs), load_parameters())
    assert [name for name, _ in found.leading[:2]] == ["growth by age", "initial fidelity"]
    assert found.leading[0][1] == pytest.approx(0.8, abs=0.02)
    assert found.judged == pytest.approx(0.2, abs=0.02)


def test_members_of_a_group_are_all_judged_or_none_is():
    table = load_parameters()
    for members in names().groups.values():
        assert len({is_judged(table, name) for name in members}) == 1


@pytest.mark.slow
def test_the_share_lies_between_the_indices_of_the_judged_group():
    """Pick and freeze: keep one group of inputs, exchange the other, and correlate the gains.

    Judged inputs alone explain the first index; one minus that of the others is all that is
    lost without them. Levels and nuisances of a draw stay together where both are exchanged.
    """
    program, table, constants = load_program(), load_parameters(), load_ensemble().constants
    cases = evened(
        program, [case_of(prepare(item)) for item in load_scenarios(list(IDS))], constants
    )
    other = np.roll(np.arange(1000), 1)

    def gains(draws):
        runs = run_batch(program, draws, cases, ["survey prevalence"], [END])
        return {n: paired_gain(runs, n, IDS[0], "survey prevalence", END) for n in IDS[1:]}

    judged = {name: is_judged(table, name) for name in constants}
    first = gains(constants)
    alone = gains({n: v if judged[n] else v[other] for n, v in constants.items()})
    rest = gains({n: v[other] if judged[n] else v for n, v in constants.items()})
    for name, gain in first.items():
        low = np.corrcoef(gain, alone[name])[0, 1]
        high = 1.0 - np.corrcoef(gain, rest[name])[0, 1]
        share = judged_share(gain, ranked(constants), table).judged
        # Three standard errors of a correlation of 1,000 draws.
        assert min(low, high) - 0.1 <= share <= max(low, high) + 0.1, name
