"""Draws files: what is read, every mistake at once, and numbers that depend on seed and name."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tumbuh.experiments.draw_sampler import chunks
from tumbuh.experiments.draw_schema import SCHEMA_PATH, schema_text
from tumbuh.experiments.draw_spec import load_draw_spec
from tumbuh.model.errors import InputError
from tumbuh.model.language.cache import translate_text
from tumbuh.model.yamlfile import dump_yaml

MODEL = """stock = INTEG(rate[p]*share - loss, start) ~ unit ~ |
r: p, q ~~|
rate[r] = 0.5, 0.25 ~ 1/month ~ |
share = 0.5 ~ dmnl [0,1] ~ |
loss = 0.1 ~ unit/month ~ |
start == 1 ~ unit ~ |
INITIAL TIME = 0 ~ month ~ |
FINAL TIME = 4 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1 ~ month ~ |
"""
GOOD = """draws: 50
seed: 3
sampler: {sampler}
constants:
  rate[p]: {{family: lognormal, median: 0.5, b: 0.2}}
  Share: {{family: beta, mean: 0.3, standard deviation: 0.1, spike: 0.2, null_value: 0}}
  loss: {{family: triangular, low: 0, mode: 0.1, high: 0.3}}
  rate[q]: 0.75
"""
LARGE = """draws: 50000000
sampler: latin_hypercube
constants:
  loss: {family: uniform, low: 0, high: 1}
  share: {family: uniform, low: 0, high: 1}
