"""Other provinces: the table, the estimates, and the two priors that rest on them."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, signal, stats

from tumbuh.calibration import province_changes as changes_of
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.likelihood import SURVEY_MODEL
from tumbuh.calibration.other_provinces import load_other_provinces
from tumbuh.calibration.province_changes import Changes, Estimate, most_likely
from tumbuh.calibration.province_pairs import Pairs, covariance, design, make_pairs, resampled
from tumbuh.calibration.province_spread import Slopes, measured, multiplier_spread, rows
from tumbuh.calibration.tables import DATA_FOLDER
from tumbuh.experiments.pages import part
from tumbuh.model.errors import DataError
from tumbuh.model.parameters import load_parameters

PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"
PRIORS = load_priors()


def real_pairs(rows=None):
    return make_pairs(rows or load_other_provinces(), *design())


@pytest.fixture(scope="module")
def found():
    return measured()


def made_pairs(provinces, districts, lasting, scale, errors=(0.18, 0.13), seed=1):
    """Districts with a known lasting spread, Student's t deviations and sampling errors."""
    rng = np.random.default_rng(seed)
    shape = (provinces * districts, 2)
    province = np.repeat(np.arange(provinces), districts)
    value = rng.normal(-1.2, 0.3, (provinces, 2))[province]
    value = value + lasting * rng.standard_normal(shape[0])[:, None]
    value = value + scale * stats.t(4).rvs(shape, random_state=rng)
    value = value + rng.standard_normal(shape) * errors
    return Pairs(province, value, np.tile(np.square(errors), (shape[0], 1)))


# The table


def test_the_table_holds_ten_provinces_up_to_2022_and_none_in_kalimantan():
    rows = load_other_provinces()
    counts = {}
    for row in rows:
        counts[row.province] = counts.get(row.province, 0) + 1
    assert len(rows) == 105
    assert counts == {
        "Aceh": 20,
        "Bali": 9,
        "Banten": 8,
        "Bengkulu": 10,
        "DI Yogyakarta": 4,
        "DKI Jakarta": 6,
        "Gorontalo": 6,
        "Papua Barat": 13,
        "Riau": 12,
        "Sumatera Selatan": 17,
    }
    assert all(row.note.startswith("read from search excerpts, typed once") for row in rows)


BAD = [
    ({"value_2021": "42.9"}, "other_provinces.csv:2 column value_2021: expected a share between 0 and 1, found 42.9. Write 0.429 for 42.9 percent."),
    ({"value_2022": "0,346"}, "other_provinces.csv:2 column value_2022: expected a number, found '0,346'. Use a decimal point: write 0.346."),
    ({"value_2022": ""}, "other_provinces.csv:2 column value_2022: expected a text, found nothing. Fill the cell."),
    ({"province": "Kalimantan Timur"}, "other_provinces.csv:2 column province: expected a province other than that of the fit, found 'Kalimantan Timur'. Move the row to observations.csv, which the fit reads."),
    ({"url": "https://opsi.id"}, "other_provinces.csv:2 column url: expected an address for each page, found 2 pages and 1 addresses. Part both by semicolons."),
    ({"district": "Bener Meriah"}, "other_provinces.csv:4 column district: expected one row of a district, found Bener Meriah, Aceh again (first in line 2). Remove one of the two rows."),
]  # fmt: skip


