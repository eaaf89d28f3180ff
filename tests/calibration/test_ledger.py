"""The ledger: nothing in it can be changed, removed or reordered without being found."""

import hashlib
import itertools
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, ndtri

from tumbuh.calibration import ledger
from tumbuh.calibration.ledger import Origin, append, load_ledger, read_entry
from tumbuh.calibration.ledger_chain import (
    CHAIN,
    FIRST,
    HEADER,
    check_ledger,
    sealed,
    without_line,
    written,
)
from tumbuh.calibration.ledger_entry import LEVELS, Forecast, entry_text, parse_entry
from tumbuh.calibration.panel import ten_districts
from tumbuh.model.errors import DataError, OutputError

TODAY = date(2026, 12, 31)
ORIGIN = Origin("m" * 64, "p" * 64, 'a note, with a comma and a "quote"')


def forecasts(centre=0.22, areas=("paser",), years=(2025, 2026)):
    values = expit(np.log(centre / (1.0 - centre)) + 0.25 * ndtri(LEVELS))
    pairs = itertools.product(areas, years)
    return tuple(Forecast(a, y, "SSGI 2024", 0.23, 0.04, values) for a, y in pairs)


@pytest.fixture
def three(tmp_path):
    for day, centre in (("2026-11-25", 0.22), ("2026-11-25", 0.23), ("2026-12-01", 0.24)):
        append(tmp_path, day, forecasts(centre), ORIGIN, TODAY)
    return tmp_path


def told(folder):
    return [str(problem) for problem in check_ledger(folder)[1]]


def test_an_entry_comes_back_as_it_was_frozen(three):
    lines = load_ledger(three)
    assert [line.file for line in lines] == [
        *("0001-2026-11-25.csv", "0002-2026-11-25.csv", "0003-2026-12-01.csv")
    ]
    assert [line.previous for line in lines] == [FIRST, lines[0].digest, lines[1].digest]
    assert lines[0].note == ORIGIN.note
    line, found = read_entry(2, three)
    assert line == lines[1]
    assert [(item.area, item.year) for item in found] == [("paser", 2025), ("paser", 2026)]
    np.testing.assert_allclose(found[0].quantiles, forecasts(0.23)[0].quantiles, atol=5e-7)
    assert read_entry(None, three)[0].number == 3
    assert found[0].median == found[0].quantiles[99]
    assert found[0].interval(0.9) == (found[0].quantiles[9], found[0].quantiles[189])
    assert LEVELS[[9, 99, 189]].tolist() == pytest.approx([0.05, 0.5, 0.95])


def test_the_digests_are_plain_hashes_of_what_the_files_show(three):
    """So that anybody can check them without this program."""
    rows = (three / CHAIN).read_text().splitlines()[1:]
    for row, line in zip(rows, load_ledger(three), strict=True):
        cells, _, digest = row.rpartition(",")
        assert hashlib.sha256(cells.encode()).hexdigest() == digest == line.digest
        assert hashlib.sha256((three / line.file).read_bytes()).hexdigest() == line.sha256


def test_any_flipped_byte_of_the_chain_is_found(three):
    path = three / CHAIN
    whole = path.read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert told(three), f"byte {place}: {whole[place : place + 1]!r}"
    path.write_bytes(whole)
    assert told(three) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_flipped_byte_of_an_entry_is_found_with_its_name(three, number):
    path = three / load_ledger(three)[number - 1].file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (problem,) = told(three)
    assert problem.startswith(f"{path.name}: expected the SHA-256 ")
    for use in (
        lambda: read_entry(1, three),
        lambda: append(three, "2026-12-02", forecasts(), ORIGIN),
    ):
        with pytest.raises(DataError, match=path.name):
            use()


def test_a_removed_entry_is_found(three):
    path = three / "0001-2026-11-25.csv"
    text = path.read_bytes()
    path.unlink()
    assert "found no such file or directory" in told(three)[0]
    path.write_bytes(text)
    header, _, *rest = (three / CHAIN).read_text().splitlines()
    (three / CHAIN).write_text("\n".join([header, *rest]) + "\n")
    found = told(three)
    assert any(f"{CHAIN}:2 column previous" in problem for problem in found)
    assert any(f"{CHAIN}:2 column number" in problem for problem in found)


def test_a_reordered_chain_is_found(three):
    header, first, second, third = (three / CHAIN).read_text().splitlines()
    (three / CHAIN).write_text(f"{header}\n{second}\n{first}\n{third}\n")
    places = {problem.split()[0] for problem in told(three)}
    assert {f"{CHAIN}:2", f"{CHAIN}:3", f"{CHAIN}:4"} <= places


def test_a_rewritten_entry_breaks_the_next_line(three):
    """Sealing a forged line anew does not help while a later line holds the old digest."""
    lines = load_ledger(three)
    path = three / lines[1].file
    path.write_text(entry_text(forecasts(0.3)))
    cells = (2, lines[1].date, lines[1].file, hashlib.sha256(path.read_bytes()).hexdigest())
    forged = sealed((*cells, lines[1].previous, "m" * 64, "p" * 64, "forged"))
    rows = (three / CHAIN).read_text().splitlines()
    rows[2] = written([getattr(forged, name) for name in HEADER.split(",")])
    (three / CHAIN).write_text("\n".join(rows) + "\n")
    (problem,) = told(three)
    assert problem.startswith(f"{CHAIN}:4 column previous: expected {forged.digest}")


