"""The district that the browser shows, its pictures, and the command; no browser is needed."""

import numpy as np
import pytest
import typer

from tumbuh.experiments.agents import cli_view, view_figures
from tumbuh.experiments.agents.view_model import OF_STOCKS, UNTIL, ShownDistrict, stocks
from tumbuh.experiments.drawing import render
from tumbuh.experiments.messages import phrase
from tumbuh.experiments.text import words
from tumbuh.model.agents.areas import areas_of
from tumbuh.model.agents.observe import MEASURES
from tumbuh.model.agents.settings import SHOCKS


@pytest.fixture
def district():
    return ShownDistrict(year=2018)


def test_every_step_is_observed(district):
    for _ in range(3):
        district.step()
    record = district.record
    assert record.months == [0.0, 1.0, 2.0, 3.0]
    assert set(record.district) == set(MEASURES)
    assert {len(values) for values in record.district.values()} == {4}
    assert set(record.kecamatan) == {area.name for area in areas_of("paser")}
    assert all(0.0 <= share <= 1.0 for share in record.kecamatan.values())


def test_it_opens_in_the_year_asked_for_with_the_rounds_before():
    district = ShownDistrict(year=2019)
    assert (district.month, district.steps) == (12.0, 12)
    assert district.record.months == [0.0, 6.0, 12.0]
    district.step()
    assert district.record.months[-1] == 13.0


def test_it_ends_with_the_run_of_the_stocks(district):
    district.month = UNTIL - 1.0
    assert district.running
    district.step()
    assert not district.running


def test_a_shock_befalls_in_the_next_step(district):
    before = district.posts.present.sum()
    district.step()
    district.states.experience[:] = 3.0
    for kind in SHOCKS:
        district.shock(kind)
    district.step()
    assert [shock.month for shock in district.settings.shocks] == [1.0] * len(SHOCKS)
    assert district.states.experience.max() < 1.0
    assert district.posts.present.sum() < 0.9 * before


def test_a_choice_changes_the_district(district):
    other = ShownDistrict(year=2018, joint=1.0, outreach=0.6)
    assert other.assumptions["joint action exponent"] == 1.0
    assert not np.array_equal(other.round.receipt, district.round.receipt)
    assert np.array_equal(other.places.wealth, district.places.wealth)


def test_the_stocks_are_those_of_the_scenario(district):
    food = stocks("food").values["food reach"]
    assert food[-1] > 0.1
    assert stocks("no_extra_action").values["food reach"][-1] == 0.0
    for measure, name in OF_STOCKS.items():
        assert district.of_stocks(measure) == district.drivers.values[name][0]


def test_pictures_change_with_a_step_and_with_the_language(district):
    pictures = (view_figures.course, view_figures.tiles, view_figures.network)
    first = [render(picture(district, words("en")), "png") for picture in pictures]
    again = [render(picture(district, words("en")), "png") for picture in pictures]
    assert first == again
    for _ in range(7):  # families of a round change in the step after it
        district.step()
    later = [render(picture(district, words("en")), "png") for picture in pictures]
    assert later[0] != first[0]
    assert later[1] != first[1]
    assert render(view_figures.network(district, words("id")), "png") != later[2]


def test_links_are_as_wide_as_the_chance_to_share(district):
    def widest():
        drawn = view_figures.network(district, words("en"))
        return max(line.get_linewidth() for line in drawn.axes[0].lines if line.get_zorder() == 1)

    before = widest()
    district.states.determinants[:] = 1.0
    assert widest() > before


def test_a_district_without_kecamatan_says_so(district):
    district.record.kecamatan = {}
    drawn = view_figures.tiles(district, words("en"))
    assert [text.get_text() for text in drawn.axes[0].texts] == [words("en").get("view.one_area")]


def refused(capsys, **options):
    with pytest.raises(typer.Exit) as left:
        cli_view.view_command(**options)
    assert left.value.exit_code == 2
    return capsys.readouterr().err


def test_without_the_extra_the_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(cli_view, "NEEDED", ("no-such-package",))
    told = refused(capsys)
    assert "no-such-package, not installed" in told
    assert 'pip install "tumbuh[view]"' in told


def test_an_unknown_strategy_is_refused_before_anything_is_served(monkeypatch, capsys):
    monkeypatch.setattr(cli_view, "NEEDED", ())
    assert "Did you mean 'coordination'" in refused(capsys, scenario="coordinaton")


def test_the_refusal_is_translated():
    assert phrase('Install it: pip install "tumbuh[view]"') == 'Pasang: pip install "tumbuh[view]"'
    assert phrase("8765, which is taken") == "8765, yang sudah dipakai"
