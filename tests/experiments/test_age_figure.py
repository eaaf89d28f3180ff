"""The age profile as a figure and as a page."""

from pathlib import Path

import pytest

from tumbuh.calibration.growth_tables import load_growth_tables
from tumbuh.calibration.natural_history import read_stored
from tumbuh.experiments.age_figure import age_chart, main
from tumbuh.experiments.pages import natural_history_table, part
from tumbuh.experiments.text import words
from tumbuh.model.parameters import load_parameters

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("language", "label"), [("en", "Age, months"), ("id", "Umur, bulan")])
def test_the_figure_has_both_surveys_the_band_and_its_language(language, label):
    drawn = age_chart(read_stored(), load_growth_tables(), load_parameters(), words(language))
    axis = drawn.axes[0]
    assert axis.get_xlabel() == label
    legend = [text.get_text() for text in axis.get_legend().get_texts()]
    assert len(legend) == 6
    assert sum("SSGI 2022" in text or "SKI 2023" in text for text in legend) == 2
    assert sum("90 %" in text for text in legend) == 2


def test_the_files_are_the_same_each_time(tmp_path):
    for folder in ("one", "two"):
        main(tmp_path / folder, ("id",))
    one, two = (tmp_path / folder / "age_profile.id.png" for folder in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert all((DOCS / f"age_profile.{language}.png").exists() for language in ("en", "id"))


def test_the_page_says_what_the_draws_say():
    page = (DOCS / "calibration.md").read_text(encoding="utf-8")
    assert part(page, "natural history") == natural_history_table(), "run `make pages`"
