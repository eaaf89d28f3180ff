"""The designs that ship, and the stores of runs that lie in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...model.errors import DataError, InputError, Problem
from ...model.yamlfile import load_yaml
from .design_read import DESIGNS, packaged
from .store import Store, missing, open_store


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
    return [_about(store) for place in places if (store := _store(place)) is not None]


def _about(store: Store) -> dict[str, Any]:
    about = store.manifest
    return {
        "folder": str(store.folder),
        "design": str(about.design.get("id")),
        "runs": about.runs,
        "chunks": about.chunks,
        "done": about.chunks - len(missing(store)),
    }


def _store(folder: Path) -> Store | None:
    """Return the store in a folder, or nothing where there is none that can be read."""
    try:
        return open_store(folder)
    except DataError:
        return None
