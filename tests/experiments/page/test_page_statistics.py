"""Statistics of the page: numpy's quantiles, and the probabilities of the command line."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from page_engine import ask, needs_node

from tumbuh.experiments.outcomes import interval
from tumbuh.experiments.ranking import chance_of_best, chance_of_more, lead_of
from tumbuh.experiments.target_chance import told_apart

pytestmark = needs_node


def samples():
    generator = np.random.default_rng(11)
    for size in (1, 2, 3, 10, 200, 201, 1000):
        yield generator.normal(size=size)
    yield np.repeat([0.0, 1.0, 1.0 + 1e-6], 7)


def gains():
    """Return gains of plans, some of them tied and some within rounding."""
    generator = np.random.default_rng(12)
    first = np.maximum(0.0, generator.normal(0.3, 0.5, 200))
    return [first, first + 5e-5, np.zeros(200), generator.normal(0.3, 0.5, 200)]


def found(folder, name, *args):
    return ask(folder, {"statistics": {"name": name, "args": list(args)}})


def lists(tables):
    return [table.tolist() for table in tables]


def test_interval(tmp_path):
    answers = found(tmp_path, "interval", *([values.tolist()] for values in samples()))
    for answer, values in zip(answers, samples(), strict=True):
        assert answer == pytest.approx(asdict(interval(values)), rel=1e-13, abs=1e-15)


def test_quantiles_are_numpys_to_the_bit(tmp_path):
    shares = [0.0, 0.05, 0.1, 0.25, 0.5, 0.77, 0.9, 1.0]
    asked = [[values.tolist(), share] for values in samples() for share in shares]
    expected = [float(np.quantile(values, s)) for values in samples() for s in shares]
    assert found(tmp_path, "quantile", *asked) == expected


def test_fan_leaves_out_what_is_no_number(tmp_path):
    table = np.random.default_rng(13).normal(size=(5, 40))
    flat = [None if k in (0, 77) else x for k, x in enumerate(table.ravel().tolist())]
    table.ravel()[[0, 77]] = np.nan
    answer = found(tmp_path, "fan", [flat, 40, 5, [0.1, 0.5, 0.9]])[0]
    assert np.array_equal(answer, np.nanquantile(table, [0.1, 0.5, 0.9], axis=1))


def test_probabilities_are_those_of_the_command_line(tmp_path):
    tables = gains()
    best = found(tmp_path, "chanceOfBest", [lists(tables)])[0]
    expected = chance_of_best({str(k): table for k, table in enumerate(tables)})
    assert best == pytest.approx(list(expected.values()), rel=1e-12)
    pairs = [(a, b) for a in tables for b in tables]
    more = found(tmp_path, "chanceOfMore", *(lists(pair) for pair in pairs))
    assert more == [chance_of_more(*pair) for pair in pairs]


def test_the_lead_is_that_of_the_command_line(tmp_path):
    tables = dict(enumerate(gains()))
    found_leads = found(tmp_path, "nearest", *([lists(gains()), first] for first in tables))
    for first, answer in enumerate(found_leads):
        lead = lead_of(tables, first)
        assert answer["second"] == lead.second
        assert answer["difference"] == pytest.approx(lead.difference, abs=1e-15)


def test_shares_are_told_apart_as_on_the_command_line(tmp_path):
    shares = [0.0, 0.01, 0.02, 0.2, 0.43, 0.55, 0.9, 0.98, 1.0]
    cases = [(a, b, draws) for a in shares for b in shares for draws in (10, 200, 1000)]
    assert found(tmp_path, "toldApart", *map(list, cases)) == [told_apart(*case) for case in cases]
