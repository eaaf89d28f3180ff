"""What is read from draws, on small arrays with known answers."""

import numpy as np
import pytest

from tumbuh.experiments.batch import Batch
from tumbuh.experiments.judged import judged_share, ranked
from tumbuh.experiments.outcomes import (
    at_date,
    interval,
    intervals,
    new_faltering_cut,
    paired_gain,
)
from tumbuh.experiments.plausibility import fall_is_implausible, sectors_differ
from tumbuh.experiments.ranking import chance_of_best, deciding_difference, rank
from tumbuh.experiments.text import words
from tumbuh.model.parameters import load_parameters
from tumbuh.scenarios.text import LANGUAGES


def batch(**cases):
    times = np.array([0.0, 12.0, 24.0])
    failed = np.zeros(len(next(iter(next(iter(cases.values())).values()))), bool)
    return Batch(times, {}, cases, failed, None)


def test_intervals_are_quantiles():
    found = interval(np.arange(101.0))
    assert found.numbers == (50.0, 10.0, 90.0, 5.0, 95.0)
    assert interval(np.array([0.0, 0.0, 0.0, 4.0])).mean == 1.0


def test_a_paired_gain_is_taken_draw_by_draw():
    base = np.array([[0.3, 0.3, 0.3], [0.2, 0.2, 0.2]])
    plan = base - np.array([[0.0, 0.0, 0.01], [0.0, 0.0, 0.02]])
    runs = batch(base={"p": base}, plan={"p": plan})
    assert paired_gain(runs, "plan", "base", "p", 24.0) == pytest.approx([1.0, 2.0])
    assert paired_gain(runs, "plan", "base", "p", 12.0) == pytest.approx([0.0, 0.0])


def test_rounding_of_the_engine_is_no_effect():
    base = np.full((2, 3), 0.2)
    runs = batch(base={"p": base}, plan={"p": base - 1e-9})
    assert np.array_equal(paired_gain(runs, "plan", "base", "p", 24.0), [0.0, 0.0])


def test_probabilities_count_draws():
    from tumbuh.experiments.outcomes import OUTPUTS

    base = {name: np.full((4, 3), 0.2) for name in OUTPUTS}
    plan = {name: values.copy() for name, values in base.items()}
    plan["survey prevalence"] = 0.2 - np.array([0.0, 0.006, 0.012, 0.07])[:, None] * np.ones(3)
    found = at_date(batch(base=base, plan=plan), "plan", "base", 24.0, 2019, 0.142)
    assert found.chances == (0.75, 0.5)
    assert found.better == 0.75
    assert found.none == 0.25
    assert found.severe.median == pytest.approx(20.0)
    assert found.on_target == 0.25


def test_the_cut_in_new_stunting_is_a_ratio_of_means():
    base = {"onset rate under two": np.full((1, 3), 0.02)}
    plan = {"onset rate under two": np.array([[0.02, 0.01, 0.01]])}
    runs = batch(base=base, plan=plan)
    assert new_faltering_cut(runs, "plan", "base", 12.0, 24.0) == pytest.approx([50.0])
    assert new_faltering_cut(runs, "plan", "base", 0.0, 12.0) == pytest.approx([25.0])


def test_the_best_shares_ties_and_sums_to_one():
    gains = {"a": np.array([1.0, 2.0, 0.0, 0.0]), "b": np.array([0.5, 3.0, 0.0, 0.0])}
    assert chance_of_best(gains) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(("wins", "ranked"), [(80, True), (79, False)])
def test_an_order_is_a_ranking_from_80_percent(wins, ranked):
    first = np.where(np.arange(100) < wins, 2.0, 0.0)
    found = rank({"a": first, "b": np.full(100, 1.0)}, 2031)
    assert found.steps[0].is_ranking is ranked
    assert (found.verdict(0.5) == "ranking") is ranked


def test_the_deciding_difference_is_that_of_a_normal():
    noise = np.random.default_rng(1).normal(0.0, 2.0, 200_000)
    assert deciding_difference({"a": noise, "b": np.zeros(200_000)}) == pytest.approx(
        1.683, abs=0.02
    )


