"""Scores of the ledger against closed forms, and surveys that may be scored."""

from datetime import date

import numpy as np
import pytest
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import kstest, norm

from tumbuh.calibration.ledger import Origin, append
from tumbuh.calibration.ledger_entry import LEVELS, Forecast
from tumbuh.calibration.ledger_scores import Bell, Stored, crps, score_one, score_surveys
from tumbuh.calibration.ledger_surveys import SIMPLE, Published, read_round
from tumbuh.calibration.survey_rows import COLUMNS
from tumbuh.model.errors import DataError

MEAN, SD = 0.22, 0.04
NORMAL = Stored(MEAN + SD * ndtri(LEVELS))
TODAY = date(2031, 12, 31)


def crps_of_normal(share, mean=MEAN, deviation=SD):
    """Gneiting and Raftery (2007), Strictly Proper Scoring Rules, equation 21."""
    z = (share - mean) / deviation
    return deviation * (z * (2.0 * ndtr(z) - 1.0) + 2.0 * norm.pdf(z) - 1.0 / np.sqrt(np.pi))


def survey(value, area="paser", year=2026, low=None, high=None):
    return Published(area, f"SSGI {year}", year, value, low, high, 671, "2027-03-01")


@pytest.mark.parametrize("share", [0.125, 0.16, 0.2, 0.22, 0.253, 0.31])
def test_a_normal_of_which_the_quantiles_are_stored_scores_as_its_closed_form(share):
    found = score_one(NORMAL, survey(share))
    assert found.log == pytest.approx(norm.logpdf(share, MEAN, SD), abs=2e-3)
    assert found.pit == pytest.approx(norm.cdf(share, MEAN, SD), abs=1e-5)
    assert found.crps == pytest.approx(crps_of_normal(share), abs=2e-5)
    plain = score_one(Bell(MEAN, SD), survey(share))
    assert plain.log == pytest.approx(norm.logpdf(share, MEAN, SD), abs=1e-12)
    assert plain.crps == pytest.approx(crps_of_normal(share), abs=1e-7)
    assert plain.pit == pytest.approx(norm.cdf(share, MEAN, SD), abs=1e-12)


@pytest.mark.parametrize("z", [-6.0, -3.0, -2.0, 0.1, 2.7, 6.0])
def test_a_normal_in_the_logit_is_met_far_beyond_the_outer_quantiles(z):
    share = float(expit(-1.2 + 0.25 * z))
    stored = Stored(expit(-1.2 + 0.25 * ndtri(LEVELS)))
    expected = norm.logpdf(z) - np.log(0.25 * share * (1.0 - share))
    assert stored.log_density(share) == pytest.approx(expected, abs=1e-9)
    assert float(stored.cdf(share)) == pytest.approx(ndtr(z), rel=1e-9)


def test_the_density_is_that_of_the_distribution():
    grid = np.linspace(0.02, 0.6, 20001)
    density = np.exp([NORMAL.log_density(x) for x in grid[::20]])
    assert np.trapezoid(density, grid[::20]) == pytest.approx(1.0, abs=1e-4)
    rises = np.diff(NORMAL.cdf(grid))
    assert (rises >= 0.0).all()
    assert (rises[(grid[:-1] > 0.06) & (grid[:-1] < 0.4)] > 0.0).all()


def test_an_interval_is_scored_by_its_probability_alone():
    found = score_one(NORMAL, survey(None, low=0.2, high=0.25))
    inside = norm.cdf(0.25, MEAN, SD) - norm.cdf(0.2, MEAN, SD)
    assert found.log == pytest.approx(np.log(inside), abs=1e-4)
    assert (found.crps, found.pit, found.inside(0.5)) == (None, None, None)


