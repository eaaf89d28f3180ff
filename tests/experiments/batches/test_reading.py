"""What other programs read from a store, and what it says in numbers."""

import csv
import json

import numpy as np
import pytest
from fake_job import FakeJob, all_rows
from typer.testing import CliRunner

from tumbuh.experiments.batches import summary, summary_view
from tumbuh.experiments.batches.export import export
from tumbuh.experiments.batches.facts import Facts, facts_of
from tumbuh.experiments.batches.read import batches, columns_of, dataset, frame
from tumbuh.experiments.batches.runner import run
from tumbuh.experiments.batches.store import chunk_path, open_store
from tumbuh.experiments.outcomes import NO_EFFECT
from tumbuh.experiments.text import words
from tumbuh.model.errors import DataError, InputError

TRUTH = all_rows(FakeJob())
GAIN, RATE = "gain", "onset rate[under two]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading") / "store"
    run(FakeJob(), folder, workers=2)
    return folder


def same(found):
    """Compare columns that another program read, bit for bit."""
    for name, values in TRUTH.items():
        got = np.asarray(found[name])
        if values.dtype.kind == "f":
            assert np.array_equal(got.astype(float), values, equal_nan=True), name
        else:
            assert got.astype(values.dtype).tolist() == values.tolist(), name


def test_pandas_reads_the_folder_without_us(folder):
    import pandas

    same(pandas.read_parquet(folder / "chunks"))
    same(frame(folder))


def test_polars_reads_the_folder_without_us(folder):
    import polars

    table = polars.read_parquet(str(folder / "chunks" / "*.parquet"))
    same(
        {
            name: table[name].cast(polars.String) if name in ("world", "scenario") else table[name]
            for name in table.columns
        }
    )


def test_duckdb_reads_the_folder_without_us(folder):
    import duckdb

    files = f"{folder}/chunks/*.parquet"
    with duckdb.connect() as base:
        same(base.execute(f"SELECT * FROM '{files}' ORDER BY run").fetchnumpy())
        asked = f"SELECT avg(gain) FROM '{files}' WHERE scenario = 'food' AND failed = 0"
        mean = base.execute(asked).fetchall()[0][0]
    kept = (TRUTH["scenario"] == "food") & (TRUTH["failed"] == 0)
    assert mean == pytest.approx(TRUTH["gain"][kept].mean(), rel=1e-12)


def test_units_and_roles_are_in_every_file(folder):
    schema = dataset(folder).schema
    assert schema.field(RATE).metadata == {b"unit": b"1/month", b"role": b"input"}
    assert schema.field("scenario").metadata[b"role"] == b"index"


def test_csv_comes_back_to_the_last_bit(folder, tmp_path):
    export(open_store(folder), "csv", tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    same(
        {
            name: [row[name] if name in ("world", "scenario") else float(row[name]) for row in rows]
            for name in TRUTH
        }
    )
    with (tmp_path / "runs.columns.csv").open(encoding="utf-8") as stream:
        units = {row["name"]: row["unit"] for row in csv.DictReader(stream)}
    assert units[RATE] == "1/month" and list(units) == list(TRUTH)


def test_one_parquet_file_has_the_same_rows_and_units(folder, tmp_path):
    from pyarrow import parquet

    export(open_store(folder), "parquet", tmp_path / "runs.parquet")
    table = parquet.read_table(tmp_path / "runs.parquet")
    same({name: table.column(name).to_pandas() for name in table.column_names})
    assert table.schema.field(GAIN).metadata[b"unit"] == b"points"


def test_netcdf_opens_in_xarray_with_text_and_units(folder, tmp_path):
    import xarray

    export(open_store(folder), "netcdf", tmp_path / "runs.nc")
    with xarray.open_dataset(tmp_path / "runs.nc") as data:
        same({name: data[name].values for name in TRUTH})
        assert data.sizes["run"] == FakeJob().runs
        assert data[RATE].attrs["units"] == "1/month"
        assert data.attrs["made_from_model"] == "1"


@pytest.mark.parametrize("form", ["csv", "parquet", "netcdf"])
def test_a_damaged_chunk_stops_an_export_and_leaves_nothing(folder, tmp_path, form):
    import shutil

    store = tmp_path / "s"
    shutil.copytree(folder, store)
    path = chunk_path(store, 6)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="chunk-000006"):
        export(open_store(store), form, tmp_path / "out" / "runs")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    "read", [summary.summarise, lambda s: frame(s.folder), lambda s: next(batches(s))]
)
def test_one_changed_byte_is_refused_by_all_that_read(folder, tmp_path, read):
    import shutil

    shutil.copytree(folder, tmp_path / "s")
    for chunk in (2, 6):
        path = chunk_path(tmp_path / "s", chunk)
        data = bytearray(path.read_bytes())
        data[100] ^= 1
        path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        read(open_store(tmp_path / "s"))
    assert [problem.where[-14:] for problem in caught.value.problems] == [
        "000002.parquet",
        "000006.parquet",
    ]
    assert "verify --repair" in str(caught.value)


