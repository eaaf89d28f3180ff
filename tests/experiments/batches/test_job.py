"""Jobs: chunks are pure, samplers are those of scipy and SALib, stored draws are compare's."""

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc

from tumbuh.experiments.batches import design as design_module
from tumbuh.experiments.batches.design_read import design_from_text
from tumbuh.experiments.batches.estimate import STORED_RATE, confirm, estimate
from tumbuh.experiments.batches.job import job_from_text, make_job
from tumbuh.experiments.batches.points import unit_points, values
from tumbuh.experiments.runs.space import JOINT, load_space
from tumbuh.model.distributions import quantile
from tumbuh.model.errors import InputError
from tumbuh.model.language.cache import load_program
from tumbuh.model.randomness import spawning, stream

HEAD = "id: a\ntitle: {id: x, en: y}\n"
MIXED = HEAD + (
    "scenarios: [hr, food]\nworlds: [standard, no_synergy, official_2021]\nsampler: random\n"
    "draws: 7\nreplicates: 2\nseed: 3\nuncertainties:\n  sectors: [food]\n"
    "  names: [levels and natural history, synergy effect]\n"
    "levers: {food coverage: {low: 0.2, high: 0.9}, supervision: [0.4, 0.8]}\n"
)


def job_of(text):
    return make_job(design_from_text(text, Path()).design)


def design_of(text):
    return design_from_text(text, Path()).design


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(design_module, "CHUNK_RUNS", 80)


def same(one, other):
    return one.keys() == other.keys() and all(
        one[name].dtype == other[name].dtype and one[name].tobytes() == other[name].tobytes()
        for name in one
    )


def test_chunks_are_the_same_in_any_order_and_with_any_threads(small_chunks):
    job = job_of(MIXED)
    assert (job.runs, job.chunk_runs, job.chunks) == (14 * 3 * 5, 75, 3)
    forward = [job.compute(k) for k in range(3)]
    backward = [job.compute(k, threads=1) for k in (2, 1, 0)][::-1]
    assert all(same(a, b) for a, b in zip(forward, backward, strict=True))
    assert np.array_equal(np.concatenate([c["run"] for c in forward]), np.arange(job.runs))
    with pytest.raises(IndexError):
        job.compute(3)


def test_chunks_together_are_the_whole(small_chunks, monkeypatch):
    job = job_of(MIXED)
    parts = [job.compute(k) for k in range(job.chunks)]
    monkeypatch.setattr(design_module, "CHUNK_RUNS", 65_536)
    whole = job_of(MIXED)
    assert whole.chunks == 1
    found = whole.compute(0)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in found}
    assert same(joined, found)


def test_another_process_makes_the_same_job_from_its_text(tmp_path):
    (tmp_path / "p.csv").write_text("food effect,levels and natural history\n0.1,0.2\n0.3,0.9\n")
    text = HEAD + "scenarios: [food]\npoints: p.csv\nlevers: {supervision: [0.8, 0.4]}\n"
    job = make_job(design_from_text(text, tmp_path).design)
    (tmp_path / "p.csv").unlink()
    (tmp_path / "job.txt").write_text(job.text)
    code = (
        "import sys, pickle, pathlib\n"
        "from tumbuh.experiments.batches.job import job_from_text\n"
        "job = job_from_text(pathlib.Path(sys.argv[1]).read_text())\n"
        "sys.stdout.buffer.write(pickle.dumps((job, job.compute(0, 1))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "job.txt")], check=True, capture_output=True
    )
    other, rows = pickle.loads(done.stdout)
    assert other == job and other.identity == job.identity and other.columns == job.columns
    assert same(rows, job.compute(0))
    assert same(rows, job_from_text(job.text).compute(0))


def test_columns_are_as_promised_and_rows_stand_in_the_order_told():
    job = job_of(MIXED)
    rows = job.compute(0)
    assert [column.name for column in job.columns] == list(rows)
    for column in job.columns:
        assert rows[column.name].shape == (job.runs,)
        kinds = {"int": np.int64, "float": np.float64, "text": np.int32}
        assert rows[column.name].dtype == kinds[column.kind]
    shape = (2, 7, 3, 5)
    names = ("replicate", "draw", "world", "scenario")
    index = np.indices(shape)
    index[3] = np.minimum(index[3], 3)
    for k, name in enumerate(names):
        assert np.array_equal(rows[name].reshape(shape), index[k])
    assert job.columns[4].categories == ("no_extra_action", "hr", "food", "levers")


def test_inputs_are_the_values_that_the_runs_had():
    job = job_of(MIXED)
    rows = {name: v.reshape(14, 3, 5) for name, v in job.compute(0).items()}
    assert np.all(rows["synergy effect"][:, 1] == 0.0)
    assert np.ptp(rows["synergy effect"][:, 0, 0]) > 0.0
    coverage, supervision = rows["food coverage level"], rows["supervision level"]
    assert np.all(coverage[..., 0] == 0.0) and np.all(coverage[..., 2] == 0.8)
    drawn = coverage[:, 0, 3]
    assert np.ptp(drawn) > 0.1 and drawn.min() >= 0.2 and drawn.max() <= 0.9
    assert np.all(coverage[..., 3:] == drawn[:, None, None])
    assert np.all(supervision[..., 3] == 0.4) and np.all(supervision[..., 4] == 0.8)
    assert np.all(rows["gain"][..., 0] == 0.0)
    base = rows["prevalence"][..., :1] - rows["prevalence"]
    assert np.allclose(rows["gain"], base, atol=1e-4)
    assert np.any(rows["gain"][..., 3] > 0.1)