def test_intervals_hold_what_lies_between_their_stored_ends():
    forecast = Forecast("paser", 2026, "SSGI 2024", 0.2, 0.04, NORMAL.quantiles)
    for level in (0.5, 0.9):
        low, high = forecast.interval(level)
        for share, expected in ((low + 1e-4, True), (low - 1e-4, False), (high + 1e-4, False)):
            assert score_one(NORMAL, survey(share)).inside(level) is expected


def test_the_plain_forecast_is_that_which_was_stored():
    item = Forecast("paser", 2026, "SSGI 2024", 0.19, 0.05, NORMAL.quantiles)
    (found,) = score_surveys([survey(0.24)], [item])
    assert found.persistence.log == pytest.approx(norm.logpdf(0.24, 0.19, 0.05))
    assert found.model == score_one(NORMAL, survey(0.24))


def test_surveys_drawn_from_a_forecast_have_even_ranks_and_others_have_not():
    """A skewed forecast with heavy tails, known through its quantiles only."""
    rng = np.random.default_rng(1)

    def draw(size):
        return expit(-1.3 + 0.15 * rng.standard_normal(size) + 0.1 * rng.standard_t(4, size))

    stored = Stored(np.quantile(draw(200_000), LEVELS))
    pit = np.array([float(stored.cdf(x)) for x in draw(2000)])
    assert kstest(pit, "uniform").pvalue > 0.01
    for level in (0.5, 0.9):
        inside = np.mean(np.abs(pit - 0.5) <= level / 2.0)
        assert inside == pytest.approx(level, abs=0.03)
    shifted = np.array([float(stored.cdf(x)) for x in expit(logit(draw(2000)) + 0.1)])
    assert kstest(shifted, "uniform").pvalue < 1e-6


def test_the_truth_scores_best_on_average():
    rng = np.random.default_rng(2)
    shares = np.clip(MEAN + SD * rng.standard_normal(400), 0.01, 0.6)

    def mean_scores(forecast):
        logs = np.mean([forecast.log_density(x) for x in shares])
        return logs, np.mean([crps(forecast, x) for x in shares[:100]])

    log, rank = mean_scores(NORMAL)
    for mean, deviation in ((0.25, SD), (MEAN, 0.02), (MEAN, 0.08)):
        other = mean_scores(Stored(mean + deviation * ndtri(LEVELS)))
        assert log > other[0]
        assert rank < other[1]


@pytest.fixture
def folder(tmp_path):
    def item(area, year, centre):
        return Forecast(area, year, "SSGI 2024", 0.23, 0.04, centre + 0.03 * ndtri(LEVELS))

    for day, centre in (("2026-11-25", 0.2), ("2027-06-01", 0.22)):
        own = [
            item(area, year, centre) for area in ("paser", "berau") for year in (2025, 2026, 2030)
        ]
        append(tmp_path / "ledger", day, own, Origin("m", "p"), date(2027, 7, 1))
    return tmp_path


def surveys(folder, text, **options):
    path = folder / "surveys.csv"
    path.write_text(text, encoding="utf-8")
    return read_round(path, folder / "ledger", today=TODAY, **options)


def faults(folder, text, **options):
    with pytest.raises(DataError) as caught:
        surveys(folder, text, **options)
    return [str(problem) for problem in caught.value.problems]


HEAD = ",".join(SIMPLE)
GOOD = f"{HEAD}\npaser,SSGI 2026,2026,0.21,\n"


@pytest.mark.parametrize(
    ("day", "number"), [("2026-11-26", 1), ("2027-06-01", 1), ("2027-06-02", 2)]
)
def test_the_last_entry_before_publication_is_scored(folder, day, number):
    assert surveys(folder, GOOD, day=day).line.number == number


def test_an_earlier_entry_can_be_asked_for_and_a_later_one_cannot(folder):
    assert surveys(folder, GOOD, day="2030-01-01", number=1).line.number == 1
    (problem,) = faults(folder, GOOD, day="2027-06-01", number=2)
    assert "--published: expected a day after 2027-06-01, that of entry 2" in problem