def test_a_torn_chunk_is_named_in_one_whole_sentence(folder, tmp_path):
    import shutil

    shutil.copytree(folder, tmp_path / "s")
    chunk_path(tmp_path / "s", 0).write_bytes(b"torn")
    with pytest.raises(DataError) as caught:
        dataset(tmp_path / "s")
    found = caught.value.problems[0].found
    assert "chunk-000000.parquet'" in found and not found.endswith(".") and "Either" not in found


def test_a_store_without_runs_and_an_unknown_column_are_told(folder, tmp_path):
    import shutil

    with pytest.raises(InputError, match="Did you mean 'gain'"):
        columns_of(open_store(folder), ["gian"])
    shutil.copytree(folder, tmp_path / "s")
    for path in (tmp_path / "s/chunks").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="none stored yet"):
        dataset(tmp_path / "s")


def test_the_summary_is_what_plain_numpy_finds(folder, monkeypatch):
    facts = Facts(id="x", sampler="sobol", forms={"gain": "gain"})
    monkeypatch.setattr(summary, "facts_of", lambda text: facts)
    monkeypatch.setattr(summary, "EQUAL_BUDGET_IDS", ("équal_hr", "food"))
    answer = summary.summarise(open_store(folder))
    assert len(answer["rows"]) == 6 and answer["stored"] == FakeJob().runs
    for row in answer["rows"]:
        here = (TRUTH["world"] == row["world"]) & (TRUTH["scenario"] == row["scenario"])
        values = TRUTH["gain"][here & (TRUTH["failed"] == 0)]
        assert row["failed"] == int((TRUTH["failed"][here] == 1).sum())
        assert row["mean"] == pytest.approx(values.mean(), rel=1e-12)
        assert row["q95"] == pytest.approx(np.quantile(values, 0.95), rel=1e-12)
        assert row["above_zero"] == np.mean(values > 0.0)
    assert {row["failed"] for row in answer["rows"]} == {0, 6}
    for item in answer["best"]:
        here = (TRUTH["world"] == item["world"]) & (TRUTH["failed"] == 0)
        hr, food = (TRUTH["gain"][here & (TRUTH["scenario"] == s)] for s in ("équal_hr", "food"))
        assert item["chance"]["food"] == pytest.approx(np.mean(food > hr))
    assert len(answer["best"]) == 2


def test_a_gain_in_points_counts_from_what_the_comparison_calls_an_effect():
    values = np.array([1e-9, NO_EFFECT / 2.0, 0.5, 1.0])
    group = summary.Group("standard", "hr", {}, np.arange(4))
    chances = {
        unit: summary._row(group, "gain", values, True, summary.least_gain(unit))["above_zero"]
        for unit in ("points", "child")
    }
    assert chances == {"points": 0.5, "child": 1.0}


@pytest.mark.parametrize(("unit", "title"), [("points", "P(above 0.005)"), ("child", "P(above 0)")])
def test_the_column_of_chances_names_its_limit(unit, title):
    answer = {
        "worlds": ["standard"],
        "rows": [{"outcome": "gain", "above_zero": 1.0}],
        "best": [],
        "outcomes": [{"name": "gain", "unit": unit, "form": "gain"}],
    }
    assert title in summary_view._headings(answer, "gain", words("en"))


