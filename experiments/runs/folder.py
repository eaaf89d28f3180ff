"""A result folder that opens again: the answer, its tables and figures, and how it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...calibration.posterior import made_from
from ...model.errors import DataError, Problem
from ..output import write_folder
from ..provenance import made_with

ANSWER, MANIFEST = "answer.json", "manifest.json"
STORE = {"design", "runs", "chunks"}
"""Names by which the manifest of a store of runs is told from that of a result."""

LARGEST = 50_000_000
"""Bytes of the largest manifest or answer that is read."""


@dataclass(frozen=True)
class Result:
    """What a command leaves.

    Attributes
    ----------
    kind
        Name of the command that made it; `tumbuh show` prints it as that command does.
    answer
        Plain values: everything that is printed, and more.
    settings
        What the command was asked.
    files
        Tables and figures by file name.
    """

    kind: str
    answer: Mapping[str, Any] = field(repr=False)
    settings: Mapping[str, Any]
    files: Mapping[str, bytes | str] = field(repr=False, default_factory=dict)


def write_result(folder: Path, result: Result) -> None:
    """Write a result and its provenance into a new folder, all or nothing.

    Parameters
    ----------
    folder
        New or empty.
    result
        What to write.

    Raises
    ------
    UnusablePlace
        If the folder holds something or cannot be made.
    """
    answer = json.dumps(result.answer, ensure_ascii=False, indent=1) + "\n"

    def last(hashes: Mapping[str, str]) -> tuple[str, str]:
        return manifest_of(result.kind, {"settings": dict(result.settings)}, hashes)

    write_folder(folder, {ANSWER: answer, **result.files}, None, last)


def manifest_of(kind: str, about: Mapping[str, Any], hashes: Mapping[str, str]) -> tuple[str, str]:
    """Return name and text of the manifest of a result folder.

    Parameters
    ----------
    kind
        Name of the command.
    about
        What the command was asked, and whatever else belongs to it.
    hashes
        SHA-256 of every other file, by name.
    """
    made = {"kind": kind} | made_with() | dict(about) | {"files": dict(hashes)}
    return MANIFEST, json.dumps(made, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Opened:
    """A result that was written before.

    Attributes
    ----------
    kind, answer
        As they were written; the answer is empty if its file is damaged.
    manifest
        How it was made.
    damaged
        Files that are missing or are not what was written.
    changed
        Names of what the result was made from and that is different now.
    """

    kind: str
    answer: Mapping[str, Any] = field(repr=False)
    manifest: Mapping[str, Any] = field(repr=False)
    damaged: tuple[str, ...]
    changed: tuple[str, ...]


def open_result(folder: Path) -> Opened:
    """Read a result folder and hold every file to its checksum.

    Parameters
    ----------
    folder
        With a manifest as `manifest_of` makes it.

    Raises
    ------
    DataError
        If it is no result folder, or its answer cannot be read.
    """
    manifest = _read(folder / MANIFEST)
    missing = {"kind", "files", "made_from"} - manifest.keys()
    if missing:
        found = f"a manifest without {', '.join(sorted(missing))}"
        remedy = "Name a folder that a command wrote with --out"
        if manifest.keys() >= STORE:
            found, remedy = "a store of runs", f"Use tumbuh experiment show {folder}"
        raise DataError([Problem(str(folder), "a result folder", found, remedy)])
    damaged = tuple(name for name, sha in manifest["files"].items() if _hash(folder / name) != sha)
    now_made, then = made_from(), manifest["made_from"]
    changed = tuple(name for name in now_made if now_made[name] != then.get(name))
    # A calibration and a score leave tables and figures, and no answer of their own.
    # One that is not what was written is told of and not read.
    there = ANSWER in manifest["files"] and ANSWER not in damaged
    answer = _read(folder / ANSWER) if there else {}
    return Opened(manifest["kind"], answer, manifest, damaged, changed)


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _read(path: Path) -> dict[str, Any]:
    remedy = "Name a folder that a command wrote with --out"
    try:
        if path.stat().st_size > LARGEST:
            found = "a larger file"
            raise DataError([Problem(str(path), f"at most {LARGEST} bytes", found, remedy)])
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        raise DataError([Problem(str(path), "a file of a result", found, remedy)]) from error
    except ValueError as error:
        raise DataError([Problem(str(path), "JSON", str(error)[:80], remedy)]) from error
    if not isinstance(data, dict):
        raise DataError([Problem(str(path), "named values", type(data).__name__, remedy)])
    return data
