"""``tumbuh model run --draws``: seeds, threads, files, failed draws and memory."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from tumbuh.experiments import cli_model, cli_model_run, model_run, model_run_files
from tumbuh.experiments.run_columns import Columns

MODEL = """water = INTEG(-leak - gone, start) ~ litre ~ |
leak = rate*water ~ litre/day ~ |
gone = DELAY1(leak, wait)*0 ~ litre/day ~ |
odd = 1/divisor ~ dmnl ~ |
log = LN(odd*2) ~ dmnl ~ |
rate = 0.1 ~ 1/day ~ |
start = 100 ~ litre ~ |
wait = 2 ~ day ~ |
divisor = 1 ~ dmnl ~ |
INITIAL TIME = 0 ~ day ~ |
FINAL TIME = 8 ~ day ~ |
TIME STEP = 0.25 ~ day ~ |
SAVEPER = 1 ~ day ~ |
"""
SPEC = """draws: 3000
sampler: {}
constants:
  rate: {{family: beta, mean: 0.1, standard deviation: 0.03}}
  start: {{family: triangular, low: 50, mode: 100, high: 200}}
"""
POINTS = """constants:
  rate: [0.1, 0.2, 0.3, 0.1, 0.2]
  wait: [2, 0.1, 2, 1, 0.2]
  divisor: [1, 1, 0, -1, 0]
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    Path("own.mdl").write_text(MODEL)
    app = typer.Typer()
    cli_model_run.mount(app)
    app.command("vars")(cli_model.list_variables)

    def call(spec, *words):
        Path("d.yaml").write_text(spec)
        options = ["own.mdl", "--trust-model", "--draws", "d.yaml", *map(str, words)]
        return CliRunner().invoke(app, ["run", *options])

    return call


def table(path="r.csv"):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


def left_behind():
    return sorted(path.name for path in Path().iterdir() if path.name.startswith("."))


