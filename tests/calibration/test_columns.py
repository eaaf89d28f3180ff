"""Tables of numbers are read to the bit, and every row that is not one is told."""

import numpy as np
import pytest

from tumbuh.calibration.columns import read_columns
from tumbuh.calibration.tables import DATA_FOLDER
from tumbuh.model.errors import DataError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TUMBUH_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_stored_draws_are_the_nearest_numbers_of_their_text():
    path = DATA_FOLDER / "posterior_district.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    expected = np.array([[float(cell) for cell in row.split(",")] for row in rows])
    for _ in range(2):
        found = read_columns(path)
        assert list(found) == header.split(",")
        assert np.column_stack(list(found.values())).tobytes() == expected.tobytes()


def test_a_changed_file_is_read_anew(folder):
    path = folder / "t.csv"
    for text, numbers in (("a,b\n1,2\n", [1.0, 2.0]), ("a,b\n1,3\n", [1.0, 3.0])):
        path.write_text(text)
        assert [values.tolist() for values in read_columns(path).values()] == [[n] for n in numbers]
    path.write_text("a,b\n")
    assert [len(values) for values in read_columns(path).values()] == [0, 0]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", ":1"),
        ("a,a\n1,2\n", ":1"),
        ("a,b\n1,2\n1\n", ":3"),
        ("a,b\n1,x\n", ":2"),
        ("a,b\n1,2,3\n", ":2"),
    ],
)
def test_a_broken_table_is_told_each_time(folder, text, where):
    path = folder / "t.csv"
    path.write_text(text)
    for _ in range(2):
        with pytest.raises(DataError, match=f"t.csv{where}"):
            read_columns(path)