def test_judged_inputs_get_their_share_of_a_linear_answer():
    """4 x judged + 3 x sourced, both uniform: variance shares 16/25 and 9/25."""
    table, rng = load_parameters(), np.random.default_rng(2)
    inputs = {"initial fidelity": rng.random(4000), "food effect": rng.random(4000)}
    assert table.get("initial fidelity").judged
    assert not table.get("food effect").judged
    gain = 4.0 * inputs["initial fidelity"] + 3.0 * inputs["food effect"]
    found = judged_share(gain, ranked(inputs), table)
    assert found.judged == pytest.approx(0.64, abs=0.02)
    assert found.explained == pytest.approx(1.0, abs=0.01)
    assert found.leading[0][0] == "initial fidelity"


def test_what_no_input_explains_is_not_attributed():
    rng = np.random.default_rng(3)
    inputs = {"initial fidelity": rng.random(2000)}
    found = judged_share(rng.random(2000), ranked(inputs), load_parameters())
    assert found.explained < 0.01


def test_a_fall_of_more_than_three_points_a_year_is_implausible():
    times = np.arange(0.0, 61.0, 12.0)
    assert fall_is_implausible(times, 0.4 - 0.031 * times / 12.0)
    assert not fall_is_implausible(times, 0.4 - 0.029 * times / 12.0)


def test_sectors_differ_only_when_both_limits_are_passed():
    assert sectors_differ(1.0, 0.7)
    assert not sectors_differ(0.3, 0.21)
    assert not sectors_differ(1.0, 0.85)


def _keys(table, before=""):
    for name, entry in table.items():
        if isinstance(entry, dict):
            yield from _keys(entry, f"{before}{name}.")
        else:
            yield before + name, entry


def test_both_languages_say_the_same_things():
    texts = {language: dict(_keys(words(language).table)) for language in LANGUAGES}
    assert set(texts["id"]) == set(texts["en"])
    for key, english in texts["en"].items():
        import re

        blanks = [sorted(re.findall(r"{(\w+)}", text)) for text in (english, texts["id"][key])]
        assert blanks[0] == blanks[1], key


def test_numbers_follow_the_language():
    assert words("id").number(1234.56) == "1.234,6"
    assert words("en").number(1234.56) == "1,234.6"
    assert words("en").number(-0.001, 2) == "0.00"
    assert words("id").percent(0.001) == "<1 %"
    assert [words("en").percent(x) for x in (0.0, 0.005, 0.01, 0.99, 0.995, 1.0)] == [
        *("0 %", "<1 %", "1 %", "99 %", ">99 %", "100 %")
    ]
    assert words("id").span(-1.0, 2.0) == "-1,0 s.d. 2,0"
    assert words("en").range(interval(np.array([0.0, 1.0])), unit=" %") == "0.5 % (0.1 to 0.9 %)"
    assert words("id").month(108.0) == "Januari 2027"
    assert (words("en").billions(0.0), words("id").billions(720.0)) == ("Rp0", "0,7")


def test_no_result_and_no_year_is_typed_in_a_text():
    """Numbers come from the tables; a text may hold the plan's own years and definitions only.

    The name of a survey is no number, and a probability runs from 0 to 1.
    """
    allowed = {"0", "1", "2026", "2018", "6", "23", "95", "90", "80", "50"}
    for language in LANGUAGES:
        for key, text in _keys(words(language).table):
            import re

            plain = re.sub(r"{\w+}|SHA-256|SSGI \d{4}", "", text)
            assert set(re.findall(r"\d+", plain)) <= allowed, key


def test_the_largest_fall_is_not_called_at_most():
    """In Indonesian "paling banyak pada 80 %" reads as "in 80 % at most"."""
    for language in LANGUAGES:
        for key, text in _keys(words(language).table):
            assert "prevalensi paling banyak" not in text, key


def test_intervals_together_are_those_of_each():
    drawn = np.random.default_rng(1).lognormal(size=(7, 333))
    drawn[3, :50] = 0.0
    for row, found in zip(drawn, intervals(list(drawn)), strict=True):
        quantiles = np.quantile(row, [0.5, 0.1, 0.9, 0.05, 0.95])
        assert found.numbers == tuple(quantiles.tolist())
        assert found.mean == row.mean()
        assert found == interval(row)


def test_a_month_is_found_as_isclose_finds_it():
    times = np.arange(0.0, 169.0, 3.0)
    saved = Batch(times, {}, {}, np.zeros(1, bool), None)
    for month in (0.0, 3.0, 168.0, 165.001, 108.0 + 1e-9):
        assert saved.column(month) == int(np.flatnonzero(np.isclose(times, month))[0])
    for month in (1.0, 168.1, -3.0, float("nan")):
        with pytest.raises(KeyError):
            saved.column(month)