def test_drawn_levers_give_what_fixed_ones_of_that_level_give():
    text = HEAD + "sampler: sobol\ndraws: 2\nseed: 5\nuncertainties: none\n"
    levers = "levers: {food coverage: {level: LEVEL, start: START}}\n"
    drawn = levers.replace("LEVEL", "{low: 0.2, high: 0.9}")
    drawn = drawn.replace("START", "{low: '2027-01', high: '2029-01'}")
    found = job_of(text + drawn).compute(0)
    level, start = found["food coverage level"][1], found["food coverage start"][1]
    design = design_of(text + levers.replace("LEVEL", "0.5").replace("START", "'2028-01'"))
    constants = dict(design.levers.constants)
    constants |= {"food coverage level": level, "food coverage start": start}
    levers = replace(design.levers, constants=constants, branch=108.0)
    fixed = make_job(replace(design, levers=levers)).compute(0)
    assert found["gain"][1] == fixed["gain"][1] > 0.0


def test_samplers_give_the_numbers_of_scipy():
    names = "uncertainties: {names: [food effect, trust time]}\nscenarios: hr\nseed: 9\n"
    sobol = design_of(HEAD + names + "sampler: sobol\ndraws: 16\n")
    engine = qmc.Sobol(d=2, rng=spawning(9, "draws/sobol", 0))
    assert np.array_equal(unit_points(sobol, 0, 4, 16), engine.random(16)[4:])
    cube = design_of(HEAD + names + "sampler: latin_hypercube\ndraws: 16\nreplicates: 2\n")
    own = qmc.LatinHypercube(d=1, rng=spawning(9, "draws/latin hypercube/food effect", 1))
    column = list(cube.names).index("food effect")
    assert np.array_equal(unit_points(cube, 1, 3, 9)[:, column], own.random(16)[3:9, 0])
    plain = design_of(HEAD + names + "sampler: random\ndraws: 16\n")
    drawn = stream(9, "draws/food effect").random(16)
    assert np.array_equal(unit_points(plain, 0, 0, 16)[:, column], drawn)
    prior = plain.coordinates[column].prior
    assert np.array_equal(values(plain, 0, 0, 16)[:, column], quantile(prior, drawn))


def test_trajectories_are_those_of_salib_and_can_be_analysed():
    from SALib.analyze import morris
    from SALib.sample.morris import sample

    text = HEAD + "scenarios: food\nsampler: morris\ntrajectories: 6\nseed: 4\n"
    design = design_of(
        text + "uncertainties: {sectors: [food], names: [food unit cost]}\noutcomes: [gain]\n"
    )
    count = len(design.names)
    assert design.draws == 6 * (count + 1)
    problem = {"num_vars": count, "names": list(design.names), "bounds": [[0, 1]] * count}
    own = sample(problem, 1, 4, seed=spawning(4, "draws/morris/2", 0))
    first = 2 * (count + 1)
    found = unit_points(design, 0, first, first + count + 1)
    assert np.allclose((found * 4 - 0.5) / 3, own)
    pieces = [unit_points(design, 0, k, k + 3) for k in range(0, design.draws, 3)]
    whole = unit_points(design, 0, 0, design.draws)
    assert np.array_equal(np.vstack(pieces)[: design.draws], whole)
    assert np.all((np.diff(whole[: count + 1], axis=0) != 0).sum(axis=1) == 1)
    gain = make_job(design).compute(0)["gain"].reshape(design.draws, 2)[:, 1]
    result = morris.analyze(problem, (whole * 4 - 0.5) / 3, gain, num_levels=4, seed=1)
    effect = dict(zip(design.names, result["mu_star"], strict=True))
    assert effect["food adherence"] > effect["food start up time"] > 0.0
    assert effect["food unit cost"] == 0.0


def test_a_factorial_design_has_every_combination_once():
    text = HEAD + "scenarios: hr\nsampler: factorial\nsteps: 4\nuncertainties:\n"
    text += "  names: [food effect]\n  ranges: {trust time: [6, 12, 24]}\n"
    design = design_of(text)
    assert design.draws == 12
    found = values(design, 0, 0, 12)
    assert len({tuple(row) for row in found}) == 12
    column = list(design.names).index("trust time")
    assert sorted(set(found[:, column])) == [6.0, 12.0, 24.0]
    prior = design.coordinates[1 - column].prior
    expected = quantile(prior, np.array([0.125, 0.375, 0.625, 0.875]))
    assert np.array_equal(np.unique(found[:, 1 - column]), expected)
    assert np.array_equal(values(design, 0, 5, 9), found[5:9])


