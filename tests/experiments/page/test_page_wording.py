"""The page writes numbers, money, probabilities and ranges as the command line does."""

import json
import subprocess

import numpy as np
import pytest
from page_engine import NODE, WEB, needs_node

from tumbuh.experiments.outcomes import interval
from tumbuh.experiments.page.build import locale
from tumbuh.experiments.page.plans import lever_rows
from tumbuh.experiments.ranking import RANKING_CHANCE, verdict
from tumbuh.experiments.text import words
from tumbuh.scenarios.doses import dose_text
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.text import LANGUAGES, number

pytestmark = needs_node
ASK = """
const read = require("fs").readFileSync(0, "utf8");
const asked = JSON.parse(read);
const own = { ...wordsOf({ words: asked.words }, asked.language), verdictOf };
console.log(JSON.stringify(asked.calls.map(([name, ...given]) => own[name](...given))));
"""


def page_says(language, calls):
    """Return what the page's words make of some calls."""
    code = (WEB / "wording.js").read_text(encoding="utf-8") + ASK
    asked = {"words": locale(), "language": language, "calls": calls}
    done = subprocess.run(
        [NODE, "-e", code], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def some_numbers():
    """Return numbers of every size, and those that lie between two decimals or seem to."""
    rng = np.random.default_rng(7)
    drawn = rng.normal(size=300) * 10.0 ** rng.integers(-4, 7, 300)
    halves = np.arange(-40, 41) / 8.0
    seeming = np.arange(-200, 201) / 200.0
    return [*drawn.tolist(), *halves.tolist(), *seeming.tolist(), 0.0, -0.0, -1e-9, 50.5, 1e6]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
def test_numbers(language, decimals):
    values = some_numbers()
    found = page_says(language, [["number", value, decimals] for value in values])
    assert found == [words(language).number(value, decimals) for value in values]


@pytest.mark.parametrize("language", LANGUAGES)
def test_doses_have_no_digit_too_many(language):
    values = [0.0, 0.8, 1000.0, 1234.5, 12.3456, 100.0, 2100.0, 0.15]
    found = page_says(language, [["short", value] for value in values])
    assert found == [number(value, language) for value in values]


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_and_probabilities(language):
    own = words(language)
    sums = [0.0, 0.04, 0.06, 156.8, 999.94, 999.95, 10_000.0, 75_349.9, -1500.0]
    shares = [0.0, 0.004, 0.005, 0.01, 0.505, 0.515, 0.99, 0.995, 1.0]
    found = page_says(language, [*(["rupiah", x] for x in sums), *(["percent", x] for x in shares)])
    assert found == [*map(own.rupiah, sums), *map(own.percent, shares)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ranges_and_dates(language):
    own, drawn = words(language), interval(np.random.default_rng(3).normal(21.0, 4.0, 101))
    low, middle, high = drawn.low90, drawn.median, drawn.high90
    given = {"median": middle, "low90": low, "high90": high}
    calls = [["range", given, 2], ["range", given, 1, " %"], ["span", low, high, 1]]
    calls += [["month", "2027-01"], ["day", "2026-11-25"]]
    assert page_says(language, calls) == [
        own.range(drawn, 2),
        own.range(drawn, 1, " %"),
        own.span(low, high, 1),
        own.month(108.0),
        {"id": "25 November 2026", "en": "25 November 2026"}[language],
    ]


def test_an_order_is_called_what_the_command_line_calls_it():
    """Around both limits, and where rounding for the reader decides."""
    chances = [0.5, 0.79, 0.7999, 0.8, 0.84, 1.0]
    sizes = [0.0, 0.13, 0.41, 0.414, 0.415, 0.42, 0.425, 0.43, 2.0, 0.125, 0.375]
    cases = [
        (c, sign * d, least)
        for c in chances
        for d in sizes
        for sign in (-1, 1)
        for least in (0.05, 0.125, 0.415, 0.4211)
    ]
    asked = [
        ["verdictOf", chance, difference, {"ranking": RANKING_CHANCE, "deciding": deciding}]
        for chance, difference, deciding in cases
    ]
    assert page_says("en", asked) == [verdict(*case) for case in cases]


@pytest.mark.parametrize("language", LANGUAGES)
def test_doses_are_in_the_words_of_the_command_line(language):
    rows = {row["id"]: row | {"is_share": row["unit"] == "dmnl"} for row in lever_rows()}
    cases = [(name, share * row["full"]) for name, row in rows.items() for share in (0.5, 1.0)]
    cases += [("extra posts", 1.0), ("forum meetings", 2.0)]
    found = page_says(language, [["doseText", rows[name], level] for name, level in cases])
    levers = catalogue().levers
    assert found == [dose_text(levers[name], level, language) for name, level in cases]
    months = {"id": ["1 bulan", "12 bulan"], "en": ["1 month", "12 months"]}
    assert page_says(language, [["months", 1], ["months", 12]]) == months[language]
