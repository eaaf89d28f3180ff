"""A stored comparison opens as it was, or not at all."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from report_command import run

from tumbuh.experiments.cli_tables import show
from tumbuh.experiments.report import stored as reading
from tumbuh.experiments.report import stored_plans
from tumbuh.experiments.report.stored import read_stored
from tumbuh.experiments.runs import folder as folders
from tumbuh.experiments.text import words
from tumbuh.model.errors import DataError


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_prints_what_the_comparison_printed(compared, stored, language, capsys, monkeypatch):
    """Every number of every table and sentence, in the language asked for and in the other."""
    monkeypatch.setenv("COLUMNS", "100")
    _, options, english = compared
    printed = english if language == "en" else run(*options, "--lang", language).stdout
    capsys.readouterr()
    show(stored.answer, words(language), stored.design_effect, full=True)
    assert capsys.readouterr().out == printed


def test_a_scenario_with_a_setting_keeps_what_it_is_compared_with(stored):
    own = next(r for r in stored.answer.strategies if r.id == "lebih_banyak")
    assert own.base == "no_extra_action | lebih_banyak"
    gain = stored.answer.gain(own)
    assert np.median(gain) == pytest.approx(own.dates[-1].gain.median, abs=2e-5)
    # Against the plain baseline it would look like another plan.
    plain = stored.answer.gain(replace(own, base="no_extra_action"))
    assert abs(np.median(plain) - np.median(gain)) > 1e-3


def test_the_order_is_that_of_the_stored_runs(stored):
    equal = stored.answer.equal_budget
    assert sum(equal.best.values()) == pytest.approx(1.0)
    assert {step.first for step in equal.steps} | {equal.steps[-1].second} == set(equal.best)


def test_what_was_drawn_is_that_of_the_draws(stored, folder):
    from tumbuh.experiments.report.stored_draws import drawn_text

    lines = (folder / "draws.csv").read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("food adherence")
    values = [float(line.split(",")[place]) for line in lines[1:]]
    middle = f"{np.median(values):.3g}"
    assert drawn_text(stored.draws, "food adherence", words("en")).startswith(f"{middle} (")
    own = drawn_text(stored.draws, "food adherence", words("id"))
    assert own.startswith(middle.replace(".", ",") + " (") and " s.d. " in own


def test_a_damaged_file_is_named(copy):
    (copy / "summary.csv").write_text("scenario\n", encoding="utf-8")
    (copy / "fan.png").unlink()
    with pytest.raises(DataError) as caught:
        read_stored(copy)
    assert {p.where for p in caught.value.problems} == {
        str(copy / "summary.csv"),
        str(copy / "fan.png"),
    }


def test_another_model_is_refused(copy, monkeypatch):
    made = folders.made_from()
    monkeypatch.setattr(folders, "made_from", lambda: made | {"model": "another"})
    with pytest.raises(DataError, match="from the model of now, found a different one"):
        read_stored(copy)


def test_another_scenario_is_refused(copy, monkeypatch):
    monkeypatch.setattr(stored_plans, "_digest", lambda path: "another")
    with pytest.raises(DataError, match="the scenario that was run"):
        read_stored(copy)


def test_another_price_or_dose_is_refused(stored):
    changed = json.loads(json.dumps(stored.manifest))
    changed["scenarios"]["equal_mix"]["levers"]["food coverage"]["level"] = 0.5
    with pytest.raises(DataError, match="equal_mix: expected the doses that were run"):
        stored_plans.stored_plans(changed, reading.AGAIN)


def _rewrite(folder, name, change):
    """Change a file and the manifest with it, as an older version might have written both."""
    import hashlib

    data = json.loads((folder / name).read_text(encoding="utf-8"))
    change(data)
    (folder / name).write_text(json.dumps(data), encoding="utf-8")
    if name != "manifest.json":
        sha = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        _rewrite(folder, "manifest.json", lambda made: made["files"].update({name: sha}))


@pytest.mark.parametrize("key", ["summary", "target", "bottleneck", "strategies"])
def test_a_comparison_with_a_part_missing_is_refused(copy, key):
    _rewrite(copy, "answer.json", lambda answer: answer.pop(key))
    with pytest.raises(DataError, match=f"a whole comparison.*{key}"):
        read_stored(copy)


def test_sentences_that_come_out_otherwise_are_refused(copy):
    """As when the effect of a trial, of which no checksum is kept, was corrected since."""
    _rewrite(copy, "answer.json", lambda answer: answer["caveats"].append("Another."))
    with pytest.raises(DataError, match="the sentences that the comparison printed"):
        read_stored(copy)


def test_another_kind_of_result_is_refused(copy):
    _rewrite(copy, "manifest.json", lambda made: made.update(kind="target"))
    with pytest.raises(DataError, match="found one of `tumbuh target`"):
        read_stored(copy)


def test_no_extra_action_alone_is_stored_and_is_no_report(tmp_path):
    alone = ["--scenarios", "no_extra_action", "--draws", "10", "--quiet"]
    done = run("compare", *alone, "--out", tmp_path / "r")
    assert done.exit_code == 0, done.output
    with pytest.raises(DataError, match="at least one strategy"):
        read_stored(tmp_path / "r")
