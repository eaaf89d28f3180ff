"""No module of a fit reads the hold-out: by its imports, and by the files it opens."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAY_READ = {"holdout", "shipped"}
"""Modules of `calibration` that may read later surveys: the loader, and the fit that is shipped."""

RUN = """
import sys

touched = []


def watch(event, arguments):
    folder = "data/holdout" in str(arguments[0]).replace("\\\\", "/") if arguments else False
    if folder and event in ("open", "os.listdir", "os.scandir"):
        touched.append((event, str(arguments[0])))


sys.addaudithook(watch)
import importlib

for name in {modules}:
    importlib.import_module("tumbuh.calibration." + name)
from tumbuh.calibration.ensemble import load_ensemble
from tumbuh.calibration.fit import fit
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.calibration.observations import load_context
from tumbuh.calibration.panel import fitted, make_panel, ten_districts
from tumbuh.calibration.rest import draw_rest
from tumbuh.calibration.surface import build
from tumbuh.model.language.cache import load_program

load_context()
load_ensemble(draws=10)
panel = make_panel(fitted(), ten_districts())
surfaces = build(load_program(), draw_rest(1, 4), panel.windows)
fit(panel, load_priors(), surfaces, 1)
assert not touched, touched
assert "tumbuh.calibration.holdout" not in sys.modules
from tumbuh.calibration.holdout import load_unseen

load_unseen()
print([event for event, _ in touched])
"""


def modules():
    for path in sorted((ROOT / "calibration").rglob("*.py")):
        if path.stem not in (*MAY_READ, "__init__"):
            yield path.stem, ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_of_a_fit_imports_the_holdout():
    bad = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                parts = {*(node.module or "").split("."), *(alias.name for alias in node.names)}
            elif isinstance(node, ast.Import):
                parts = {part for alias in node.names for part in alias.name.split(".")}
            else:
                continue
            bad += [f"{name}:{node.lineno}" for part in parts & MAY_READ]
    assert bad == []


def test_no_module_of_a_fit_names_the_folder_as_a_path():
    bad = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node.value == "holdout" or node.value.startswith("holdout/"))
    ]
    assert bad == []


def test_a_fit_opens_no_file_of_the_folder():
    """The last line shows that the watch works: it sees the loader that is meant to read it."""
    names = [name for name, _ in modules()]
    done = subprocess.run(
        [sys.executable, "-c", RUN.replace("{modules}", repr(names))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['open']"
