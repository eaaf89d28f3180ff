"""Tables in which no number is cut, whatever the width."""

import io

import pytest
from rich.console import Console

from tumbuh.experiments.grid import grid

HEADINGS = ["Strategy", "Gain by the end of 2031, points", "P(best)", "Rp billion a year"]
ROWS = [
    ["A strategy with a name that needs more than one line of a small terminal", *cells]
    for cells in (
        ["-0.03 (-0.11 to 0.00)", "<1 %", "10.0"],
        ["1.23 (0.00 to 4.56)", "100 %", "Rp0"],
    )
]


def shown(columns, rows=ROWS, headings=HEADINGS):
    out = io.StringIO()
    Console(file=out, width=columns).print(grid(headings, rows, columns=columns))
    return out.getvalue()


@pytest.mark.parametrize("columns", [50, 60, 80, 100, 120])
def test_numbers_stay_whole(columns):
    text = shown(columns)
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= columns
    for part in ("-0.03", "(-0.11 to 0.00)", "<1 %", "100 %", "Rp0"):
        assert part in text, part


def test_an_interval_goes_under_its_median_where_there_is_no_room():
    wide, narrow = shown(100), shown(50)
    assert "-0.03 (-0.11 to 0.00)" in wide
    assert "-0.03 (-0.11 to 0.00)" not in narrow


def test_a_name_may_wrap_and_hold_markup():
    text = shown(60, [["Staff[worker] and more words than fit on one line of it", "1", "2", "3"]])
    assert "Staff[worker]" in text
