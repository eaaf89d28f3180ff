"""Docstring examples run under the real import name."""

import doctest
import importlib
import pkgutil

import pytest

TOPS = ("model", "scenarios", "calibration", "experiments")
NAMES = [
    module.name
    for top in TOPS
    for module in pkgutil.walk_packages(
        importlib.import_module(f"tumbuh.{top}").__path__, f"tumbuh.{top}."
    )
]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
