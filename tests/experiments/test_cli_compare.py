"""The command as a user meets it."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from plan_files import CUT
from raw_names import raw_names

COMMAND = [sys.executable, "-m", "tumbuh"]
QUICK = ["compare", "--draws", "30", "--quiet"]


def tumbuh(*arguments, columns="100", **options):
    env = {k: v for k, v in os.environ.items() if k != "TUMBUH_LANG"} | {"COLUMNS": columns}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env=env, check=False, **options
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "result"
    result = tumbuh(*QUICK, "--scenarios", "hr,food,equal_food,equal_mix", "--out", str(out))
    assert result.returncode == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def english():
    return tumbuh(*QUICK, "--peers").stdout


def test_the_answer_comes_in_both_languages(english):
    indonesian = tumbuh(*QUICK, "--lang", "id").stdout
    assert "scenario, not forecast" in english
    assert "LiST" in english
    assert "skenario, bukan ramalan" in " ".join(indonesian.split())
    assert "23,8 %" in indonesian
    for word in ("Strategy", "undian", "diundi", "galat punya"):
        assert word not in indonesian
    assert (
        max(len(line) for line in (english + indonesian).splitlines() if "http" not in line) <= 100
    )


def test_the_short_answer_is_short(english):
    assert len(tumbuh(*QUICK).stdout.splitlines()) <= 88
    for part in ("judged chain", "C01", "A12", "up to Rp10.0 billion a year", "Rp billion"):
        assert part in " ".join(english.split()), part
    assert "percentage points" in english.partition("other models")[2]


@pytest.mark.parametrize("columns", ["80", "100", "120"])
@pytest.mark.parametrize("language", ["en", "id"])
def test_no_cell_is_ever_cut(columns, language):
    arguments = ["--full", "--until", "2035", "--lang", language]
    shown = tumbuh("compare", "-q", "--draws", "12", *arguments, columns=columns)
    assert shown.returncode == 0, shown.stderr
    assert "…" not in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) <= int(columns)


def test_json_is_all_there_is_on_standard_output_and_no_poorer_than_the_text():
    result = tumbuh(*QUICK, "--scenarios", "hr,food,equal_food,equal_mix", "--json", "--peers")
    answer = json.loads(result.stdout)
    assert answer["draws"] == 30
    assert answer["failed_draws"] == 0
    assert {row["scenario"] for row in answer["summary"]} > {"no_extra_action", "food"}
    assert len(answer["statement"]) == 3
    assert any("C01" in line for line in answer["caveats"])
    assert answer["strategies"]["hr"]["own_judged_chain_percent"]["row"] == "L01"
    assert answer["strategies"]["hr"]["limiting_link"]["gain_points"]["mean"] > 0.0
    assert set(answer["bottleneck"]["food"]) == {
        *("median", "mean", "low80", "high80", "low90", "high90")
    }
    assert {row["scenario"] for row in answer["equal_budget"]["members"]} == {
        *("equal_food", "equal_mix")
    }
    assert answer["target"]["speed_limit"]["mean_height_percent"]["median"] > 0.0
    assert answer["peers"][0]["study"].startswith("This model")


def test_the_folder_holds_tidy_tables_figures_and_provenance(folder):
    names = {path.name for path in folder.iterdir()}
    figures = {f"{name}.{form}" for name in ("fan", "gain") for form in ("png", "svg")}
    tables = {"summary.csv", "compare.csv", "draws.csv", "compare.nc", "manifest.json"}
    more = {"speed_limit.csv", "bottleneck.csv", "sectors.csv", "judged.csv", "equal_budget.csv"}
    assert names == figures | tables | more | {"answer.json"}
    with (folder / "compare.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    keys = {(row["draw"], row["scenario"], row["outcome"], row["year_end"]) for row in rows}
    assert len(keys) == len(rows) == 30 * 5 * 10 * 3


def test_the_folder_opens_again(folder):
    done = subprocess.run(
        [sys.executable, "-m", "tumbuh", "show", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "compare.csv" in done.stdout, done.stderr


def test_the_manifest_says_how_to_make_it_again(folder):
    made = json.loads((folder / "manifest.json").read_text())
    assert (made["draws"], made["until"], made["district"]) == (30, 2031, "paser")
    for name, digest in made["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert set(made["files"]) == {p.name for p in folder.iterdir()} - {"manifest.json"}
    assert {"scenarios/library/hr.yaml", "scenarios/library/food.yaml"} <= set(
        made["scenario_files"]
    )
    assert {"python", "platform", "date", "git_commit", "libraries", "command"} <= set(made)
    import xarray

    with xarray.open_dataset(folder / "compare.nc") as data:
        assert made["model_sha256"] in data.attrs["source"]


def test_own_scenarios_travel_with_the_result(tmp_path):
    plan = tmp_path / "own.yaml"
    assert tumbuh("scenario", "new", str(plan)).returncode == 0
    out = tmp_path / "out"
    shown = tumbuh("compare", "-q", "--draws", "10", "--scenarios", str(plan), "--out", str(out))
    assert shown.returncode == 0, shown.stderr
    made = json.loads((out / "manifest.json").read_text())
    assert made["scenario_files"][str(plan)]["text"] == plan.read_text(encoding="utf-8")


def test_the_same_command_gives_the_same_bytes(folder, tmp_path):
    again = tmp_path / "result"
    tumbuh(*QUICK, "--scenarios", "hr,food,equal_food,equal_mix", "--out", str(again))
    for name in ("summary.csv", "compare.csv", "answer.json", "fan.svg", "gain.png"):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_another_seed_takes_other_draws():
    arguments = [*QUICK, "--scenarios", "food", "--json"]
    first, second = (json.loads(tumbuh(*arguments, "--seed", s).stdout) for s in ("1", "2"))
    assert first["subset_seed"] == 1
    assert first["summary"] != second["summary"]


def test_the_target_is_answered_whatever_the_last_year():
    shown = tumbuh(*QUICK, "--scenarios", "food", "--until", "2028")
    assert shown.returncode == 0
    assert "at the end of 2029: met in" in " ".join(shown.stdout.split())
    assert "a survey at the end of 2029" in " ".join(shown.stdout.split())


def test_the_official_figure_is_an_option_of_its_own():
    official = tumbuh(*QUICK, "--scenarios", "food", "--observation", "official")
    assert "23.6 %" in official.stdout
    refused = tumbuh(*QUICK, "--district", "paser-official")
    assert refused.returncode == 2
    assert "expected a known district" in refused.stderr


def test_a_folder_with_files_is_left_alone_and_nothing_is_told(folder):
    before = sorted(path.name for path in folder.iterdir())
    result = tumbuh("compare", "-q", "--draws", "2000", "--out", str(folder))
    assert result.stdout == ""
    assert result.returncode == 2
    assert "one with files in it" in result.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_place_that_cannot_be_used_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    result = tumbuh(*QUICK, "--out", str(tmp_path / "file"))
    assert result.returncode == 2
    assert "a file of this name" in result.stderr
    result = tumbuh(*QUICK, "--out", str(tmp_path / "file" / "deep"), "--lang", "id")
    assert result.returncode == 2
    assert "folder yang dapat ditulisi" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_the_machine_and_leaves_nothing(tmp_path):
    import resource

    def few_bytes():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    result = tumbuh(
        *QUICK, "--scenarios", "food", "--out", str(tmp_path / "out"), preexec_fn=few_bytes
    )
    assert result.returncode == 3, result.stderr
    assert f"{tmp_path / 'out'}: expected a place that can be written" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_mistake_of_the_options_is_reported_at_once():
    result = tumbuh("compare", "--draws", "1", "--until", "2050")
    assert result.returncode == 2
    assert "--draws" in result.stderr
    assert "--until" in result.stderr


@pytest.mark.parametrize("given", [",", "", " , "])
def test_no_scenario_is_not_every_scenario(given):
    result = tumbuh("compare", "--scenarios", given)
    assert result.returncode == 2
    assert "at least one scenario" in result.stderr


def test_mistakes_in_a_scenario_come_with_their_lines(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        "id: plan\ntitle: {id: a, en: a}\nintent: {id: a, en: a}\nlevers:\n"
        "  cadre trainin: {level: 10, start: '2027-01', ramp_months: 12}\n"
        "  supervision: {level: 24, start: '2051-01', ramp_months: 12}\n",
        encoding="utf-8",
    )
    result = tumbuh("compare", "--scenarios", str(path))
    assert result.returncode == 2
    assert "plan.yaml:5" in result.stderr
    assert "plan.yaml:6" in result.stderr
    assert "0.24" in result.stderr


def start(*arguments):
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background job ignores SIGINT, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,  # noqa: PLW1509
    )


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "Interrupted"), (signal.SIGTERM, 143, "Terminated")],
)
def test_an_interruption_leaves_nothing(tmp_path, number, code, word):
    out = tmp_path / "result"
    process = start("compare", "--draws", "2000", "--until", "2035", "--out", str(out))
    time.sleep(1.5)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    assert f"{word}; nothing was written" in errors
    assert list(tmp_path.iterdir()) == []


def test_output_to_a_reader_that_leaves_is_no_error():
    process = subprocess.Popen(
        [*COMMAND, "evidence"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""


@pytest.mark.parametrize("arguments", [["--version"], ["compare", "--help"], ["--help"]])
def test_version_and_help(arguments):
    assert tumbuh(*arguments).returncode == 0


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_name_of_the_model_is_printed_for_planners(language):
    """With 200 draws, from which on the leading inputs are named."""
    done = tumbuh("compare", "--draws", "200", "--lang", language, "--quiet")
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert {"id": "Terpenting untuk", "en": "Leading for"}[language] in told
    assert raw_names([told]) == set()


@pytest.mark.parametrize(
    ("language", "nothing", "rule"),
    [
        ("en", "There is nothing to compare", "Differences below"),
        ("id", "Tidak ada yang dapat dibandingkan", "Perbedaan di bawah"),
    ],
)
def test_no_extra_action_alone_is_nothing_to_compare(language, nothing, rule):
    done = tumbuh(*QUICK, "--scenarios", "no_extra_action", "--lang", language)
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert nothing in told
    assert rule not in told and "≥ 0" not in told


GROUPS = ["scenario", "model", "experiment", "sensitivity", "agents", "bench", "ledger"]
LEDGER = [["ledger", name] for name in ("show", "add", "verify", "score")]


@pytest.mark.parametrize("command", [[], *([group] for group in GROUPS), *LEDGER])
def test_the_help_has_examples(command):
    told = " ".join(tumbuh(*command, "--help").stdout.split())
    assert "Examples" in told
    assert f"tumbuh {' '.join(command)}".strip() in told.split("Examples")[1]


def test_a_plan_that_its_ceiling_cuts_is_named(tmp_path):
    (tmp_path / "bud.yaml").write_text(CUT, encoding="utf-8")
    plans = [*QUICK, "--scenarios", "bud.yaml,hr"]
    english = tumbuh(*plans, cwd=tmp_path).stdout
    cut = "“Test” (Rp12.2 billion a year as written, at most Rp5.0 billion: down to 41 % of its doses)"
    assert cut in " ".join(english.split())
    indonesian = " ".join(tumbuh(*plans, "--lang", "id", cwd=tmp_path).stdout.split())
    assert "“Uji” (Rp12,2 miliar per tahun" in indonesian
    assert "sampai 41 % dari dosisnya" in indonesian
    told = json.loads(tumbuh(*plans, "--json", cwd=tmp_path).stdout)["strategies"]
    assert told["bud"]["share_within_ceiling"] == pytest.approx(0.41, abs=0.005)
    assert told["hr"]["share_within_ceiling"] == 1.0
    assert told["bud"]["yearly_cost_without_ceiling_million_idr"] > 12_000.0
    assert "as written" not in tumbuh(*QUICK, "--scenarios", "hr").stdout


@pytest.mark.slow
def test_a_report_names_the_plan_that_its_ceiling_cuts(tmp_path):
    (tmp_path / "bud.yaml").write_text(CUT, encoding="utf-8")
    made = tumbuh(*QUICK, "--scenarios", "bud.yaml,hr", "--out", "here", cwd=tmp_path)
    report = tumbuh("report", "here", "--out", "told", "--quiet", cwd=tmp_path)
    assert (made.returncode, report.returncode) == (0, 0), report.stderr
    page = next((tmp_path / "told").rglob("*.html")).read_text(encoding="utf-8")
    assert "down to 41 % of its doses" in page.replace("\xa0", " ")


def test_what_should_decide_is_that_of_the_strategies_compared():
    """Plans for the same money count too: without them, hardly any lead was too small."""
    equal = json.loads(tumbuh(*QUICK, "--scenarios", "equal_hr,equal_facilities", "--json").stdout)
    both = json.loads(
        tumbuh(*QUICK, "--scenarios", "hr,equal_hr,equal_facilities", "--json").stdout
    )
    assert both["deciding_difference_points"] >= equal["deciding_difference_points"] > 0.06
    shown = tumbuh(*QUICK, "--scenarios", "equal_hr,equal_facilities").stdout
    assert shown.count("Gain against no extra action") == 0
    single = json.loads(tumbuh(*QUICK, "--scenarios", "food", "--json").stdout)
    assert single["deciding_difference_points"] is None
    assert "should not drive a decision" not in " ".join(single["statement"])


@pytest.mark.slow
def test_a_report_of_one_strategy_says_no_difference_that_decides(tmp_path):
    one = tumbuh(*QUICK, "--scenarios", "food", "--out", "one", cwd=tmp_path)
    report = tumbuh("report", "one", "--out", "told", "--quiet", cwd=tmp_path)
    assert (one.returncode, report.returncode) == (0, 0), report.stderr
    assert "Deciding difference" not in (tmp_path / "told" / "report.html").read_text("utf-8")


TIMED = """\
id: {id}
title: {{id: Uji, en: Test}}
intent: {{id: Uji., en: Test.}}
levers:
  food coverage: {{level: 0.8, start: "{start}", ramp_months: 24, end: "{end}"}}
