"""The joined document: the same bytes from the same sources, and nothing from anywhere else."""

import hashlib
import re
from base64 import b64encode

import pytest

from tumbuh.experiments.page.join import (
    LIBRARIES,
    SCRIPTS,
    WEB,
    document,
    policy,
    script,
    style,
)
from tumbuh.model.errors import DataError


def page(data='{"a": "<script>"}'):
    return document(data, script(), style())


def test_the_document_is_the_same_each_time():
    assert page() == page()


def test_every_source_is_joined():
    kept = {path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js")}
    assert set(SCRIPTS) | set(LIBRARIES) == kept - {"measure.js"}


def test_script_and_style_are_allowed_by_their_hashes_only():
    text = page()
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert found is not None
    rules = found[1].split("; ")
    assert rules[0] == "default-src 'none'"
    assert not re.search(
        r"unsafe-inline|unsafe-eval'|https?:|\*", found[1].replace("'wasm-unsafe-eval'", "")
    )
    assert "connect-src" not in found[1]
    inline = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    looks = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert (len(inline), len(looks)) == (1, 1)
    for content in (*inline, *looks):
        digest = b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in found[1]


def test_the_document_names_nothing_outside():
    text = page("{}")
    assert not re.search(r'(?:src|href)="(?!data:,|#)', text)
    own = "\n".join((WEB / name).read_text(encoding="utf-8") for name in SCRIPTS)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon", own)
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|document\.write", own)


def test_data_cannot_end_its_element():
    text = page('{"a": "</script><script>alert(1)</script>"}')
    assert "alert(1)</script>" not in text
    assert "\\u003c/script>" in text


def test_a_name_declared_twice_is_refused(tmp_path):
    (tmp_path / "a.js").write_text("function same() {}\n", encoding="utf-8")
    (tmp_path / "b.js").write_text("const same = 1;\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"same, which a\.js declares too"):
        script(("a.js", "b.js"), tmp_path)


def test_the_policy_follows_the_script():
    assert policy("a", "b") != policy("c", "b")
    assert policy("a", "b") != policy("a", "c")


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_are_as_published(name):
    """The README beside them names the bytes, and each has its licence."""
    path = WEB / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"| {path.name} |" in (WEB / "vendor" / "README.md").read_text(encoding="utf-8")
    assert digest in (WEB / "vendor" / "README.md").read_text(encoding="utf-8")
    licence = path.with_suffix(".LICENSE").read_text(encoding="utf-8").strip()
    assert "Permission to use" in licence
    assert licence in page()
