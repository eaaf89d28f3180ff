"""``tumbuh experiment``: what a person sees of designs, in both languages."""

import json

import pytest
from fake_job import FakeJob
from typer.testing import CliRunner

from tumbuh.experiments.batches.cli_experiment import app
from tumbuh.experiments.batches.design_read import packaged
from tumbuh.experiments.batches.experiment_view import _how
from tumbuh.experiments.batches.runner import run
from tumbuh.experiments.batches.store import chunk_path
from tumbuh.experiments.batches.summary_view import dose_text
from tumbuh.experiments.text import words


def call(*arguments, code=0):
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == code, done.output
    return done


@pytest.mark.parametrize(("lang", "word"), [("en", "stored draws"), ("id", "simulasi tersimpan")])
def test_check_says_what_runs_how_long_and_how_large(lang, word):
    said = call("check", "strategies", "--lang", lang).output
    assert word in said and "equal_mix" in said and "MB" in said
    assert ("18,000" if lang == "en" else "18.000") in said
    assert ("child-years" if lang == "en" else "tahun-anak") in said


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "en",
            "Daily food supplement for children 6-23 months: start = January 2027; January 2029",
        ),
        ("id", "Suplemen makanan harian anak 6-23 bulan: mulai = Januari 2027; Januari 2029"),
    ],
)
def test_check_writes_the_starts_of_levers_as_months(lang, told):
    assert told in " ".join(call("check", "levers", "--lang", lang).output.split())


def test_doses_and_priors_have_the_decimal_comma_of_indonesian():
    for language, comma in (("en", "."), ("id", ",")):
        assert dose_text("food coverage level", 0.4, words(language)) == f"0{comma}4"
        item = {"how": "beta", "numbers": [0.6543, 0.15]}
        assert _how(item, words(language)).endswith(f"0{comma}654; 0{comma}15")


def test_check_in_json_holds_what_is_printed():
    answer = json.loads(call("check", "structure", "--json").output)
    assert answer["runs"] == 35_000 and len(answer["worlds"]) == 5
    assert answer["rate"] == "stored" and not answer["needs_yes"]
    assert {"design", "model", "engine", "tumbuh"} <= answer["identity"].keys()


def test_every_note_and_every_way_to_vary_has_words(tmp_path):
    path = tmp_path / "a.yaml"
    head = "id: a\ntitle: {id: x, en: y}\nscenarios: hr\nworlds: all\n"
    path.write_text(head + "sampler: sobol\ndraws: 20000001\n")
    for lang in ("en", "id"):
        said = call("check", str(path), "--lang", lang).output
        assert "--yes" in said and "16777216" in said
    path.write_text(head + "uncertainties: none\nsampler: random\ndraws: 3\n")
    assert "the same" in call("check", str(path)).output


def test_a_bad_design_is_told_with_its_line_and_code_2(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("id: a\ntitle: {id: x, en: y}\nscenarios: hrr\ndraws: 0\n")
    done = call("check", str(path), code=2)
    assert f"{path}:3" in done.output and f"{path}:4" in done.output
    assert "seharusnya" in call("check", str(path), "--lang", "id", code=2).output
    assert "Did you mean 'structure'" in call("check", "structur", code=2).output


def test_new_writes_a_design_that_passes(tmp_path):
    path = tmp_path / "mine.yaml"
    call("new", str(path), "--lang", "id")
    call("check", str(path))
    assert "no file there yet" in call("new", str(path), code=2).output
    call("new", str(path), "--force")
    call("new", str(tmp_path / "Not Good.yaml"), code=2)


def test_ls_lists_designs_and_stores(tmp_path):
    said = call("ls").output
    assert all(name in said for name in packaged())
    run(FakeJob(), tmp_path / "one")
    whole = json.loads(call("ls", str(tmp_path), "--json").output)["stores"][0]
    chunk_path(tmp_path / "one", 1).unlink()
    for name, text in (("other", "{}"), ("broken", "{"), ("empty", None)):
        (tmp_path / name).mkdir()
        if text is not None:
            (tmp_path / name / "manifest.json").write_text(text)
    answer = json.loads(call("ls", str(tmp_path), "--json").output)
    assert answer["stores"] == [whole | {"done": whole["chunks"] - 1}]
    said = call("ls", str(tmp_path)).output
    assert f"{whole['chunks'] - 1}/{whole['chunks']}" in said
    call("ls", str(tmp_path / "nowhere"), code=2)
