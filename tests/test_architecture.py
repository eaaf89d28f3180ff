"""model <- scenarios <- calibration <- experiments, and where heavy libraries may enter."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
ORDER = ("model", "scenarios", "calibration", "experiments")
ENGINE = ("interpreter", "vector", "scheduling", "kernel")
"""Packages of the engine, each above those before it; below them is what they share."""
ENTRIES = {"integrate", "portable", "slices"}
"""Modules of the engine above its packages: where callers begin."""
HEAVY = {
    "pysd": {"model/language/translate.py", "experiments/bench_others.py"},
    "simlin": {"experiments/bench_others.py"},
    "llvmlite": {"model/engine/kernel/compile.py"},
    "pint": {"model/language/units.py"},
    "networkx": {
        "model/language/graph.py",
        "experiments/agents/view_figures.py",
        "model/document/loops.py",
        "model/agents/actors.py",
    },
    "arviz": {
        "calibration/inference_data.py",
        "calibration/psis.py",
        "calibration/sensitivity.py",
    },
    "ruamel": {"model/yamlbuild.py", "model/yamlfile.py"},
    "xarray": {"model/engine/trajectories.py", "experiments/output.py"},
    "matplotlib": {
        "experiments/agents/view_figures.py",
        "experiments/age_figure.py",
        "experiments/calibration_figures.py",
        "experiments/check_figures.py",
        "experiments/data_figure.py",
        "experiments/decisions/optimise_figure.py",
        "experiments/decisions/pathways_figure.py",
        "experiments/drawing.py",
        "experiments/figures.py",
        "experiments/ledger_figure.py",
        "experiments/routine_figure.py",
        "experiments/holdout_figure.py",
        "experiments/learnt_figure.py",
        "experiments/identify_figure.py",
        "experiments/run_figure.py",
        "experiments/series_figure.py",
        "experiments/sensitivity/figures.py",
        "experiments/decisions/options.py",
        "experiments/decisions/robust_figure.py",
        "experiments/decisions/value_figure.py",
        "experiments/decisions/discover_figures.py",
        "experiments/decisions/target_figures.py",
        "experiments/batches/summary_figure.py",
        "experiments/report/pictures.py",
        "experiments/agents/equity_figure.py",
        "experiments/agents/shocks_figure.py",
    },
    "sklearn": {"experiments/decisions/cart.py", "experiments/decisions/value_regression.py"},
    "pyarrow": {
        "experiments/batches/chunkfile.py",
        "experiments/batches/export.py",
        "experiments/batches/export_netcdf.py",
        "experiments/batches/read.py",
        "experiments/batches/summary.py",
    },
    "distributed": {"experiments/batches/cluster.py"},
    "pydantic": {"model/district.py", "scenarios/schema.py", "scenarios/checks.py"},
    "ema_workbench": {"experiments/bench_ema.py"},
    "SALib": {"experiments/batches/points.py", "experiments/sensitivity/estimators.py"},
    "pymoo": {"experiments/decisions/search.py"},
    "reportlab": {
        "experiments/report/pdf.py",
        "experiments/report/pdf_style.py",
        "experiments/report/pdf_table.py",
    },
    "mesa": {
        "experiments/agents/view.py",
        "model/agents/actors.py",
        "model/agents/district.py",
        "model/agents/posyandu.py",
    },
    "solara": {"experiments/agents/view.py", "experiments/agents/view_server.py"},
    "starlette": {"experiments/agents/view_server.py"},
    "uvicorn": {"experiments/agents/view_server.py"},
    "pandas": {"experiments/batches/read.py"},
    "typer": {"experiments/"},
    "rich": {"experiments/"},
}


def modules():
    for top in ORDER:
        for path in sorted((ROOT / top).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or "", node.level


def test_imports_run_in_one_direction():
    bad = []
    for path, tree in modules():
        rank = ORDER.index(path.parts[0])
        for node, name, level in imports(tree):
            target = name.split(".")[0]
            outside = level == len(path.parts) and target in ORDER
            if outside and ORDER.index(target) > rank:
                bad.append(f"{path}:{node.lineno} imports {target}")
            if level == 0 and target in ("tumbuh", *ORDER):
                bad.append(f"{path}:{node.lineno} imports {name} absolutely")
    assert not bad, "\n".join(bad)


def engine_rank(name):
    if name in ENTRIES:
        return len(ENGINE)
    return ENGINE.index(name) if name in ENGINE else -1


def engine_targets(path, node, name, level):
    """Return what stands first below the engine's folder in each name that is imported."""
    base = (*path.parts[: len(path.parts) - level], *filter(None, name.split(".")))
    found = [(*base, alias.name) for alias in node.names]
    return {parts[2] for parts in found if level and parts[:2] == ("model", "engine")}


def test_imports_of_the_engine_run_in_one_direction():
    bad = []
    for path, tree in modules():
        if path.parts[:2] != ("model", "engine"):
            continue
        rank = engine_rank(path.with_suffix("").parts[2])
        for node, name, level in imports(tree):
            for target in engine_targets(path, node, name, level):
                if engine_rank(target) > rank:
                    bad.append(f"{path}:{node.lineno} imports {target}")
    assert not bad, "\n".join(bad)


def test_the_engine_says_in_which_direction():
    folder = ROOT / "model" / "engine"
    assert {path.parent.name for path in folder.glob("*/__init__.py")} == set(ENGINE)
    order = " <- ".join(("shared modules", *ENGINE, ", ".join(sorted(ENTRIES))))
    assert order in (folder / "__init__.py").read_text(encoding="utf-8")


def test_heavy_libraries_enter_in_named_modules_only():
    bad = []
    for path, tree in modules():
        for node, name, level in imports(tree):
            allowed = HEAVY.get(name.split(".")[0])
            if level or allowed is None:
                continue
            if not any(
                path.as_posix() == a or (a[-1:] == "/" and path.as_posix().startswith(a))
                for a in allowed
            ):
                bad.append(f"{path}:{node.lineno} imports {name}")
    assert not bad, "\n".join(bad)


def test_the_names_of_heavy_modules_exist():
    named = {name for allowed in HEAVY.values() for name in allowed}
    assert [name for name in named if not (ROOT / name).exists()] == []
