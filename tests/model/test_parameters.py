import csv
import dataclasses
import io

import numpy as np
import pytest

from tumbuh.model.errors import EvidenceError
from tumbuh.model.evidence_tables import load_evidence
from tumbuh.model.parameters import COLUMNS, draw_prior, load_parameters

GOOD = {
    "name": "food effect",
    "unit": "HAZ",
    "value": "0.14",
    "family": "normal",
    "a": "0.14",
    "b": "0.013",
    "lower": "0",
    "role": "transmission",
    "tier": "2",
    "sector": "food",
    "evidence": "A01b;S25",
    "source": "dewey2023mq",
    "locator": "abstract",
    "read": "abstract",
    "grade": "A",
    "judged": "no",
}
PLAIN = {
    **GOOD,
    **dict.fromkeys(("a", "b", "lower", "tier"), ""),
    "name": "switch reinforcing loop",
    "family": "fixed",
    "value": "1",
    "role": "switch",
}


def text_of(*rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def load(tmp_path):
    def read(*rows):
        path = tmp_path / "parameters.csv"
        path.write_text(text_of(*rows), encoding="utf-8")
        return load_parameters(path, load_evidence())

    return read


def refusal(load, *rows):
    with pytest.raises(EvidenceError) as caught:
        load(*rows)
    return caught.value.problems


def test_good_rows_are_read(load):
    table = load(GOOD, PLAIN)
    row = table.get("Food_effect")
    assert (row.value, row.tier, row.evidence, row.judged) == (0.14, 2, ("A01b", "S25"), False)
    assert table.defaults() == {"food effect": 0.14, "switch reinforcing loop": 1.0}
    assert [row.name for row in table.uncertain()] == ["food effect"]
    assert table.uncertain(tier=1) == ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.value = 1.0  # type: ignore[misc]


BROKEN = {
    "no source": ({"source": ""}, "source"),
    "unknown source": ({"source": "nobody2020"}, "nobody2020"),
    "no grade": ({"grade": ""}, "grade"),
    "unknown grade": ({"grade": "E"}, "grade"),
    "unknown evidence": ({"evidence": "A01b;Z99"}, "Z99"),
    "unknown family": ({"family": "gaussian"}, "family"),
    "missing number": ({"b": ""}, "standard deviation"),
    "value outside bounds": ({"value": "-0.2"}, "within 0 to inf"),
    "value outside the family": (
        {"family": "uniform", "a": "0.2", "b": "0.3", "lower": ""},
        "within 0.2 to 0.3",
    ),
    "no value": ({"value": ""}, "value"),
    "no unit": ({"unit": ""}, "unit"),
    "no tier": ({"tier": ""}, "tier"),
    "unknown role": ({"role": "magic"}, "role"),
    "judged not yes or no": ({"judged": "maybe"}, "judged"),
    "judged without a note": ({"judged": "yes"}, "note"),
    "grade D without a note": ({"grade": "D"}, "note"),
    "decimal comma": ({"value": "0,14"}, "decimal point"),
    "infinite bound": ({"upper": "inf"}, "finite"),
    "words for a number": ({"a": "about 0.1"}, "a number"),
    "spike without null": ({"spike": "0.4"}, "null value"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_refused_at_its_line(load, name):
    change, words = BROKEN[name]
    problems = refusal(load, PLAIN, {**GOOD, **change})
    assert any(words in str(problem) for problem in problems), problems
    assert all(problem.where.startswith("parameters.csv:3") for problem in problems)


def test_all_problems_come_at_once(load):
    problems = refusal(
        load,
        {**GOOD, "source": "", "grade": "", "unit": ""},
        {**PLAIN, "evidence": "Z01"},
        {**GOOD, "name": "Food  Effect"},
    )
    lines = {problem.where.split()[0] for problem in problems}
    assert lines == {"parameters.csv:2", "parameters.csv:3", "parameters.csv:4"}
    assert any("used once" in str(problem) for problem in problems)
    assert len(problems) == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty file"),
        (b"\x00\x01\x02", "binary"),
        ("näme\n".encode("latin-1"), "encoding"),
        (b"name,unit\nx,y\n", "without value"),
        (b"name;unit;value\n", "Separate columns with commas"),
        (",".join(COLUMNS).encode(), "at least one row"),
        ((",".join(COLUMNS) + "\nfood effect,HAZ,0,14\n").encode(), "cells"),
    ],
)
def test_files_that_are_not_the_table_are_refused(tmp_path, data, words):
    path = tmp_path / "parameters.csv"
    path.write_bytes(data)
    with pytest.raises(EvidenceError, match=words):
        load_parameters(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(EvidenceError, match="[Nn]o such file"):
        load_parameters(tmp_path / "none.csv")


def test_a_table_saved_by_a_spreadsheet_is_read(tmp_path):
    path = tmp_path / "parameters.csv"
    note = 'two\nlines, "quoted"'
    text = text_of({**GOOD, "note": note}, {**PLAIN, "grade": ""}).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    with pytest.raises(EvidenceError) as caught:
        load_parameters(path)
    # The first row takes two lines, so the faulty second row starts at line 4.
    assert [p.where.split()[0] for p in caught.value.problems] == ["parameters.csv:4"]


def test_unknown_names_are_listed_together_with_the_nearest(load):
    table = load(GOOD, PLAIN)
    with pytest.raises(EvidenceError) as caught:
        table.select(["food efect", "food effect", "moon phase"])
    messages = [str(problem) for problem in caught.value.problems]
    assert len(messages) == 2
    assert "food effect" in messages[0]


class TestDraws:
    @pytest.fixture
    def table(self, load):
        other = {**GOOD, "name": "maternal effect"}
        spiked = {**GOOD, "name": "lever", "spike": "0.4", "null_value": "0"}
        return load(GOOD, other, spiked, PLAIN)

    def test_only_uncertain_parameters_are_drawn_unless_named(self, table):
        assert list(draw_prior(table, 1, 5)) == ["food effect", "maternal effect", "lever"]
        named = draw_prior(table, 1, 5, ["switch reinforcing loop"])
        np.testing.assert_array_equal(named["switch reinforcing loop"], np.ones(5))

    def test_a_parameter_does_not_depend_on_the_others_nor_on_the_number_of_draws(
        self, table, load
    ):
        whole = draw_prior(table, 7, 50)["food effect"]
        alone = draw_prior(load(GOOD), 7, 20)["food effect"]
        np.testing.assert_array_equal(whole[:20], alone)

    def test_same_prior_different_name_different_draws(self, table):
        draws = draw_prior(table, 7, 50)
        assert not np.array_equal(draws["food effect"], draws["maternal effect"])

    def test_another_seed_gives_other_draws(self, table):
        one, two = (draw_prior(table, seed, 50)["food effect"] for seed in (1, 2))
        assert not np.array_equal(one, two)

    def test_draws_follow_the_prior(self, table):
        draws = draw_prior(table, 3, 20_000)
        assert draws["food effect"].mean() == pytest.approx(0.14, abs=5e-4)
        assert draws["food effect"].std() == pytest.approx(0.013, rel=0.03)
        assert np.mean(draws["lever"] == 0.0) == pytest.approx(0.4, abs=0.015)

    def test_no_draws_is_a_mistake(self, table):
        with pytest.raises(ValueError, match="at least 1"):
            draw_prior(table, 1, 0)


class TestPackagedTable:
    table = load_parameters()

    def test_every_prior_draws_finite_numbers_within_its_bounds(self):
        draws = draw_prior(self.table, 20270101, 500)
        assert set(draws) == {row.name for row in self.table.uncertain()}
        for row in self.table.uncertain():
            values = draws[row.name]
            assert np.all(np.isfinite(values)), row.name
            prior = row.prior
            slab = values[values != prior.null_value]
            assert prior.lower is None or np.all(slab >= prior.lower), row.name
            assert prior.upper is None or np.all(slab <= prior.upper), row.name

    def test_levers_are_never_in_the_tier_that_surveys_update(self):
        moved = [row for row in self.table.rows if row.role == "transmission"]
        assert moved
        assert {row.tier for row in moved if row.uncertain} <= {0, 2}

    def test_memory_never_passes_for_reading(self):
        for row in self.table.rows:
            if set(row.source) == {"unverified"}:
                assert row.grade == "D", row.name