"""


def test_a_plan_that_comes_late_or_never_costs_its_sum_is_named(tmp_path):
    for name, start, end in (("late", "2034-01", "2035-12"), ("short", "2027-01", "2027-07")):
        text = TIMED.format(id=name, start=start, end=end)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    shown = tumbuh(*QUICK, "--scenarios", "late.yaml,short.yaml", cwd=tmp_path).stdout
    shown = " ".join(shown.split())
    assert "“Test” begins after the end of 2031, the last date shown" in shown
    assert "“Test” never costs Rp5.0 billion in a year" in shown
    assert "At most it spends Rp309.8 million in a year." in shown
    for part in ("begins after", "never costs"):
        assert part not in tumbuh(*QUICK).stdout


def test_a_folder_that_another_command_filled_meanwhile_is_told_so(tmp_path):
    from tumbuh.experiments.output import UnusablePlace, write_folder

    def last(hashes):
        (tmp_path / "here").mkdir()
        (tmp_path / "here" / "theirs.txt").write_text("first")
        return "manifest.json", "{}"

    with pytest.raises(UnusablePlace, match="one with files in it"):
        write_folder(tmp_path / "here", {"a.txt": "mine"}, None, last)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert (tmp_path / "here" / "theirs.txt").read_text() == "first"


def test_no_extra_action_alone_still_says_what_surveys_do_not_tell():
    shown = " ".join(tumbuh(*QUICK, "--scenarios", "no_extra_action").stdout.split())
    assert "They say nothing about which strategy works" in shown
    assert "should not drive a decision" not in shown