def changed(tmp_path, **cells):
    """Write the packaged table with some cells of its first row replaced; return the path."""
    with (DATA_FOLDER / "other_provinces.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0] |= cells
    path = tmp_path / "other_provinces.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(("cells", "message"), BAD)
def test_bad_rows(tmp_path, cells, message):
    with pytest.raises(DataError) as caught:
        load_other_provinces(changed(tmp_path, **cells))
    assert str(caught.value) == message


def test_all_mistakes_are_told_at_once(tmp_path):
    path = changed(tmp_path, id="aceh-pidie", value_2021="42.9", value_2022="x", source="")
    with pytest.raises(DataError) as caught:
        load_other_provinces(path)
    told = str(caught.value).splitlines()
    columns = [line.split(" column ")[1].split(":")[0] for line in told]
    assert columns == ["source", "value_2021", "value_2022"]


# The estimates


def density(x, scale, variance):
    """Density of two Student's t deviations and a normal error, by convolution on a grid."""
    grid = np.linspace(-15.0, 15.0, 12001)
    step = grid[1] - grid[0]
    one = stats.t(4, scale=scale).pdf(grid)
    error = stats.norm(scale=np.sqrt(variance)).pdf(grid)
    two = signal.fftconvolve(one, one, mode="same") * step
    return np.interp(x, grid, signal.fftconvolve(two, error, mode="same") * step)


def test_the_likelihood_is_that_of_a_convolution():
    three = Changes(np.zeros(3, int), np.array([-0.1, 0.2, 1.4]), np.array([0.04, 0.05, 0.06]))
    apart, scales = (three.change - 0.5) * np.sqrt(1.5), np.array([0.1, 0.25])
    student = changes_of.student_log_likelihood(three, scales)
    whole = changes_of.integrated_log_likelihood(three, scales)
    shift = np.linspace(-3.0, 4.0, 701)
    for k, scale in enumerate(scales):
        each = [density(x, scale, v) for x, v in zip(apart, three.variance, strict=True)]
        assert student[k] == pytest.approx(np.log(each).sum(), abs=1e-3)
        pairs = zip(three.change, three.variance, strict=True)
        product = np.prod([density(x - shift, scale, v) for x, v in pairs], axis=0)
        assert whole[k] == pytest.approx(np.log(integrate.trapezoid(product, shift)), abs=1e-3)


def test_normal_deviations_have_the_density_of_their_sum():
    three = Changes(np.zeros(3, int), np.array([-0.1, 0.2, 1.4]), np.array([0.04, 0.05, 0.06]))
    apart = (three.change - 0.5) * np.sqrt(1.5)
    law = stats.norm(scale=np.sqrt(2.0 * 0.2**2 + three.variance))
    value = changes_of.normal_log_likelihood(three, np.array([0.2]))
    assert value[0] == pytest.approx(law.logpdf(apart).sum())


@pytest.mark.parametrize(("lasting", "scale"), [(0.25, 0.1), (0.1, 0.25)])
def test_known_spread_and_discrepancy_are_found(lasting, scale):
    pairs = made_pairs(40, 20, lasting, scale)
    assert np.sqrt(covariance(pairs)[0, 1]) == pytest.approx(lasting, abs=0.03)
    estimate, log_student = most_likely(pairs.changes(), changes_of.student_log_likelihood)
    assert estimate.low < scale < estimate.high
    assert estimate.value == pytest.approx(scale, abs=0.02)
    normal, log_normal = most_likely(pairs.changes(), changes_of.normal_log_likelihood)
    assert log_student > log_normal + 5.0
    assert normal.value > scale


def test_a_sampling_error_taken_too_small_goes_into_the_discrepancy():
    pairs = made_pairs(40, 20, 0.2, 0.1)
    right, _ = most_likely(pairs.changes(), changes_of.student_log_likelihood)
    small = replace(pairs, variance=pairs.variance / 2.0)
    wrong, _ = most_likely(small.changes(), changes_of.student_log_likelihood)
    assert wrong.low > 0.1
    assert wrong.low > right.high


def test_small_provinces_do_not_make_the_discrepancy_small():
    changes = made_pairs(120, 3, 0.2, 0.2).changes()
    scales = np.linspace(0.1, 0.3, 21)
    whole = scales[changes_of.integrated_log_likelihood(changes, scales).argmax()]
    assert whole == pytest.approx(0.2, abs=0.025)
    drawn_out = scales[changes_of.student_log_likelihood(changes, scales).argmax()]
    assert drawn_out == pytest.approx(0.2, abs=0.03)


def test_resampling_neither_widens_nor_narrows():
    pairs = made_pairs(10, 4, 0.25, 0.1)
    again = resampled(pairs, 1, 4000)
    np.testing.assert_allclose(again.mean(axis=0), covariance(pairs), rtol=0.03, atol=0.001)
    assert np.array_equal(again, resampled(pairs, 1, 4000))
    assert not np.array_equal(again, resampled(pairs, 2, 4000))


def test_what_is_left_for_the_multipliers():
    slopes = Slopes(multiplier=0.5, birth_shift=-0.3 / PRIORS.birth_shift, secular=0.0)
    found = multiplier_spread(np.array([0.5, 0.3, 0.1]), slopes, PRIORS)
    np.testing.assert_allclose(found, [0.8, 0.0, 0.0], atol=1e-7)


def test_an_interval_that_reaches_zero_has_no_width_in_the_log():
    assert Estimate(0.1, 0.0, 0.2).log_spread == np.inf
    halves = Estimate(1.0, np.exp(-1.96 * 0.3), np.exp(1.96 * 0.3))
    assert halves.log_spread == pytest.approx(0.3)


# The two priors, and what the page says


def test_the_design_is_that_of_the_fit():
    assert design() == ((292.0, 671.0), 1.6)


def test_two_priors_rest_on_the_computed_numbers(found):
    table = load_parameters(SURVEY_MODEL)
    for name, estimate in (
        ("spread of deficit multipliers", found.multiplier),
        ("discrepancy", found.student),
    ):
        prior = table.get(name).prior
        assert prior.family == "lognormal"
        assert prior.value == prior.a == round(estimate.value, 2), name
        assert prior.b >= estimate.log_spread, name
    discrepancy = table.get("discrepancy").prior
    assert abs(np.log(found.integrated.value / discrepancy.a)) < discrepancy.b / 5.0


def test_the_page_shows_what_is_computed(found):
    told = part(PAGE.read_text(encoding="utf-8"), "province spread").splitlines()
    lines = [f"| {name} | {text} |" for name, text in rows(found)]
    assert told[2:] == lines, "run `make pages`"


def test_the_page_tells_what_one_district_does():
    places = load_other_provinces()
    pohuwato = next(row for row in places if row.district == "Pohuwato")
    assert (pohuwato.value_2021, pohuwato.value_2022) == (0.346, 0.064)
    others = real_pairs([row for row in places if row != pohuwato])
    found, _ = most_likely(others.changes(), changes_of.student_log_likelihood)
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert (
        f"Without Pohuwato, which fell from 34.6 to 6.4 percent, the scale is {found.value:.2f}"
        in text
    )
