"""Joint draws by age: gates, what is stored, recovery of a known truth, and what they do there."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from tumbuh.calibration import natural_history as history
from tumbuh.calibration.cohort import SCORES, exit_rate, odds_ratio, stage_weights, stationary
from tumbuh.calibration.growth_tables import load_growth_tables
from tumbuh.calibration.natural_history import (
    META_PATH,
    load_natural_history,
    read_stored,
    store,
)
from tumbuh.calibration.natural_history_checks import check, contractions, rising_shares
from tumbuh.calibration.natural_history_draws import AGE_SCALE, CONSTANTS, REMAINING, infer
from tumbuh.calibration.profile_errors import ErrorPrior, band_scores, observe
from tumbuh.calibration.profile_fit import central_scores, draw_curves
from tumbuh.model.errors import DataError
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import draw_prior, load_parameters
from tumbuh.model.randomness import stream

TABLE, TABLES = load_parameters(), load_growth_tables()
WEIGHTS, PRIOR = stage_weights(TABLE), ErrorPrior()
SMALL = {"draws": 400, "proposals": 6000}


def test_the_central_curve_is_that_of_the_parameter_table():
    """Scores within 0.002 and shares within a twentieth of a point: rounding of an earlier fit."""
    central = central_scores(TABLES, WEIGHTS, PRIOR)
    kept = np.array([TABLE.get(name).value for name in SCORES])
    assert central == pytest.approx(kept, abs=0.002)
    assert ndtr(central) == pytest.approx(ndtr(kept), abs=0.0005)


def test_the_stored_draws_pass_every_gate():
    failed = [str(gate) for gate in check(read_stored(), TABLES, TABLE) if not gate.passed]
    assert not failed
    told = json.loads(META_PATH.read_text(encoding="utf-8"))["gates"]
    assert len(told) == len(check(read_stored(), TABLES, TABLE))
    assert META_PATH.with_suffix(".csv").stat().st_size < 1_000_000


def test_the_stored_draws_are_constants_of_the_model():
    drawn = load_natural_history()
    assert set(drawn) == {*SCORES, *CONSTANTS} <= set(load_program().constants)
    assert {len(column) for column in drawn.values()} == {2000}
    assert {row.name for row in TABLE.uncertain(0)} == set(CONSTANTS)
    for row in TABLE.uncertain(0):
        low, high = drawn[row.name].min(), drawn[row.name].max()
        prior = draw_prior(TABLE, 1, 20000, [row.name])[row.name]
        assert prior.min() * 0.9 <= low < high <= prior.max() * 1.1
    first = load_natural_history(50)
    assert all(np.array_equal(first[name], column[:50]) for name, column in drawn.items())


def test_a_build_gives_the_stored_draws_again():
    """To the bit where arithmetic is the same; elsewhere a rare draw may take its neighbour."""
    found, stored = infer(TABLES, TABLE), read_stored()
    assert list(found.values) == list(stored.values)
    assert np.abs(found.scores - stored.scores).max(axis=1) == pytest.approx(0.0, abs=0.5)
    for name, column in stored.values.items():
        same = np.isclose(found.values[name], column, rtol=1e-4, atol=1e-5)
        assert same.mean() > 0.99, name
    again, first = (infer(TABLES, TABLE, **SMALL).values for _ in range(2))
    assert all(np.array_equal(again[name], column) for name, column in first.items())


def test_seven_modes_carry_the_curves():
    stored = read_stored()
    assert len(stored.modes) == 7
    assert stored.values["mode 1"].std() == pytest.approx(1.0, abs=0.01)


def test_surveys_by_age_teach_the_profile_and_persistence_teaches_catch_up():
    told = contractions(read_stored(), TABLES, TABLE)
    assert told["birth profile score"] > 0.5
    assert told[REMAINING] > 0.15
    assert abs(told["HAZ spread"]) < 0.06
    assert abs(told["survey height error"]) < 0.06
    drawn = load_natural_history()
    assert np.median(drawn[REMAINING]) > TABLE.get(REMAINING).value, "children keep more"


def test_age_bands_rise_to_two_years_and_stages_are_told_apart():
    rising = rising_shares(read_stored(), TABLES, TABLE)
    assert rising["age bands"] >= 0.9
    assert rising["stages"] < rising["stages, within half a point"] < 1.0


def test_a_broken_belief_fails_its_gate():
    far = replace(TABLES.persistence[0], value=50_000.0)
    tables = replace(TABLES, persistence=(far, *TABLES.persistence[1:]))
    failed = [gate for gate in check(read_stored(), tables, TABLE) if not gate.passed]
    assert [gate.name for gate in failed] == ["odds ratio, 1 to 6 months"]
    assert "50000 within the 90 % predictive band" in str(failed[0])


def test_a_failed_gate_writes_nothing_and_returns_one(monkeypatch, capsys):
    far = replace(TABLES.bands[0], value=0.6)
    tables = replace(TABLES, bands=(far, *TABLES.bands[1:]))
    monkeypatch.setattr(history, "load_growth_tables", lambda: tables)
    monkeypatch.setattr(history, "store", lambda *_: pytest.fail("written"))
    assert history.main() == 1
    assert "failed: SSGI 2022, 0 to 5 months" in capsys.readouterr().err


def test_changed_inputs_and_too_many_draws_are_told(monkeypatch, tmp_path):
    with pytest.raises(DataError, match="expected 1 to 2000 draws, found 3000"):
        load_natural_history(3000)
    other = tmp_path / "growth_beliefs.csv"
    other.write_text("changed", encoding="utf-8")
    monkeypatch.setattr(history, "BELIEFS_PATH", other)
    with pytest.raises(DataError, match=r"natural_history.json growth_beliefs: .*Run `python -m"):
        load_natural_history(10)


def test_a_damaged_file_of_draws_is_told(monkeypatch, tmp_path):
    path = tmp_path / "natural_history.csv"
    path.write_text("mode 1\n1.0\n", encoding="utf-8")
    monkeypatch.setattr(history, "DATA_PATH", path)
    with pytest.raises(DataError, match="draws_sha256"):
        load_natural_history(1)
    path.unlink()
    with pytest.raises(DataError, match="expected a file of draws, found none. Run `python -m"):
        load_natural_history(1)


def test_what_is_stored_comes_back_the_same(monkeypatch, tmp_path):
    for name in ("DATA_PATH", "META_PATH"):
        path = getattr(history, name)
        monkeypatch.setattr(history, name, tmp_path / path.name)
    found = infer(TABLES, TABLE, **SMALL)
    store(found, TABLE, {})
    again = read_stored(400)
    assert all(np.array_equal(again.values[k], v) for k, v in found.values.items())
    assert np.array_equal(again.scores, found.scores)


def test_the_normal_approximation_of_the_curves_is_close():
    """Corrected for what is left of it, the draws are worth nearly their number."""
    curves = draw_curves(observe(TABLES, WEIGHTS, PRIOR), PRIOR, 5, 4000)
    weight = np.exp(curves.log_weight)
    assert weight.sum() ** 2 / (weight**2).sum() > 0.95 * len(weight)


def test_a_lone_precise_survey_is_followed():
    bands = tuple(replace(band, children=10**9) for band in TABLES.bands if "SSGI" in band.survey)
    tables = replace(TABLES, bands=bands, persistence=())
    sure = ErrorPrior(form=1e-3, survey=1e-3)
    found = infer(tables, TABLE, sure, **SMALL)
    shares = ndtr(band_scores(observe(tables, WEIGHTS, sure), found.scores))
    assert shares.mean(axis=0) == pytest.approx([band.value for band in bands], abs=0.001)


def made_tables(truth, remaining, age_scale, replicate):
    """Surveys and odds ratios of a made-up nation, with the errors that the fit reckons with."""
    seen = observe(TABLES, WEIGHTS, PRIOR)
    noise = stream(11, "test/natural history", replicate)
    form = PRIOR.form * noise.standard_normal(len(seen.mean))
    survey = 0.03 * noise.standard_normal(len(seen.row))
    sampling = np.sqrt(seen.sampling) * noise.standard_normal(len(seen.row))
    values = ndtr(band_scores(seen, truth)[seen.row] + form[seen.row] + survey + sampling)
    bands = tuple(replace(b, value=float(v)) for b, v in zip(TABLES.bands, values, strict=True))
    here = np.array([remaining]), np.array([age_scale])
    cohort = stationary(truth[np.newaxis], *here, exit_rate(TABLE))
    rows = tuple(
        replace(row, value=float(odds_ratio(cohort, row.age_low, row.age_high)[0] * factor))
        for row, factor in zip(
            TABLES.persistence,
            np.exp([row.spread for row in TABLES.persistence] * noise.standard_normal(5)),
            strict=True,
        )
    )
    return replace(TABLES, bands=bands, persistence=rows)


def test_a_known_truth_is_recovered():
    """A nation with a late peak; the intervals hold it about as often as they say.

    In sixty replicates 91 percent of the 90 percent intervals did.
    """
    age = np.append(0.0, 3.0 * np.arange(20) + 1.5)
    truth = -1.1 + 0.75 * np.sin(np.pi * np.minimum(age, 45.0) / 90.0) ** 2 - 0.002 * age
    bands, inside = observe(TABLES, WEIGHTS, PRIOR), []
    for replicate in range(10):
        pair = draw_prior(TABLE, 100 + replicate, 1, CONSTANTS)
        remaining, scale = float(pair[REMAINING][0]), float(pair[AGE_SCALE][0])
        found = infer(made_tables(truth, remaining, scale, replicate), TABLE, **SMALL)
        drawn = [
            *band_scores(bands, found.scores).T,
            *(found.values[n] for n in (REMAINING, AGE_SCALE)),
        ]
        true = [*band_scores(bands, truth), remaining, scale]
        ends = np.quantile(np.array(drawn), [0.05, 0.95], axis=1)
        inside.append((ends[0] <= true) & (true <= ends[1]))
    covered = np.array(inside)
    assert 0.82 <= covered.mean() <= 0.99
    assert covered.mean(axis=0).min() >= 0.6


def test_the_belief_at_birth_is_no_survey():
    """A length below 48 cm is another cut-off than HAZ below -2: 18.5 percent is not fitted."""
    assert TABLES.birth.judged
    assert ndtri(TABLES.birth.value) == pytest.approx(-1.175, abs=0.001)
    assert all(band.value != 0.185 for band in TABLES.bands)
