"""Whatever a file holds, the loader answers with a scenario or with problems, never a crash."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from tumbuh.model.errors import ScenarioError
from tumbuh.model.yamlfile import dump_yaml
from tumbuh.scenarios.levers import catalogue
from tumbuh.scenarios.loader import load_scenario
from tumbuh.scenarios.schema import ScenarioFile

words = st.one_of(
    st.text("abc/._ -", max_size=6),
    st.sampled_from(["hr", "plan", "2027-01", "2040-13", "A01", "refuse", "id", "en", *range(3)]),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-200, 10**30), st.floats(), words, st.just("0,8")
)
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["level", "start", "ramp_months", "end", "id", "en", *catalogue().levers]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)
files = st.one_of(
    trees, st.dictionaries(st.sampled_from(list(ScenarioFile.model_fields)), trees, max_size=11)
)


@settings(max_examples=150)
@given(data=files)
def test_any_yaml(tmp_path, data):
    path = tmp_path / "plan.yaml"
    path.write_text(dump_yaml(data), encoding="utf-8")
    with contextlib.suppress(ScenarioError):
        assert load_scenario(path).id == "plan"


@settings(max_examples=150)
@given(raw=st.binary(max_size=60) | st.text(":{}[]&*!|>-'\"#\n\t ab1", max_size=40).map(str.encode))
def test_any_bytes(tmp_path, raw):
    path = tmp_path / "plan.yaml"
    path.write_bytes(raw)
    with contextlib.suppress(ScenarioError):
        assert load_scenario(path).id == "plan"