@pytest.mark.parametrize("seed", [None, 7])
def test_stored_draws_and_gains_are_those_of_compare(seed):
    from tumbuh.calibration.ensemble import load_ensemble
    from tumbuh.experiments.compare import compare
    from tumbuh.experiments.inputs import read_plans
    from tumbuh.experiments.outcomes import paired_gain

    ids = ["no_extra_action", "hr", "food", "equal_mix"]
    text = HEAD + f"scenarios: [{', '.join(ids[1:])}]\ndraws: 40\n"
    job = job_of(text + ("" if seed is None else f"seed: {seed}\n"))
    rows = {name: v.reshape(40, 4) for name, v in job.compute(0).items()}
    program, ensemble = load_program(), load_ensemble("paser", 40, seed)
    # The standard world is one of the two child sectors; compare draws which of them it is.
    ensemble.constants["stock sector share"][:] = 0.0
    answer = compare(program, ensemble, read_plans(ids), ())
    assert not answer.batch.failed.any()
    for place, name in enumerate(ids):
        gain = paired_gain(answer.batch, name, ids[0], "survey prevalence", 168.0)
        assert np.array_equal(rows["gain"][:, place], gain)
        spent = answer.batch.at(name, "Cumulative Spending", 168.0)
        assert np.array_equal(rows["spending"][:, place], spent)
    own = [name for name in job.design.names if name != JOINT]
    assert all(np.array_equal(rows[name][:, 0], ensemble.constants[name]) for name in own)
    space = load_space(program)
    chosen = space.rows(rows[JOINT][:, 0])
    for name, column in space.stored.items():
        assert np.array_equal(column[chosen], ensemble.constants[name])


def test_what_does_not_vary_is_central():
    text = HEAD + "scenarios: food\ndraws: 5\nuncertainties: {names: [food unit cost]}\n"
    rows = {name: v.reshape(5, 2) for name, v in job_of(text).compute(0).items()}
    assert np.all(np.ptp(rows["prevalence"], axis=0) == 0.0)
    assert np.ptp(rows["spending"][:, 1]) > 0.0


def test_a_scenario_with_settings_is_compared_within_its_own_assumptions(tmp_path):
    plan = "id: bare\ntitle: {id: a, en: b}\nintent: {id: a, en: b}\n"
    plan += "settings: {absorption: 0.3, secular HAZ gain per year: 0.05}\n"
    (tmp_path / "bare.yaml").write_text(plan)
    text = HEAD + "draws: 6\nscenarios: [bare.yaml, hr]\n"
    found = make_job(design_from_text(text, tmp_path).design).compute(0)
    rows = {name: v.reshape(6, 3) for name, v in found.items()}
    assert np.any(rows["prevalence"][:, 1] != rows["prevalence"][:, 0])
    assert np.all(rows["gain"][:, 1] == 0.0)
    assert np.all(rows["absorption"][:, 1] == 0.3) and np.ptp(rows["absorption"][:, 2]) > 0.0
    alone = make_job(design_from_text(HEAD + "draws: 6\nscenarios: hr\n", tmp_path).design)
    own = alone.compute(0)
    assert np.array_equal(own["gain"].reshape(6, 2)[:, 1], rows["gain"][:, 2])


def test_a_draw_that_leaves_the_finite_numbers_is_nan_in_its_world_and_counted(monkeypatch):
    from tumbuh.experiments.batches import rows as module

    whole = module._draws

    def spoilt(design, world, first, last):
        found = whole(design, world, first, last)
        if world.id == "standard":
            found.constants["food effect"][1] = np.nan
        return found

    monkeypatch.setattr(module, "_draws", spoilt)
    text = HEAD + "scenarios: food\nworlds: [standard, stocks]\ndraws: 3\n"
    rows = job_of(text).compute(0)
    failed = rows["failed"].reshape(3, 2, 2)
    assert failed[1, 0].all() and failed.sum() == 2
    assert np.array_equal(np.isnan(rows["prevalence"]), rows["failed"] == 1)


def test_a_vast_design_is_sized_at_once_and_needs_a_word():
    text = HEAD + "scenarios: library\nworlds: all\nsampler: random\ndraws: 20000000000\n"
    job = job_of(text)
    found = estimate(job)
    assert found.runs == job.runs == 20_000_000_000 * 5 * 18
    assert found.chunks * job.chunk_runs >= found.runs
    assert found.seconds == found.runs / STORED_RATE and found.source == "stored"
    with pytest.raises(InputError, match="--yes"):
        confirm(found, yes=False)
    confirm(found, yes=True)
    small = estimate(job_of(HEAD + "scenarios: hr\ndraws: 8\n"))
    assert not small.large
    confirm(small, yes=False)


def test_a_chunk_far_inside_a_vast_design_is_computed_alone():
    text = HEAD + "scenarios: library\nworlds: all\nsampler: random\ndraws: 20000000000\n"
    design = design_of(text)
    assert values(design, 0, 10**10, 10**10 + 3).shape == (3, len(design.names))


def test_a_trial_measures_the_speed():
    found = estimate(job_of(HEAD + "scenarios: hr\ndraws: 8\n"), trial=True)
    assert found.source == "trial" and found.rate > 0.0
