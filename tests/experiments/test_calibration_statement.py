"""The statement for planners: every number is one that was passed, and the gates speak plainly."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.calibration.areas import load_areas
from tumbuh.calibration.scores import Holdout, Score
from tumbuh.experiments import planners
from tumbuh.experiments.app import app, mount
from tumbuh.experiments.calibration_statement import (
    Evidence,
    as_markdown,
    change_of,
    holdout_sentences,
    statement,
)
from tumbuh.experiments.series_data import district_surveys
from tumbuh.experiments.text import words
from tumbuh.model.errors import DataError

POINTS = tuple((f"area {k}", f"SKI {2023 + k % 2}") for k in range(16))


def holdout(inside=13, behind=3.5):
    pit = np.array([0.5] * inside + [0.99] * (16 - inside))
    zero = np.zeros(16)
    plain = Score(zero + behind / 16.0, zero, zero + 0.5)
    return Holdout(POINTS, Score(zero, zero, pit), {"province": plain})


def evidence(**changes):
    given = Evidence(
        area=load_areas()["paser"],
        surveys=district_surveys("paser"),
        fitted=39,
        districts=10,
        frozen="2026-11-25",
        design_effect=1.6,
        level=0.81,
        change=0.04,
        levers=0.0,
        smallest=0.63,
        holdout=holdout(),
        chance=0.12,
    )
    return replace(given, **changes)


def text(language="en", **changes):
    return "\n".join(statement(evidence(**changes), words(language)))


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        (
            "en",
            ("23.7 %", "22.2 to 24.7 %", "+1.1", "81 %", "0.63", "13 of 16", "25 November 2026"),
        ),
        (
            "id",
            (
                "23,7 %",
                "22,2 s.d. 24,7 %",
                "+1,1",
                "81 %",
                "0,63",
                "13 dari 16",
                "25 November 2026",
            ),
        ),
    ],
)
def test_numbers_are_those_passed_in_the_format_of_the_language(language, numbers):
    found = text(language)
    for number in numbers:
        assert number in found
    assert as_markdown(evidence(), words(language)).startswith("# ")


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    "changes",
    [
        {"fitted": 40},
        {"districts": 9},
        {"frozen": "2027-01-02"},
        {"design_effect": 3.0},
        {"level": 0.5},
        {"change": 0.2},
        {"levers": 0.05},
        {"smallest": 0.9},
        {"ranking": 0.9},
        {"chance": 0.3},
        {"holdout": holdout(inside=14)},
        {"holdout": holdout(behind=3.0)},
        {"area": load_areas()["berau"]},
        {"surveys": district_surveys("berau")},
    ],
)
def test_the_text_follows_every_input(changes, language):
    assert text(language, **changes) != text(language)


def test_change_and_probability_by_hand():
    found = change_of(district_surveys("paser"), 1.6)
    assert found is not None
    error = np.sqrt(1.6 * (0.238 * 0.762 / 292 + 0.249 * 0.751 / 671))
    assert found.error == pytest.approx(error)
    assert (found.first, found.second) == ("SSGI 2021", "SSGI 2022")
    assert found.rose == pytest.approx(0.616, abs=0.005)


def test_two_surveys_far_apart_are_not_called_too_small():
    first, second, *_ = district_surveys("paser")
    apart = (replace(first, value=0.10), replace(second, value=0.30))
    assert "too small" in text()
    assert "too small" not in text(surveys=apart)
    fell = text(surveys=(replace(first, value=0.30), replace(second, value=0.10)))
    assert "likely it fell" in fell
    assert "-20.0 points" in fell


def test_districts_with_one_survey_or_none():
    assert "no two surveys" in text(surveys=district_surveys("paser")[:1])
    assert "No survey of Paser" in text(surveys=())


def test_gates_that_failed_say_so():
    both = text(holdout=holdout(inside=11, behind=3.5), chance=0.02)
    assert both.count("FAILED") == 2
    assert "11 of 16" in both
    assert "behind by 3.5 nats" in both
    assert "this far behind in 2 %" in both
    none = text(holdout=holdout(inside=12, behind=-1.0))
    assert "FAILED" not in none
    assert "ahead by 1.0 nats" in none


def test_a_fit_that_has_not_settled_passes_no_gate():
    sure = "\n".join(holdout_sentences(holdout(inside=14, behind=1.0), 0.5, words("en")))
    assert sure.count("passed") == 2
    early = holdout_sentences(holdout(inside=14, behind=1.0), 0.5, words("en"), settled=False)
    assert "passed" not in "\n".join(early)
    assert "\n".join(early).count("Too few chains") == 2
    failed = holdout_sentences(holdout(inside=11, behind=3.5), 0.5, words("en"), settled=False)
    assert "\n".join(failed).count("FAILED") == 2


def test_levers_that_were_learnt_are_not_denied():
    assert "do not tell which strategy" in text(levers=0.0)
    assert "do not tell which strategy" not in text(levers=0.3)
    assert "0 % for the question which action is best" in text(levers=-0.2)


def test_the_command_prints_and_writes_the_same_statement(tmp_path, monkeypatch):
    mount(["statement"])
    monkeypatch.setattr(planners, "gather", lambda *given: evidence())
    for language, said in (("en", "do not tell which strategy"), ("id", "tidak memberi tahu")):
        file = tmp_path / f"statement.{language}.md"
        done = CliRunner().invoke(
            app, ["statement", "--lang", language, "--output", str(file)], env={"COLUMNS": "100"}
        )
        assert done.exit_code == 0
        assert said in " ".join(done.stdout.split())
        assert file.read_text(encoding="utf-8") == as_markdown(evidence(), words(language))
    done = CliRunner().invoke(app, ["statement", "--json"])
    assert json.loads(done.stdout)["statement"] == statement(evidence(), words("en"))


def test_everything_that_is_said_is_computed():
    found = planners.gather("berau", 60, threads=2)
    assert found.area.code == "berau"
    assert len(found.surveys) == 4
    assert found.fitted == 39
    assert 0.5 < found.level < 1.0
    assert found.smallest > 0.0
    with pytest.raises(DataError, match="one of paser"):
        planners.gather("pasr", 60)


@pytest.mark.parametrize(
    ("language", "whose"),
    [("en", "the judgement of the model's authors"), ("id", "penilaian penyusun model")],
)
@pytest.mark.parametrize("levers", [0.0, 0.4])
def test_judgement_is_said_to_be_that_of_the_authors_of_the_model(language, whose, levers):
    assert whose in text(language, levers=levers)
    assert words(language).get("planners.levers_none", district="").count(whose) == 1
    assert whose in words(language).get("statement.levers")
