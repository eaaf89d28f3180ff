"""What a stranger's YAML may and may not do."""

import pytest

from tumbuh.model import yamlbuild
from tumbuh.model.errors import InputError
from tumbuh.model.yamlfile import dump_yaml, load_yaml, parse_yaml


def refusal(text):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "x.yaml")
    return caught.value.problems


def test_plain_data_and_lines(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "# note\nid: hr\nlevers:\n  kit purchase:\n    level: 1e2\n    start: 2027-01\n"
        "list:\n  - 1\n  - {on: true, off: null}\nday: 2027-01-31\n",
        encoding="utf-8",
    )
    data, line_of = load_yaml(path)
    assert data == {
        "id": "hr",
        "levers": {"kit purchase": {"level": 100.0, "start": "2027-01"}},
        "list": [1, {"on": True, "off": None}],
        "day": "2027-01-31",
    }
    assert line_of(("id",)) == 2
    assert line_of(("levers", "kit purchase", "level")) == 5
    assert line_of(("list", 1, "off")) == 9
    assert line_of(("levers", "kit purchase", "missing", "deeper")) == 4
    assert line_of() == 2


def test_aliases_are_followed_within_limits():
    data, _ = parse_yaml("a: &x {b: [1, 2]}\nc: *x\n", "x.yaml")
    assert data == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}


def test_bomb_of_aliases_is_refused_before_it_expands():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    (problem,) = refusal("\n".join(lines))
    assert problem.where == "x.yaml:5"
    assert "expanded" in problem.expected


def test_many_aliases_are_refused():
    text = "a: &a 1\nb: [" + ", ".join(["*a"] * (yamlbuild.MAX_ALIASES + 1)) + "]"
    assert "aliases" in refusal(text)[0].expected


def test_an_anchor_that_contains_itself_is_refused():
    assert "contains itself" in refusal("a: &a [1, *a]")[0].found


def test_depth_is_limited_without_recursion():
    assert "levels" in refusal("[" * 5000 + "]" * 5000)[0].expected


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\na: 2\n", 2, "first in line 1"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "python"),
        ("a: !secret b\n", 1, "!secret"),
        ("a: 1\n<<: {b: 2}\n", 2, "merge"),
        ("a: [1\nb: 2\n", 2, "expected"),
        ("a: 1\n--- \nb: 2\n", 2, "second"),
        ("? [1, 2]\n: 3\n", 1, "list or map"),
        ("a: 1\n\tb: 2\n", 2, "cannot start any token"),
        ("# only a comment\n", 1, "empty"),
        ("a: !!int abc\n", 1, "abc"),
    ],
)
def test_refusals_name_the_line(text, line, word):
    problem = refusal(text)[0]
    assert problem.where == f"x.yaml:{line}"
    assert word in problem.found


def test_every_repeated_name_is_reported():
    assert [p.where for p in refusal("a: 1\na: 2\nb: {c: 1, c: 2}\n")] == ["x.yaml:2", "x.yaml:3"]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        (b"a: 1\nb: \xff\xfe\n", "line 2"),
        (b"a: \x07\n", "special characters"),
        (b"a: 1\n" * 300_000, "larger"),
    ],
)
def test_files_that_are_not_yaml_text(tmp_path, raw, word):
    path = tmp_path / "bad.yaml"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=word):
        load_yaml(path)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_yaml(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="directory"):
        load_yaml(tmp_path)


def test_byte_order_mark_of_windows_is_accepted(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert load_yaml(path)[0] == {"a": 1}


def test_dump_is_read_back():
    data = {"id": "é", "list": [1, 2.5, {"x": None}], "text": "a: b # c", "date": "2027-01"}
    assert parse_yaml(dump_yaml(data), "x")[0] == data
