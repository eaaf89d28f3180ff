"""The designs that ship, and the stores of runs that lie in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...model.errors import InputError, Problem
from ...model.yamlfile import load_yaml
from ..runs.folder import LARGEST, MANIFEST
from .design_read import DESIGNS, packaged

NEEDED = ("design", "runs")
"""Names by which the manifest of a store of runs is told from others."""


def designs() -> list[dict[str, Any]]:
    """Return id, title and question of the packaged designs."""
    found = []
    for name in packaged():
        data, _ = load_yaml(DESIGNS / f"{name}.yaml")
        found.append({key: data.get(key) for key in ("id", "title", "question")})
    return found


def stores(folder: Path) -> list[dict[str, Any]]:
    """Return what the manifests of the stores in a folder say of themselves.

    Parameters
    ----------
    folder
        Searched itself, and one level down. What is no store is passed over.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not folder.is_dir():
        remedy = "Name a folder in which experiments were run"
        raise InputError([Problem(str(folder), "a folder", "none", remedy)])
    places = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    read = ((place, _manifest(place / MANIFEST)) for place in places)
    return [
        {
            "folder": str(place),
            "design": _id(about["design"]),
            "runs": about["runs"],
            "chunks": about.get("chunks"),
            "done": _count(about.get("done")),
        }
        for place, about in read
        if about is not None
    ]


def _manifest(path: Path) -> Mapping[str, Any] | None:
    """Return the manifest of a store, or nothing where there is none that can be read."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(data, dict) and all(name in data for name in NEEDED)
    return data if whole else None


def _id(design: object) -> str:
    return str(design.get("id")) if isinstance(design, Mapping) else str(design)


def _count(done: object) -> int | None:
    """Return how many chunks are done, of a number or of a list."""
    if isinstance(done, list):
        return len(done)
    return done if isinstance(done, int) else None