def test_entries_cut_off_at_the_end_leave_files_that_say_so(three):
    rows = (three / CHAIN).read_text().splitlines()
    (three / CHAIN).write_text("\n".join(rows[:2]) + "\n")
    assert [problem.split(":")[0] for problem in told(three)] == ["0003-2026-12-01.csv"]
    (three / CHAIN).write_text("\n".join(rows[:3]) + "\n")
    assert told(three) == []  # as a stopped run leaves it; the published digest is gone
    assert without_line(three, load_ledger(three)) == ("0003-2026-12-01.csv",)


def test_a_run_that_is_stopped_leaves_the_ledger_as_it_was(three, monkeypatch):
    before = {path.name: path.read_bytes() for path in three.iterdir()}
    write = ledger.write_atomic

    def stop(path: Path, data):
        if path.name == CHAIN:
            raise KeyboardInterrupt
        write(path, data)

    monkeypatch.setattr(ledger, "write_atomic", stop)
    with pytest.raises(KeyboardInterrupt):
        append(three, "2026-12-05", forecasts(0.3), ORIGIN, TODAY)
    monkeypatch.undo()
    assert told(three) == []
    assert len(load_ledger(three)) == 3
    assert without_line(three, load_ledger(three)) == ("0004-2026-12-05.csv",)
    assert {name: (three / name).read_bytes() for name in before} == before
    line = append(three, "2026-12-06", forecasts(0.31), ORIGIN, TODAY)
    assert line.number == 4
    assert told(three) == []
    assert append(three, "2026-12-06", forecasts(0.32), ORIGIN, TODAY).number == 5


def test_adding_touches_no_earlier_file(three):
    before = {path: path.stat().st_mtime_ns for path in three.glob("0*.csv")}
    inodes = {path: path.stat().st_ino for path in before}
    append(three, "2026-12-31", forecasts(0.25), ORIGIN, TODAY)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert {path: path.stat().st_ino for path in before} == inodes


@pytest.mark.parametrize(
    ("day", "centre", "note", "expected"),
    [
        ("2026-11-30", 0.3, "", "expected a day from 2026-12-01 on, that of the last entry"),
        ("2027-01-01", 0.3, "", "expected a day up to 2026-12-31, today"),
        ("2026-13-01", 0.3, "", "expected a day such as 2026-11-25"),
        ("20261225", 0.3, "", "expected a day such as 2026-11-25"),
        ("2026-12-02", 0.23, "", "expected forecasts that are new, found those of entry 2"),
        ("2026-12-02", 0.3, "two\nlines", "expected one line of text"),
    ],
)
def test_an_entry_that_may_not_be_is_refused_and_nothing_written(
    three, day, centre, note, expected
):
    before = sorted(three.iterdir())
    with pytest.raises(DataError, match=expected):
        append(three, day, forecasts(centre), Origin("m", "p", note), TODAY)
    assert sorted(three.iterdir()) == before


def test_all_that_is_wrong_with_an_entry_is_told_at_once(three):
    with pytest.raises(DataError) as caught:
        append(three, "2030-01-01", forecasts(0.23), Origin("m", "p", "two\nlines"), TODAY)
    assert [problem.where for problem in caught.value.problems] == ["--date", "--note", "forecast"]


def test_quantiles_that_do_not_rise_are_no_forecast():
    (one,) = forecasts(years=(2025,))
    flat = one.quantiles.copy()
    flat[100] = flat[99]
    broken = Forecast("paser", 2026, "SSGI 2024", 0.2, 0.04, flat)
    with pytest.raises(DataError) as caught:
        entry_text((one, one, broken))
    wheres = [problem.where for problem in caught.value.problems]
    assert wheres == ["forecast of paser in 2025", "forecast of paser in 2026"]
    with pytest.raises(DataError, match="at least one row"):
        entry_text(())
    with pytest.raises(DataError, match="an entry of this version"):
        parse_entry(entry_text((one,)).replace("q50.0", "q51.0"), "x.csv")


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        append(tmp_path / "file" / "ledger", "2026-11-25", forecasts(), ORIGIN, TODAY)


def test_an_empty_ledger_and_an_unknown_entry_are_told(three, tmp_path):
    assert check_ledger(tmp_path / "none") == ((), ())
    with pytest.raises(DataError, match="expected at least one entry, found none"):
        read_entry(None, tmp_path / "none")
    with pytest.raises(DataError, match="--entry: expected 1 to 3, found 4"):
        read_entry(4, three)


def test_the_packaged_ledger_is_whole_and_holds_every_district_and_year():
    lines, problems = check_ledger(ledger.LEDGER_FOLDER)
    assert problems == ()
    assert without_line(ledger.LEDGER_FOLDER, lines) == ()
    line, found = read_entry(1)
    assert line.date == "2026-11-25"
    pairs = {(item.area, item.year) for item in found}
    assert pairs == set(itertools.product(ten_districts(), range(2025, 2031)))
    assert all(0.05 < item.median < 0.5 for item in found)
