"""What changed between two model files, in text and in outcomes."""

from __future__ import annotations

import pytest

from tumbuh.model.errors import ModelError
from tumbuh.model.exchange.diff import outcome_changes, text_changes
from tumbuh.model.language.cache import load_program, translate_text

BASE = """stock = INTEG(flow, 1.0) ~ unit ~ water |
flow = rate*stock ~ unit/month ~ inflow |
rate = 0.5 ~ 1/month ~ growth |
other = 2.0*flow ~ unit/month ~ twice |
INITIAL TIME = 0.0 ~ month ~ |
FINAL TIME = 8.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""


def program(*changes, text=BASE):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return translate_text(text, "new.mdl" if changes else "old.mdl")


def found(*changes):
    return [(c.kind, c.name, c.before, c.after) for c in text_changes(program(), program(*changes))]


def test_the_same_text_has_no_change():
    assert found(("rate*stock", "rate * stock")) == []
    assert found(("stock = ", "Stock = "), ("*stock", "*STOCK")) == []
    assert found(("rate = 0.5", "rate = 0.50")) == []


def test_every_kind_of_change_is_told_apart():
    assert found(("rate = 0.5", "rate = 0.6")) == [("value", "rate", "rate = 0.5", "rate = 0.6")]
    assert found(("2.0*flow", "3.0*flow"))[0][0] == "equation"
    assert found(("~ water", "~ milk")) == [("doc", "stock", "water", "milk")]
    assert found(("rate = 0.5 ~ 1/month", "rate = 0.5 ~ 1/year")) == [
        ("unit", "rate", "1/month", "1/year")
    ]
    kinds = [change[:2] for change in found(("other = 2.0*flow ~ unit/month ~ twice |\n", ""))]
    assert kinds == [("removed", "other")]
    extra = ("INITIAL TIME", "new = 1.0 ~ dmnl ~ |\nINITIAL TIME")
    assert [change[:2] for change in found(extra)] == [("added", "new")]


def test_a_line_number_leads_to_the_change():
    (change,) = text_changes(program(), program(("rate = 0.5", "rate = 0.6")))
    assert change.where == "new.mdl:3"


def test_a_new_name_is_no_other_change():
    changes = found(("rate = ", "pace = "), ("rate*stock", "pace*stock"))
    assert changes == [("renamed", "rate", "rate", "pace")]
    chain = found(("flow = ", "stream = "), ("(flow,", "(stream,"), ("2.0*flow", "2.0*stream"))
    assert chain == [("renamed", "flow", "flow", "stream")]
    itself = found(("stock = ", "level = "), ("rate*stock", "rate*level"))
    assert [change[:2] for change in itself] == [("renamed", "stock")]


def test_two_candidates_are_not_guessed_at():
    twins = "a = 1.0 ~ dmnl ~ |\nb = 1.0 ~ dmnl ~ |\n"
    others = "c = 1.0 ~ dmnl ~ |\nd = 1.0 ~ dmnl ~ |\n"
    old, new = program(text=twins + BASE), program(text=others + BASE)
    assert sorted(c.kind for c in text_changes(old, new)) == [
        "added",
        "added",
        "removed",
        "removed",
    ]


def test_outcomes_have_the_largest_difference_and_its_time():
    old, new = program(), program(("rate = 0.5", "rate = 0.6"))
    (moved,) = outcome_changes(old, new)
    exact = 1.15**32 - 1.125**32
    assert moved.changed
    assert (moved.name, moved.unit, moved.when, moved.when_relative) == ("stock", "unit", 8.0, 8.0)
    assert moved.absolute == pytest.approx(exact)
    assert moved.relative == pytest.approx(exact / 1.125**32)
    (same,) = outcome_changes(old, old)
    assert not same.changed
    assert same.absolute == 0.0


def test_a_renamed_outcome_is_followed():
    new = program(("stock = ", "level = "), ("rate*stock", "rate*level"))
    (moved,) = outcome_changes(program(), new)
    assert (moved.name, moved.changed) == ("stock", False)


def test_a_run_that_leaves_the_numbers_is_a_change():
    (moved,) = outcome_changes(program(), program(("rate*stock", "rate*stock+LN(3.0-Time)")))
    assert moved.changed
    assert moved.absolute == float("inf")


def test_wrong_outcomes_are_refused():
    with pytest.raises(ModelError, match="no such name"):
        outcome_changes(program(), program(), ["stok"])
    gone = program(("other = 2.0*flow ~ unit/month ~ twice |\n", ""))
    with pytest.raises(ModelError, match="other"):
        outcome_changes(program(), gone, ["other"])


def test_the_packaged_model_is_like_itself():
    model = load_program()
    assert text_changes(model, model) == []
    assert not any(moved.changed for moved in outcome_changes(model, model, ["Trust"]))
