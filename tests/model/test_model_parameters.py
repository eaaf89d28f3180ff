"""Constants of the model text and rows of the parameter table are the same."""

from dataclasses import replace

import pytest

from tumbuh.model.language.cache import load_program
from tumbuh.model.language.check import check_model
from tumbuh.model.parameters import ParameterTable, load_parameters

PROGRAM, TABLE = load_program(), load_parameters()


def problems(change=lambda row: row, drop=""):
    rows = tuple(change(row) for row in TABLE.rows if row.name != drop)
    return check_model(PROGRAM, table=ParameterTable(rows, TABLE.evidence))


def only(chosen, **parts):
    return lambda row: replace(row, **parts) if row.name == chosen else row


def test_the_packaged_pair_agrees():
    assert problems() == []


@pytest.mark.parametrize("name", ["food effect", "catch up age scale"])
def test_another_unit_is_found_at_its_line(name):
    (found,) = problems(only(name, unit="pp"))
    assert found.where == f"stunting.mdl:{PROGRAM.find(name).line}"
    assert found.found == PROGRAM.find(name).unit
    assert f"line {TABLE.get(name).line} of parameters.csv, pp" in found.expected


def test_another_value_is_found():
    prior = replace(TABLE.get("puskesmas").prior, value=20.0)
    (found,) = problems(only("puskesmas", prior=prior))
    assert found.expected.endswith("20")
    assert found.found == "19"


def test_a_missing_row_and_a_row_too_many_are_found():
    (found,) = problems(drop="puskesmas")
    assert "a parameter row of 'puskesmas'" in found.expected
    extra = problems(only("puskesmas", name="hospitals"))
    assert {p.expected.split(" of ")[0] for p in extra} == {
        "a parameter row",
        "a constant 'hospitals' in stunting.mdl",
    }