"""


@pytest.fixture(scope="module")
def program():
    return translate_text(MODEL, "m.mdl")


def bounds(variable):
    return (0.0, 1.0) if variable.name == "share" else None


def load(tmp_path, program, text, **options):
    path = tmp_path / "s.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_draw_spec(path, program, bounds, **options)


def drawn(spec, size=10**9):
    parts = list(chunks(spec, size))
    return {
        name: np.concatenate([np.atleast_1d(part[name]) for part in parts])
        for name in parts[0]
        if np.ndim(parts[0][name])
    }


def refusal(tmp_path, program, text):
    with pytest.raises(InputError) as caught:
        load(tmp_path, program, text)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file(tmp_path, program):
    spec = load(tmp_path, program, GOOD.format(sampler="random"))
    assert (spec.draws, spec.seed, spec.drawn) == (50, 3, ("rate[p]", "share", "loss"))
    assert spec.priors["rate[p]"].a == 0.5
    assert spec.priors["rate[q]"].value == 0.75
    assert load(tmp_path, program, GOOD.format(sampler="sobol"), seed=9).seed == 9


@pytest.mark.parametrize("sampler", ["random", "latin_hypercube", "sobol"])
def test_draws_do_not_depend_on_the_size_of_a_part(tmp_path, program, sampler):
    spec = load(tmp_path, program, GOOD.format(sampler=sampler))
    whole = drawn(spec)
    assert {len(values) for values in whole.values()} == {50}
    for size in (1, 7, 49):
        parts = drawn(spec, size)
        for name, values in whole.items():
            np.testing.assert_array_equal(parts[name], values)
    other = drawn(load(tmp_path, program, GOOD.format(sampler=sampler), seed=4))
    assert all((other[name] != values).any() for name, values in whole.items())


@pytest.mark.parametrize("sampler", ["random", "latin_hypercube"])
def test_another_constant_does_not_change_the_draws_of_the_rest(tmp_path, program, sampler):
    text = GOOD.format(sampler=sampler)
    fewer = "\n".join(line for line in text.splitlines() if "Share" not in line)
    few, all_ = (drawn(load(tmp_path, program, item)) for item in (fewer, text))
    assert set(few) < set(all_)
    assert all((few[name] == all_[name]).all() for name in few)


@pytest.mark.parametrize("sampler", ["random", "latin_hypercube", "sobol"])
def test_constants_are_drawn_apart(tmp_path, program, sampler):
    text = "draws: 1024\nsampler: {}\nconstants:\n" + "".join(
        f"  {name}: {{{{family: uniform, low: 0, high: 1}}}}\n"
        for name in ("loss", "share", "rate[p]")
    )
    table = np.array(list(drawn(load(tmp_path, program, text.format(sampler))).values()))
    np.testing.assert_allclose(np.corrcoef(table), np.eye(3), atol=0.12)


def test_samplers_fill_the_range(tmp_path, program):
    text = "draws: 64\nsampler: {}\nconstants:\n  loss: {{family: uniform, low: 0, high: 1}}\n"
    for sampler in ("latin_hypercube", "sobol"):
        values = drawn(load(tmp_path, program, text.format(sampler)))["loss"]
        assert sorted(np.floor(values * 64)) == list(range(64)), "one in each stratum"


def test_lists_and_tables(tmp_path, program):
    (tmp_path / "p.csv").write_text('loss,"rate[p]"\n0.1,1e-1\n0.2,0.5\n')
    spec = load(tmp_path, program, "file: p.csv\nconstants: {share: [0.1, 0.2]}\n")
    assert spec.draws == 2
    found = drawn(spec)
    assert found["rate[p]"].tolist() == [0.1, 0.5]
    assert found["share"].tolist() == [0.1, 0.2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("draws: 5\nconstants: {los: 1}\n", 2, "Did you mean 'loss'"),
        ("draws: 5\nconstants:\n  loss: {family: gauss}\n", 3, "family: one of"),
        ("draws: 5\nconstants:\n  loss: {family: normall, a: 1}\n", 3, "Did you mean 'normal'"),
        ("draws: 5\nconstants:\n  loss: {family: normal, mean: 1}\n", 3, "'standard deviation'"),
        ("draws: 5\nconstants:\n  loss: {family: uniform, low: 2, high: 1}\n", 3, "below the high"),
        ("draws: 5\nconstants:\n  loss: {family: uniform, low: 2, hi: 3}\n", 3, "'hi'"),
        ("draws: 5\nconstants:\n  loss: {family: fixed, value: 2, a: 3}\n", 3, "'a'"),
        ("draws: 2\nconstants:\n  loss: [1, 2, 3]\n", 3, "expected 2 values"),
        ("constants:\n  loss: [1, 2, 3]\n  share: [1, 0]\n", 3, "found 2 in 'share'"),
        ("draws: 2\nconstants:\n  loss: [1, '0,5']\n", 3, "decimal point: 0.5"),
        ("draws: 2\nconstants:\n  loss: ['1', 2]\n", 3, "Remove the quotes"),
        ("draws: 2\nconstants:\n  loss: [.inf, 2]\n", 3, "a finite number"),
        ("draws: 2\nconstants:\n  loss: []\n", 3, "an empty list"),
        ("draws: 2\nconstants:\n  loss: [true, 2]\n", 3, "a number"),
        ("draws: 2\nconstants:\n  share: [30, 40]\n", 3, "Write 0.3 for 30 percent"),
        ("draws: 2\nconstants:\n  share: {family: normal, a: 30, b: 1}\n", 3, "0.3 for 30"),
        ("draws: 2\nconstants:\n  loss: {family: beta, a: 30, b: 1}\n", 3, "found 30"),
        ("draws: 2\nconstants:\n  loss: {family: beta, a: 30%, b: 1}\n", 3, "0.3 for 30 percent"),
        ("file: p.csv\n", 1, "Write 0.4 for 40 percent"),
        ("draws: 2\nconstants:\n  loss: 1\n", 2, "differs between the draws"),
        ("draws: 2\nconstants:\n  rate: [1, 2]\n", 3, "rate[p]"),
        ("draws: 2\nconstants:\n  stock: [1, 2]\n", 3, "kind stock"),
        ("draws: 2\nconstants:\n  start: [1, 2]\n", 3, "written with =="),
        ("draws: 2\nconstants:\n  TIME STEP: [1, 2]\n", 3, "--time-step"),
        ("draws: 2\nconstants:\n  loss: [1, 2]\n  Loss: [1, 2]\n", 4, "first in line 3"),
        ("draws: 2\nconstants: [loss]\n", 2, "constants by name"),
        ("draws: 0\nconstants: {loss: [1]}\n", 1, "a whole number from 1"),
        ("draws: 1.5\nconstants: {loss: [1]}\n", 1, "a whole number from 1"),
        ("draws: 1e12\nconstants: {loss: [1]}\n", 1, "a whole number from 1"),
        ("seed: -1\nconstants: {loss: [1]}\n", 1, "a whole number from 0"),
        ("sampler: sobbol\nconstants: {loss: [1]}\n", 1, "Did you mean 'sobol'"),
        ("constant: {loss: [1]}\ndraws: 1\n", 1, "Did you mean 'constants'"),
        ("constants: {loss: {family: normal, a: 0, b: 1}}\n", 1, "the number of draws"),
        ("file: 3\ndraws: 1\n", 1, "the name of a CSV table"),
        ("- 1\n", 1, "named entries"),
        ("draws: 2\ndraws: 3\n", 2, "once"),
        (LARGE, 2, "latin hypercube"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path, program, text, line, words):
    (tmp_path / "p.csv").write_text("share\n0.3\n40\n")
    problems = refusal(tmp_path, program, text)
    assert any(f"s.yaml:{line}:" in item and words in item for item in problems), problems


def test_all_mistakes_come_at_once(tmp_path, program):
    (tmp_path / "p.csv").write_text("loss\n1\nx\n")
    text = "draws: 0\nsampler: no\nfile: p.csv\nconstants:\n  los: 1\n  share: {family: bet}\n"
    assert len(refusal(tmp_path, program, text)) == 5


@pytest.mark.parametrize("text", [b"", b"\0\1\2", b"a: \xff\xfe\n", b"a: [1\n", b"# nothing\n"])
def test_files_that_are_no_yaml(tmp_path, program, text):
    assert len(refusal(tmp_path, program, text)) == 1


def test_a_bomb_is_refused(tmp_path, program):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "expanded" in refusal(tmp_path, program, "\n".join(lines))[0]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"", "an empty file"),
        (b"loss\n\0", "a binary file"),
        (b"loss\n\xff\n", "line 2 that are not UTF-8"),
        (b"loss;share\n0,1;0,2\n", "semicolons"),
        (b"loss,share\n0,5,0,2\n", "decimal points, not commas"),
        (b'loss,share\n"0,5",1\n', "column loss: expected a finite number"),
        (b"loss,share\n1\n", "p.csv:2: expected 2 cells"),
        (b"loss,loss\n1,2\n", "'loss' twice"),
        (b"loss,\n1,2\n", "a name above each column"),
        (b"1,2\n3,4\n", "a header with names"),
        (b"loss\n", "a header only"),
        (b"los\n1\n", "Did you mean 'loss'"),
        (b"loss\n1\nnan\n", "p.csv:3 column loss"),
        (b'loss\n"' + b"1" * 200_000 + b'"\n', "CSV table"),
    ],
)
def test_mistakes_of_a_table(tmp_path, program, table, words):
    (tmp_path / "p.csv").write_bytes(table)
    problems = refusal(tmp_path, program, "file: p.csv\n")
    assert any(words in item for item in problems), problems


def test_a_missing_table_and_sizes_that_differ(tmp_path, program):
    assert "readable table" in refusal(tmp_path, program, "file: none.csv\n")[0]
    (tmp_path / "p.csv").write_text("loss\n1\n2\n")
    text = "draws: 3\nfile: p.csv\n"
    assert "expected 3 values, as in draws (line 1), found 2" in refusal(tmp_path, program, text)[0]


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["normal", "beta", "0,5", "30 %", "random", "loss", "fixed"]),
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(
        ["draws", "seed", "sampler", "constants", "file", "loss", "share", "rate[p]", "family"]
        + ["a", "b", "c", "mean", "low", "high", "mode", "lower", "upper", "spike", "null_value"]
    ),
    st.text(max_size=8),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def only_input_errors(tmp_path, program, text):
    try:
        spec = load(tmp_path, program, text)
    except InputError as error:
        assert error.exit_code == 2
        assert error.problems
    else:
        if spec.draws <= 1000:
            assert all(np.isfinite(values).all() for values in drawn(spec).values())


@quick
@given(tree=st.dictionaries(KEYS, TREES, max_size=5))
def test_any_tree_is_read_or_refused(tmp_path, program, tree):
    only_input_errors(tmp_path, program, dump_yaml(tree))


@quick
@given(entry=st.dictionaries(KEYS, LEAVES, max_size=6), family=st.sampled_from(["normal", "beta"]))
def test_any_entry_is_read_or_refused(tmp_path, program, entry, family):
    tree = {"draws": 3, "constants": {"loss": entry | {"family": family}}}
    only_input_errors(tmp_path, program, dump_yaml(tree))


@quick
@given(raw=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path, program, raw):
    only_input_errors(tmp_path, program, raw)
    (tmp_path / "p.csv").write_bytes(b"loss,share\n" + raw)
    only_input_errors(tmp_path, program, "file: p.csv\n")


def test_the_schema_is_the_one_checked_in():
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text()
    assert json.loads(schema_text())["properties"]["sampler"]["enum"][0] == "random"
