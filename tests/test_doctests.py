"""Docstring examples run under the real import name."""

import doctest
import importlib
import pkgutil

import pytest

TOPS = ("model", "scenarios", "calibration", "experiments")
BY_EXTRA = {f"tumbuh.experiments.agents.{name}" for name in ("view", "view_server")}
"""Without examples; solara, an extra, makes a folder in the home directory when imported bare."""
NAMES = [
    module.name
    for top in TOPS
    for module in pkgutil.walk_packages(
        importlib.import_module(f"tumbuh.{top}").__path__, f"tumbuh.{top}."
    )
    if module.name not in BY_EXTRA
]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