def test_a_part_of_a_store_is_summarised_as_a_part(folder, tmp_path):
    import shutil

    shutil.copytree(folder, tmp_path / "s")
    chunk_path(tmp_path / "s", 10).unlink()  # the short last one
    answer = summary.summarise(open_store(tmp_path / "s"))
    assert answer["stored"] == 600 == sum(row["runs"] + row["failed"] for row in answer["rows"])


def test_text_of_another_kind_tells_no_facts():
    assert facts_of("103 10 1 0.0") == Facts()
    assert facts_of('{"tumbuh_design": 1}') == Facts()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A store of the packaged model with several chunks, made through the command line."""
    from tumbuh.experiments.batches import design

    place = tmp_path_factory.mktemp("real")
    (place / "small.yaml").write_text(DESIGN, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(design, "CHUNK_RUNS", 60)
        command = ["run", str(place / "small.yaml"), "--out", str(place / "s"), "--json"]
        done = CliRunner().invoke(_app(), command)
        assert done.exit_code == 0, done.output
    return place / "s", json.loads(done.stdout)


DESIGN = """
id: small
title: {id: Kecil, en: Small}
district: paser
scenarios: [hr, equal_hr, equal_food]
worlds: [standard, no_synergy]
uncertainties: {names: [food effect, levels and natural history]}
sampler: sobol
draws: 32
year: 2029
seed: 5
"""


def _app():
    from tumbuh.experiments.batches.cli_experiment import app, mount_running

    if "run" not in {command.name for command in app.registered_commands}:
        mount_running()
    return app


def invoke(*arguments):
    return CliRunner().invoke(_app(), [str(argument) for argument in arguments])


def test_the_packaged_model_fills_a_store(real):
    folder, told = real
    assert told["stored"] == told["runs"] == 32 * 2 * 4 and told["missing_chunks"] == 0
    store = open_store(folder)
    assert store.manifest.chunks > 3 and store.manifest.design["seed"] == 5
    answer = json.loads(invoke("show", folder, "--json").stdout)
    row = next(r for r in answer["rows"] if (r["scenario"], r["outcome"]) == ("equal_food", "gain"))
    data = frame(folder, ["world", "scenario", "gain"])
    plain = data[(data.world == row["world"]) & (data.scenario == "equal_food")].gain
    assert row["median"] == pytest.approx(plain.median(), rel=1e-12)
    assert {item["world"] for item in answer["best"]} == {"standard", "no_synergy"}
    assert all(sum(i["chance"].values()) == pytest.approx(1.0) for i in answer["best"])


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_commands_speak_both_languages(real, tmp_path, language):
    folder, _ = real
    for command in ("status", "verify", "show"):
        done = invoke(command, folder, "--lang", language)
        assert done.exit_code == 0, done.output
        assert "{" not in done.output and ("Small" in done.output) <= (language == "en")
        assert ("tumbuh compare" in " ".join(done.output.split())) == (command == "show")
    out = tmp_path / "summary"
    assert invoke("show", folder, "--out", out, "--lang", language).exit_code == 0
    assert (out / f"runs.{language}.png").stat().st_size > 10_000
    with (out / "summary.csv").open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 2 * 4 * 5


def test_a_store_is_mended_and_resumed_from_the_folder_alone(real, tmp_path, monkeypatch):
    import shutil

    from tumbuh.experiments.batches import design

    folder, _ = real
    monkeypatch.setattr(design, "CHUNK_RUNS", 60)
    store = tmp_path / "s"
    shutil.copytree(folder, store)
    want = {path.name: path.read_bytes() for path in (store / "chunks").iterdir()}
    chunk_path(store, 1).write_bytes(b"PAR1")
    chunk_path(store, 2).unlink()
    done = invoke("verify", store, "--json")
    assert done.exit_code == 1 and json.loads(done.stdout)["damaged"] == [1]
    assert "chunk-000001" in invoke("verify", store).output
    assert invoke("verify", store, "--repair").exit_code == 0
    assert {path.name: path.read_bytes() for path in (store / "chunks").iterdir()} == want
    chunk_path(store, 0).unlink()
    assert json.loads(invoke("status", store, "--json").stdout)["first_missing"] == [0]
    assert invoke("resume", store, "--workers", 2).exit_code == 0
    assert {path.name: path.read_bytes() for path in (store / "chunks").iterdir()} == want


def test_a_store_of_another_model_is_not_resumed(real, tmp_path, monkeypatch):
    import shutil

    from tumbuh.experiments.batches import job

    store = tmp_path / "s"
    shutil.copytree(real[0], store)
    own = job.made_from()
    monkeypatch.setattr(job, "made_from", lambda: own | {next(iter(own)): "another"})
    done = invoke("resume", store)
    assert done.exit_code == 2 and "another" in done.output and next(iter(own)) in done.output


def test_wrong_requests_are_told(real, tmp_path):
    folder, _ = real
    assert invoke("export", folder).exit_code == 2
    done = invoke("show", folder, "--outcome", "gian")
    assert done.exit_code == 2 and "Did you mean 'gain'" in done.output
    assert invoke("status", tmp_path).exit_code == 2
    assert invoke("run", "strategies", "--out", tmp_path / "x", "--shard", "3/2").exit_code == 2
    assert not (tmp_path / "x").exists()
    huge = tmp_path / "huge.yaml"
    huge.write_text(DESIGN.replace("draws: 32", "draws: 33554432").replace("small", "huge"))
    done = invoke("run", huge, "--out", tmp_path / "x")
    assert done.exit_code == 2 and "--yes" in done.output and not (tmp_path / "x").exists()


def test_another_design_is_refused_with_the_entries_that_differ(real, tmp_path):
    folder, _ = real
    other = tmp_path / "small.yaml"
    other.write_text(DESIGN.replace("draws: 32", "draws: 16"), encoding="utf-8")
    said = " ".join(invoke("run", other, "--out", folder).output.split())
    assert "design: draws: expected 32, found 16" in said
    assert "runs: expected 256, found 128" in said and "title" not in said


STOPPED = """
import sys
from tumbuh.experiments import cli
from tumbuh.experiments.batches import design
design.CHUNK_RUNS = 120
sys.argv = ["tumbuh", "experiment", *sys.argv[1:]]
cli.main()
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_command_that_is_stopped_tells_what_it_left_and_goes_on(real, tmp_path, name, code):
    import signal
    import subprocess
    import sys
    import time

    design, store = tmp_path / "long.yaml", tmp_path / "s"
    design.write_text(DESIGN.replace("draws: 32", "draws: 65536"), encoding="utf-8")
    command = [sys.executable, "-c", STOPPED, "run", str(design), "--out", str(store)]
    for _ in range(2):  # the second one goes on with the first
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        before = len(list((store / "chunks").glob("*.parquet")))
        end = time.monotonic() + 60.0
        while len(list((store / "chunks").glob("*.parquet"))) < before + 2:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.01)
        process.send_signal(getattr(signal, name))
        _, said = process.communicate(timeout=60)
        assert process.returncode == code and f"written before: {store}" in said
        assert "Traceback" not in said and f"tumbuh experiment resume {store}" in said
        done = json.loads(invoke("verify", store, "--json").stdout)
        assert not done["damaged"] and not done["unknown"] and done["whole"] >= before + 2


@pytest.mark.parametrize(
    ("chances", "said"), [((0.57, 0.9), "57 % of the draws"), ((0.85, 0.9), "at least 85 %")]
)
def test_a_leader_below_four_in_five_is_no_ranking(chances, said):
    answer = {
        "worlds": ["standard", "stocks"],
        "rows": [{"outcome": GAIN, "above_zero": 1.0}],
        "best": [
            {
                "outcome": GAIN,
                "world": world,
                "chance": {"equal_mix": chance, "equal_hr": 1 - chance},
            }
            for world, chance in zip(("standard", "stocks"), chances, strict=True)
        ],
    }
    (line,) = summary_view._spread(answer, GAIN, answer["rows"], words("en"))
    assert said in line
    assert ("no ranking" in line) == (min(chances) < 0.8)