def test_a_survey_that_was_known_is_refused(folder):
    (problem,) = faults(folder, GOOD, day="2026-11-25")
    assert "expected a day after 2026-11-25, that of entry 1, found 2026-11-25" in problem
    text = f"{HEAD},published\npaser,SSGI 2025,2025,0.21,671,2026-03-01\n"
    (problem,) = faults(folder, text)
    assert problem.startswith("surveys.csv:2 column published: expected a day after 2026-11-25")


def test_every_mistake_of_a_file_is_told_at_once(folder):
    rows = [
        "paser,SSGI 2026,2026,21.3,671,2027-07-01",
        "bero,SSGI 2026,2026,0.2,671,2027-07-01",
        "bontang,SSGI 2026,2026,0.2,671,2027-07-01",
        "berau,SSGI 2024,2024,0.2,671,2027-07-01",
        "berau,SSGI 2030,2030,0.2,0.5,2029-07-01",
        "berau,,2026,,671,soon",
        "berau,SSGI 2026,2026,0.2,671,2027-07-01",
        "paser,SSGI 2025,2025.5,0.2,671,2040-01-01",
    ]
    told = faults(folder, "\n".join([f"{HEAD},published", *rows]) + "\n")
    expected = [
        (2, "value", "Write 0.213 for 21.3 percent"),
        (3, "area", "Did you mean berau"),
        (4, "area", "expected one of paser, berau, found 'bontang'"),
        (5, "year", "expected a year from 2025 to 2030, found 2024"),
        (6, "children", "expected a whole number of children"),
        (6, "year", "expected a year up to 2029, that of publication, found 2030"),
        (7, "survey", "expected a text, found nothing"),
        (7, "value", "expected a text, found nothing"),
        (7, "published", "expected a day such as 2026-11-25, found 'soon'"),
        (8, "year", "found berau in 2026 again (first in line 7)"),
        (9, "year", "expected a year from 2025 to 2030, found 2025.5"),
        (9, "published", "expected a day up to 2031-12-31, today"),
    ]
    assert len(told) == len(expected)
    for problem, (line, column, part) in zip(told, expected, strict=True):
        assert problem.startswith(f"surveys.csv:{line} column {column}: "), problem
        assert part in problem


def test_the_day_of_publication_is_given_once(folder):
    assert "found neither" in faults(folder, GOOD)[0]
    text = f"{HEAD},published\npaser,SSGI 2026,2026,0.21,671,2027-07-01\n"
    assert "found both" in faults(folder, text, day="2027-07-01")[0]
    assert surveys(folder, text).surveys[0].day == "2027-07-01"


@pytest.mark.parametrize("text", ["", f"{HEAD}\n", "area,year\npaser,2026\n"])
def test_a_file_without_surveys_is_told(folder, text):
    assert len(faults(folder, text, day="2027-07-01")) == 1


def test_the_columns_of_the_survey_tables_are_read_with_their_rules(folder):
    cells = dict.fromkeys(COLUMNS, "") | {
        "id": "paser-2026",
        "area": "paser",
        "survey": "SSGI 2026",
        "instrument": "SSGI",
        "year": "2026",
        "low": "0.2",
        "high": "0.25",
        "months_basis": "unknown",
        "children_basis": "unknown",
        "basis": "bracket",
        "estimate": "direct",
        "role": "unseen",
        "official": "yes",
        "source": "A list 2027",
        "url": "https://example.org",
    }
    header = ",".join(COLUMNS)
    found = surveys(folder, f"{header}\n{','.join(cells.values())}\n", day="2027-07-01")
    (row,) = found.surveys
    assert (row.value, row.low, row.high, row.children) == (None, 0.2, 0.25, None)
    cells["source"] = ""
    (problem,) = faults(folder, f"{header}\n{','.join(cells.values())}\n", day="2027-07-01")
    assert "column source" in problem
