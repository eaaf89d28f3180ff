"""``tumbuh model run``: what is asked for is what comes, and every mistake is told at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from tumbuh.experiments import cli_model, cli_model_run
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
MODEL = """water[tank] = INTEG(-leak[tank], start) ~ litre ~ |
tank: left, right ~~|
leak[tank] = rate[tank]*water[tank] ~ litre/day ~ |
rate[tank] = 0.1, 0.2 ~ 1/day ~ |
start = 100 ~ litre ~ |
curve((0, 0), (1, 1)) ~ dmnl ~ |
seen = curve(start) ~ dmnl ~ |
INITIAL TIME = 0 ~ day ~ |
FINAL TIME = 8 ~ day ~ |
TIME STEP = 0.25 ~ day ~ |
SAVEPER = 1 ~ day ~ |
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")
    Path("own.mdl").write_text(MODEL)
    app = typer.Typer(rich_markup_mode="markdown")
    cli_model_run.mount(app)
    app.command("vars")(cli_model.list_variables)

    def call(*words, file="own.mdl", trust=True):
        options = [*([str(file)] if file else []), *(["--trust-model"] if trust else [])]
        return CliRunner().invoke(app, ["run", *options, *map(str, words)])

    return call


def values(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def path(rate, times, step=0.25):
    """Euler steps of the model, in closed form."""
    return 100.0 * (1.0 - rate * step) ** (np.asarray(times) / step)


def test_a_vensim_file_needs_trust_and_an_xmile_file_does_not(run):
    refused = run(trust=False)
    assert refused.exit_code == 2
    assert "own.mdl" in refused.stderr
    assert "--trust-model" in refused.stderr
    assert refused.stdout == ""
    assert run(file=EXAMPLES / "inventory.stmx", trust=False).exit_code == 0


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_one_run_is_the_closed_form(run, engine):
    found = values(run("--json", "--engine", engine, "--set", "rate[left]=0.4, start = 100"))
    assert found["times"] == list(range(9))
    assert found["set"] == {"rate[left]": 0.4, "start": 100.0}
    for name, rate in (("water[left]", 0.4), ("water[right]", 0.2)):
        output = found["outputs"][name]
        assert output["unit"] == "litre"
        assert output["values"] == pytest.approx(path(rate, found["times"]), rel=1e-13)


def test_reductions_are_those_of_the_path(run):
    kinds = ["last", "min", "max", "integral", "first_below:50", "first-above:150"]
    texts = [
        f"{kind}:water[left]:{threshold}".rstrip(":")
        for kind, _, threshold in (kind.partition(":") for kind in kinds)
    ]
    words = [part for text in texts for part in ("--reduce", text)]
    found = values(run("--json", *words))
    assert found["outputs"] == {}
    times = np.arange(0, 8.25, 0.25)
    water = path(0.1, times)
    after = int(np.argmax(water < 50))
    share = (water[after - 1] - 50) / (water[after - 1] - water[after])
    expected = [water[-1], water[-1], 100, water[:-1].sum() / 4, times[after - 1] + share / 4]
    numbers = [item["value"] for item in found["reductions"].values()]
    assert numbers[:5] == pytest.approx(expected, rel=1e-12)
    assert numbers[5] is None, "never crossed"
    units = [item["unit"] for item in found["reductions"].values()]
    assert units == ["litre"] * 3 + ["litre*day", "day", "day"]
    assert "never" in run(*words).stdout


def test_times_step_end_and_method(run):
    found = values(run("--json", "--every", 2, "--until", 5, "--time-step", 0.5))
    assert found["times"] == [0, 2, 4]
    expected = path(0.1, [0, 2, 4], 0.5)
    assert found["outputs"]["water[left]"]["values"] == pytest.approx(expected, rel=1e-13)
    found = values(run("--json", "--times", "10,0", "--method", "rk4", "--outputs", "water"))
    assert found["times"] == [0, 10], "the run is as long as the times ask for"
    values_ = found["outputs"]["water[left]"]["values"]
    assert values_ == pytest.approx([100, 100 * np.exp(-1)], rel=1e-6)
    assert list(found["outputs"]) == ["water[left]", "water[right]"]


def test_the_method_of_an_xmile_file_is_followed(run, tmp_path):
    file = EXAMPLES / "inventory.stmx"
    asked = values(run("--json", file=file, trust=False))
    assert asked["method"] == "rk4"
    assert values(run("--json", "--method", "euler", file=file))["outputs"] != asked["outputs"]
    other = tmp_path / "gear.stmx"
    other.write_text(file.read_text().replace('method="RK4"', 'method="Gear"'))
    refused = run(file=other)
    assert refused.exit_code == 2
    assert "--method euler" in refused.stderr
    other.write_text(file.read_text().replace('method="RK4"', 'method="Gear, RK4"'))
    assert values(run("--json", file=other))["outputs"] == asked["outputs"]
    other.write_text(file.read_text().replace('method="RK4"', 'method="Gear"'))
    assert run("--method", "rk4", file=other).exit_code == 0


MISTAKES = {
    "--set ratee": ("--set", "ratee[left]=1"),
    "the whole array. Write for example 'rate[left]' or 'rate[right]'": ("--set", "rate=1"),
    "variable of kind stock": ("--set", "water[left]=1"),
    "Use --time-step": ("--set", "TIME STEP=1"),
    "decimal point: start=0.5": ("--set", "start=0,5"),
    "NAME=VALUE with a number": ("--set", "start=x"),
    "one value, found two": ("--set", "start=1,Start=2"),
    "Did you mean 'water[left]'": ("--outputs", "watr"),
    "Did you mean 'maximum'": ("--reduce", "maxim:seen"),
    "first_below:VARIABLE:THRESHOLD": ("--reduce", "first_below:seen"),
    "found a lookup": ("--reduce", "last:curve"),
    "a multiple of the time step": ("--times", "1,0.3"),
    "expected numbers, found 'x'": ("--times", "1,x"),
    "--time-step: expected a number above 0": ("--time-step", "0"),
    "--every: expected a number above 0": ("--every", "-1"),
    "at most 2000000 steps": ("--until", "1e9"),
    "expected something to draw": ("--seed", "3"),
    "readable file": ("--draws", "none.yaml"),
    "a folder": ("--csv", "."),
    "found a file that is read": ("--csv", "own.mdl"),
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_told_and_nothing_is_written(run, tmp_path, words):
    before = sorted(tmp_path.iterdir())
    result = run(*MISTAKES[words], *(() if "--csv" in MISTAKES[words] else ("--csv", "new.csv")))
    assert result.exit_code == 2, result.stdout
    assert words in result.stderr
    assert result.stdout == ""
    assert {path.name for path in tmp_path.iterdir()} - {path.name for path in before} <= {"cache"}


def test_all_mistakes_come_at_once(run):
    Path("d.yaml").write_text("draws: 0\nconstants:\n  stat: 3\n  start: {family: no}\n")
    chosen = [
        ("--set", "ratee[left]=1, water[left]=3"), ("--outputs", "watr,seen,sen"),
        ("--reduce", "maxim:seen"), ("--times", "x"), ("--every", "0"), ("--draws", "d.yaml"),
    ]  # fmt: skip
    result = run(*(word for pair in chosen for word in pair))
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 11, result.stderr
    for line in ("d.yaml:1:", "d.yaml:3:", "d.yaml:4:"):
        assert sum(text.startswith(line) for text in lines) == 1


def test_an_unsupported_function_is_refused_with_element_line_and_remedy(run):
    wrong = MODEL.replace("seen = curve(start)", "seen[tank] = RANDOM NORMAL(0, 1, 0, 1, 7)")
    Path("own.mdl").write_text(wrong)
    result = run()
    assert result.exit_code == 2
    assert "own.mdl:7: expected a supported equation, found RANDOM NORMAL in 'seen'" in (
        result.stderr
    )
    assert "give it a distribution" in result.stderr
    text = (EXAMPLES / "inventory.stmx").read_text().replace("SMTH1(", "CONVEYORTIME(")
    Path("own.stmx").write_text(text)
    result = run(file="own.stmx", trust=False)
    assert result.exit_code == 2
    line = 1 + text[: text.index('<aux name="expected demand">')].count("\n")
    assert f"own.stmx:{line}:" in result.stderr


def test_a_wrong_model_file(run):
    assert run(file="none.mdl").exit_code == 2
    Path("empty.stmx").write_text("")
    assert run(file="empty.stmx").exit_code == 2


def test_many_stocks_need_names(run):
    many = MODEL.replace("left, right", "(t1-t30)").replace("0.1, 0.2", "0.1")
    Path("own.mdl").write_text(many)
    result = run()
    assert result.exit_code == 2
    assert "has 30 stocks" in result.stderr
    assert run("--outputs", "water").exit_code == 0


def test_the_table_shows_names_and_units(run):
    result = run("--reduce", "max:leak", "--outputs", "water")
    text = " ".join(result.stdout.split())
    assert "output unit 0 day" in text
    assert "water[left] litre 100" in text
    assert "maximum of leak[right] litre/day 20" in text
    assert "own.mdl: 1 run at the file's values; euler, step 0.25 day, to 8 day" in text


def test_help_has_examples_and_exit_codes(run):
    text = " ".join(run("--help", file=None, trust=False).stdout.split())
    assert "tumbuh model run sir.mdl --trust-model --draws sir_draws.yaml" in text
    assert "Exit codes: 0 done, 1 every draw failed" in text
    assert "--lang" not in text


def test_the_packaged_model_runs_by_default(run):
    found = values(run("--json", file=None, trust=False))
    program = load_program()
    expected = simulate(program, {}, list(found["outputs"]))
    assert "true prevalence" in found["outputs"]
    for name, output in found["outputs"].items():
        assert output["values"] == pytest.approx(expected[name][0].tolist(), rel=1e-12)


def test_a_share_of_the_packaged_model_in_percent_is_refused(run):
    Path("d.yaml").write_text("draws: 3\nconstants:\n  initial contact[illness]: 40\n")
    result = run("--set", "initial trust=30", "--draws", "d.yaml", file=None, trust=False)
    assert result.exit_code == 2
    assert "Write 0.3 for 30 percent" in result.stderr
    assert "Write 0.4 for 40 percent" in result.stderr
