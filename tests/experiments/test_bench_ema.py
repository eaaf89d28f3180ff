"""EMA Workbench over PySD and the compiled engine: one design, the same samples and outcomes."""

import numpy as np
import pytest

from tumbuh.experiments.bench_ema import ENDS, as_page, chosen, design, shortened, side_by_side
from tumbuh.experiments.bench_models import PACKAGED
from tumbuh.model.distributions import quantile


def test_the_design_lies_between_the_ends_of_the_priors():
    rows = chosen()
    draws = design(rows, 16)
    assert len(rows) > 60
    for row in rows:
        low, high = quantile(row.prior, np.array(ENDS))
        assert np.all((low <= draws[row.name]) & (draws[row.name] <= high)), row.name


def test_only_the_end_of_the_model_is_moved():
    text = PACKAGED.read_text(encoding="utf-8")
    short = shortened(text)
    changed = [(a, b) for a, b in zip(text.splitlines(), short.splitlines(), strict=True) if a != b]
    assert [(a.strip(), b.strip()) for a, b in changed] == [("216.0", "24")]
    with pytest.raises(ValueError, match="FINAL TIME once"):
        shortened("nothing")


@pytest.mark.slow
def test_both_find_the_same():
    pytest.importorskip("ema_workbench")
    found = side_by_side(runs=2, many=64)
    assert found.sample_difference <= 1e-12
    assert found.outcome_difference <= 1e-9
    assert f"{found.ratio:,.0f}" in as_page(found, "tumbuh bench ema")
