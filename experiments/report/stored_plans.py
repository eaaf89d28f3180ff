"""The plans of a stored comparison, read again from the scenario texts that it keeps."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ...model.errors import DataError, Problem
from ...scenarios.compile import Plan
from ...scenarios.loader import LIBRARY
from ..inputs import read_plans
from ..provenance import ROOT, levels_of

PACKAGED = LIBRARY.relative_to(ROOT).as_posix()


def stored_plans(manifest: Mapping[str, Any], remedy: str) -> tuple[Plan, ...]:
    """Return the plans in their order, each at the doses that were run.

    Parameters
    ----------
    manifest
        Of a comparison: its scenario files with their text, and the levels that were run.
    remedy
        What to do where a plan is no longer what it was.

    Raises
    ------
    DataError
        If a packaged scenario, a price or a bound was changed since.
    """
    files, levels = manifest["scenario_files"], manifest["scenarios"]
    problems = [
        Problem(name, "the scenario that was run", "another text", remedy)
        for name in _packaged(files)
        if _digest(ROOT / name) != files[name]["sha256"]
    ]
    if problems:
        raise DataError(problems)
    with tempfile.TemporaryDirectory(prefix="tumbuh-") as place:
        where: dict[str, str | Path] = {name: name for name in levels}
        where.update(_unpack(files, Path(place)))
        plans = read_plans([where[name] for name in levels])
    problems = [
        Problem(plan.scenario.id, "the doses that were run", "others", remedy)
        for plan in plans
        if levels_of(plan) != levels[plan.scenario.id]
    ]
    if problems:
        raise DataError(problems)
    return tuple(plans)


def _packaged(files: Mapping[str, Any]) -> list[str]:
    return [name for name in files if PurePosixPath(name).parent.as_posix() == PACKAGED]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _unpack(files: Mapping[str, Any], place: Path) -> Iterator[tuple[str, Path]]:
    """Write the reader's own scenario files, each folder of theirs apart, and name them by id."""
    packaged = set(_packaged(files))
    folders: dict[str, Path] = {}
    for name, entry in files.items():
        if name in packaged:
            continue
        original = Path(name)
        folder = folders.setdefault(str(original.parent), place / str(len(folders)))
        folder.mkdir(exist_ok=True)
        # The loader wants the file to be called after its id, so that the stem is the id.
        copy = folder / original.name
        copy.write_text(entry["text"], encoding="utf-8")
        yield original.stem, copy