@pytest.mark.parametrize("sampler", ["random", "latin_hypercube", "sobol"])
def test_a_seed_fixes_every_bit_for_any_number_of_threads_and_parts(run, sampler, monkeypatch):
    written = []
    for threads, part, seed in ((1, 16_384, 1), (4, 16_384, 1), (2, 300, 1), (1, 16_384, 2)):
        monkeypatch.setattr(model_run, "PART", part)
        monkeypatch.setattr(model_run_files, "BLOCK", part // 3)
        words = ("--threads", threads, "--seed", seed, "--csv", "r.csv", "--reduce", "min:water")
        assert run(SPEC.format(sampler), "--outputs", "water", *words).exit_code == 0
        written.append(Path("r.csv").read_bytes())
    assert written[0] == written[1] == written[2]
    assert written[0] != written[3]


def test_a_row_for_each_draw_with_its_inputs(run):
    words = ("--set", "start=80", "--outputs", "water", "--times", "0,8", "--reduce", "last:water")
    words += ("--csv", "deep/r.csv", "--netcdf", "deep/r.nc")
    result = run(SPEC.format("random"), *words)
    assert result.exit_code == 0, result.stderr
    assert "--set start replaces its draws" in result.stderr
    rows = table("deep/r.csv")
    at = "water at {} day [litre]"
    names = ["draw", "rate [1/day]", "start [litre]", "failed", at.format(0), at.format(8)]
    assert list(rows[0]) == [*names, "last of water [litre]"]
    numbers = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    assert numbers["draw"].tolist() == list(range(3000))
    assert set(numbers["start [litre]"]) == {80.0}
    expected = 80 * (1 - numbers["rate [1/day]"] / 4) ** 32
    np.testing.assert_allclose(numbers[at.format(8)], expected, rtol=1e-12)
    np.testing.assert_array_equal(numbers[at.format(8)], numbers["last of water [litre]"])
    with netCDF4.Dataset("deep/r.nc") as file:
        assert file.variables["water"].units == "litre"
        assert file.variables["time"][:].tolist() == [0, 8]
        np.testing.assert_array_equal(file.variables["water"][:, 1], numbers[at.format(8)])
        np.testing.assert_array_equal(file.variables["constant rate"][:], numbers["rate [1/day]"])
        assert (file.failed_draws, file.seed, file.sampler) == (0, 1, "random")


def test_the_summary_is_of_the_rows(run):
    words = ("--outputs", "water", "--times", "0,8", "--csv", "r.csv", "--json")
    found = json.loads(run(SPEC.format("latin_hypercube"), *words).stdout)
    column = [float(row["water at 8 day [litre]"]) for row in table()]
    output = found["outputs"]["water"]
    ends = [output[name][1] for name in ("low90", "median", "high90")]
    assert ends == pytest.approx(np.quantile(column, [0.05, 0.5, 0.95]).tolist())
    assert (found["draws"], found["sampler"], found["failed"]) == (3000, "latin_hypercube", 0)
    text = run(SPEC.format("latin_hypercube"), "--reduce", "first_below:water:60").stdout
    assert "crossed in" in text
    assert "3,000 draws (latin hypercube, seed 1)" in text


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_failed_draws_are_counted_with_their_cause_and_the_others_keep_their_values(run, engine):
    words = ("--outputs", "water,odd,log", "--times", "0,8", "--reduce", "last:gone")
    words += ("--engine", engine, "--csv", "r.csv")
    result = run(POINTS, *words)
    assert result.exit_code == 0, result.stderr
    text = " ".join(result.stdout.split())
    assert "failed draws: 4 of 5" in text
    assert "2 draws: a delay of 'gone' (own.mdl:3) shorter than order x time step = 0.25" in text
    assert "1 draw: 'odd' not finite first at 0 day (first: draw 2)" in text
    assert "1 draw: 'log' not finite first at 0 day (first: draw 3)" in text
    assert "draw 2 began with 'odd' (own.mdl:4) at 0 day" in text
    rows = table()
    assert [row["failed"] for row in rows] == ["0", "1", "1", "1", "1"]
    water = [row["water at 8 day [litre]"] for row in rows]
    assert (water[1], water[4]) == ("", "")
    expected = [100 * (1 - rate / 4) ** 32 for rate in (0.1, 0.3, 0.1)]
    assert [float(water[draw]) for draw in (0, 2, 3)] == pytest.approx(expected, rel=1e-12)
    assert [row["odd at 8 day [dmnl]"] for row in rows] == ["1.0", "", "", "-1.0", ""]
    found = json.loads(run(POINTS, *words, "--json").stdout)
    assert found["causes"][0] == {
        "reason": "short delay", "variable": "gone", "line": 3, "time": None,
        "draws": 2, "first_draw": 1,
    }  # fmt: skip
    for name in ("low90", "median", "high90"):
        assert found["outputs"]["water"][name][1] == pytest.approx(expected[0]), "draw 0 alone"


def test_a_path_without_a_number_never_crosses_and_is_a_failure(run):
    result = run(POINTS, "--reduce", "first_above:log:0")
    assert result.exit_code == 0
    assert "failed draws: 3 of 5" in result.stdout
    assert "'minimum of log' not finite" in result.stdout


def test_exit_code_1_where_every_draw_failed(run):
    result = run("constants: {divisor: [0, 0]}\n", "--outputs", "odd", "--csv", "r.csv")
    assert result.exit_code == 1
    assert "failed draws: 2 of 2" in result.stdout
    assert len(table()) == 2


def test_a_delay_that_is_too_short_in_all_draws_alike_stops_the_run(run):
    result = run(SPEC.format("random"), "--set", "wait=0.1", "--reduce", "last:gone")
    assert result.exit_code == 2
    assert "own.mdl:3: expected a delay of at least order x time step = 0.25" in result.stderr


@pytest.mark.parametrize("option", ["--csv", "--netcdf"])
def test_an_interrupted_file_leaves_the_old_one_whole(run, option, monkeypatch):
    Path("r.out").write_text("old")
    blocks = model_run_files._blocks

    def interrupted(result, progress):
        yield from list(blocks(result, progress))[:1]
        raise KeyboardInterrupt

    monkeypatch.setattr(model_run_files, "_blocks", interrupted)
    assert run(SPEC.format("random"), option, "r.out").exit_code in (1, 130)
    assert Path("r.out").read_text() == "old"
    assert left_behind() == []


@pytest.mark.parametrize(
    ("option", "kind"), [("--csv", OSError), ("--netcdf", OSError), ("--netcdf", RuntimeError)]
)
def test_a_full_disk_is_exit_code_3_and_leaves_nothing(run, option, kind, monkeypatch):
    def full(result, progress):
        raise kind(28, "No space left on device")

    monkeypatch.setattr(model_run_files, "_blocks", full)
    result = run(SPEC.format("random"), option, "r.out")
    assert result.exit_code == 3
    assert "r.out" in result.stderr
    assert not Path("r.out").exists()
    assert left_behind() == []


def test_columns_on_disk_are_those_in_memory():
    rng = np.random.default_rng(3)
    near, far = Columns(3, 50), Columns(3, 50, limit=0)
    for size in (7, 43):
        part = [rng.random(size) for _ in range(3)]
        near.add(part)
        far.add(part)
    for place in range(3):
        np.testing.assert_array_equal(near[place], far[place])
        np.testing.assert_array_equal(near.part(place, slice(5, 9)), far.part(place, slice(5, 9)))
    far.close()


def test_progress_is_told_part_by_part(run, monkeypatch):
    seen = []
    monkeypatch.setattr(model_run, "PART", 1000)
    real = model_run.run
    monkeypatch.setattr(
        model_run, "run", lambda request, progress: real(request, lambda *at: seen.append(at))
    )
    assert run(SPEC.format("random"), "--threads", 1).exit_code == 0
    assert seen
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (3000, 3000)


def test_few_times_are_kept_where_all_would_not_fit(run, monkeypatch):
    from tumbuh.experiments import run_schedule

    monkeypatch.setattr(run_schedule, "IN_MEMORY", 20_000)
    result = run(SPEC.format("random"), "--json", "--outputs", "water")
    assert "values are kept at 5 times" in result.stderr
    assert json.loads(result.stdout)["times"] == [0, 2, 4, 6, 8]
    monkeypatch.setattr(run_schedule, "ON_DISK", 100)
    assert run(SPEC.format("random"), "--outputs", "water").exit_code == 2


MEMORY = """
import resource, sys
from tumbuh.experiments.app import run
sys.argv = ["tumbuh", "model", "run", "own.mdl", "--trust-model", "--draws", "d.yaml",
            "--outputs", "water,leak,odd,log", "--times", "0,1,2,3,4,5,6,7,8", "--threads", "1",
            "--netcdf", "r.nc", "-q"]
assert run() == 0
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print("peak", peak * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_memory_is_flat_in_the_number_of_draws(run):
    peaks = []
    for draws in (30_000, 600_000):
        Path("d.yaml").write_text(SPEC.format("random").replace("3000", str(draws)))
        done = subprocess.run(
            [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout.rsplit(maxsplit=1)[-1]))
    values = 8 * 36 * 600_000
    assert peaks[1] - peaks[0] < values / 3
