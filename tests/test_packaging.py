"""The wheel has every module and every data file, and nothing else at the top level."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOPS = ("model", "scenarios", "calibration", "experiments")


def test_every_package_folder_is_listed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = set(project["tool"]["setuptools"]["packages"])
    found = {"tumbuh"} | {
        ".".join(("tumbuh", *path.parent.relative_to(ROOT).parts))
        for top in TOPS
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert found == listed


def test_only_the_package_files_lie_at_the_root():
    assert {path.name for path in ROOT.glob("*.py")} == {"__init__.py", "__main__.py"}


@pytest.mark.slow
def test_a_wheel_holds_all_data(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(tmp_path), str(ROOT)], check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    data = [
        path.relative_to(ROOT)
        for top in TOPS
        for kind in (
            "*.mdl",
            "*.csv",
            "*.yaml",
            "*.toml",
            "*.css",
            "*.js",
            "*.html",
            "*.LICENSE",
            "*.py",
        )
        for path in (ROOT / top).rglob(kind)
    ]
    missing = [str(path) for path in data if f"tumbuh/{path.as_posix()}" not in names]
    assert not missing
