"""What is needed to make a result again: versions, hashes, inputs, command."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..calibration.ensemble import Ensemble
from ..calibration.posterior import made_from
from ..model.language.ir import Program
from ..model.yamlfile import load_yaml
from ..scenarios.compile import Plan
from ..scenarios.loader import scenario_path
from .results import Comparison

LIBRARIES = (
    "numpy",
    "scipy",
    "xarray",
    "netcdf4",
    "matplotlib",
    "pydantic",
    "ruamel-yaml",
    "typer",
)
ROOT = Path(__file__).parents[1]


def made_with() -> dict[str, Any]:
    """Return versions, digests, host, command and time: what is needed to make a result again."""
    return {
        "tumbuh": version("tumbuh"),
        "git_commit": commit(),
        "date": now(),
        "command": ["tumbuh", *sys.argv[1:]],
        "python": platform.python_version(),
        "platform": platform.platform(),
        "host": platform.node(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "made_from": made_from(),
    }


def attributes(answer: Comparison, program: Program, command: Sequence[str]) -> dict[str, str]:
    """Return the global attributes of the netCDF file."""
    return {
        "title": f"Stunting in {answer.district.name}: scenario, not forecast",
        "source": f"tumbuh {version('tumbuh')}, model {program.digest}",
        "history": f"{now()}: {' '.join(command)}",
        "district": answer.district.id,
        "until": str(answer.base[-1].year),
    }


def manifest(
    answer: Comparison,
    program: Program,
    ensemble: Ensemble,
    references: Sequence[str | Path],
) -> dict[str, Any]:
    """Return what a comparison was asked and rests on.

    Parameters
    ----------
    answer, program, ensemble
        What was computed, with what.
    references
        Ids and paths of the scenarios that were asked for.
    """
    return {
        "model_sha256": program.digest,
        "district": answer.district.id,
        "until": answer.base[-1].year,
        "draws": ensemble.size,
        "seed": ensemble.seed,
        "ensemble": ensemble.provenance,
        "scenarios": {plan.scenario.id: levels_of(plan) for plan in answer.plans},
        "scenario_files": scenario_files(references),
    }


def scenario_files(references: Sequence[str | Path]) -> dict[str, dict[str, str]]:
    """Return text and SHA-256 of each scenario file, and of those that it extends."""
    found: dict[str, dict[str, str]] = {}
    todo = [scenario_path(reference) for reference in references]
    while todo:
        path = todo.pop()
        if str(path) in found:
            continue
        raw = path.read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        found[str(path)] = {"sha256": digest, "text": raw.decode("utf-8-sig")}
        data, _ = load_yaml(path)
        todo += [scenario_path(name, path.parent) for name in data.get("extends", [])]
    return {_short(name): entry for name, entry in found.items()}


def _short(path: str) -> str:
    """Name a packaged file by its place in the package, which is the same on every machine."""
    return path.removeprefix(f"{ROOT}/")


def levels_of(plan: Plan) -> Mapping[str, Any]:
    """Return the doses and settings of a plan as plain values."""
    levers = {name: asdict(dose) for name, dose in plan.scenario.levers.items()}
    return {"levers": levers, "settings": dict(plan.scenario.settings)}


def now() -> str:
    """Return the time, UTC, ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def commit() -> str | None:
    """Return the commit of a source checkout, with a mark for changes; nothing elsewhere."""
    if not (ROOT / ".git").exists():
        return None
    command = [
        "git",
        "-C",
        str(ROOT),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=40",
        "--exclude=*",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
