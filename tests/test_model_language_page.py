"""The pages on the model language name what the code supports."""

from __future__ import annotations

from pathlib import Path

from tumbuh.model.language.functions import BUILT_IN, RESERVED
from tumbuh.model.language.ir import IR_VERSION, LEAVES, SIGNATURES

DOCS = Path(__file__).parents[1] / "docs"


def test_every_operation_and_leaf_is_documented():
    text = (DOCS / "ir.md").read_text(encoding="utf-8")
    words = set(text.replace("`", " ").split())
    assert {*SIGNATURES, *LEAVES} <= words
    assert f"(version {IR_VERSION})" in text


def test_every_function_is_documented():
    text = (DOCS / "model-language.md").read_text(encoding="utf-8")
    words = text.replace("`", " ").replace("(", " ").replace(",", " ")
    names = {name.replace("_", " ").upper() for name in {*BUILT_IN, *RESERVED}}
    hidden = {"LOOKUP", "DATA", "LOOKUP FORWARD", "LOOKUP BACKWARD"}
    assert [name for name in sorted(names - hidden) if name not in words] == []
