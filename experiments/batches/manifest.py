"""The manifest of a store: which design, model and evidence its runs follow from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...model.errors import DataError, InputError, Problem
from .contract import Job, described, shape_of
from .facts import facts_of

MANIFEST, DESIGN = "manifest.json", "design.yaml"
FORMAT = 1
"""Of the folder; another number means that this version cannot read it."""
LARGEST = 20_000_000
"""Bytes of the largest manifest that is read."""
NO_STORE = "Name a folder that tumbuh experiment run wrote"


class OtherBatch(InputError):
    """The store holds runs of another design, model or evidence."""


@dataclass(frozen=True)
class Manifest:
    """What a store says of itself.

    Attributes
    ----------
    shape
        Digest that all its chunks carry.
    identity
        Digests and versions by name.
    runs, chunks, chunk_runs
        Runs in all; chunks in all; runs of each chunk but the last.
    columns
        Each with name, kind, unit, role, and categories where it is text.
    design
        Id, title, seed and sampler, as far as the text of the design tells.
    made
        Versions, host, time and command of the process that began the store.
    """

    shape: str
    identity: Mapping[str, str]
    runs: int
    chunks: int
    chunk_runs: int
    columns: tuple[Mapping[str, Any], ...] = field(repr=False)
    design: Mapping[str, Any]
    made: Mapping[str, Any] = field(repr=False)

    def names(self, role: str) -> tuple[str, ...]:
        """Return the columns of a role: index, input or outcome."""
        return tuple(column["name"] for column in self.columns if column["role"] == role)

    def unit(self, name: str) -> str:
        """Return the unit of a column."""
        return next(column["unit"] for column in self.columns if column["name"] == name)

    def categories(self, name: str) -> tuple[str, ...]:
        """Return the values of a text column."""
        column = next(column for column in self.columns if column["name"] == name)
        return tuple(column.get("categories", ()))


def manifest_of(job: Job, made: Mapping[str, Any]) -> Manifest:
    """Return the manifest of a new store."""
    columns = tuple(described(column) for column in job.columns)
    sizes = job.runs, job.chunks, job.chunk_runs
    facts = facts_of(job.text)
    about = {"id": facts.id, "title": dict(facts.title)}
    about |= {"seed": facts.seed, "sampler": facts.sampler}
    return Manifest(shape_of(job), dict(job.identity), *sizes, columns, about, made)


def written(manifest: Manifest) -> str:
    """Return the text of a manifest."""
    plain = {"format": FORMAT} | vars(manifest) | {"columns": list(manifest.columns)}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a store.

    Parameters
    ----------
    folder
        The store.

    Raises
    ------
    DataError
        If there is none, or it is damaged or of another format.
    """
    path = folder / MANIFEST
    try:
        if path.stat().st_size > LARGEST:
            found = "a larger file"
            raise DataError([Problem(str(path), f"at most {LARGEST} bytes", found, NO_STORE)])
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        raise DataError([Problem(str(path), "the manifest of a store", found, NO_STORE)]) from error
    except ValueError as error:
        raise DataError([Problem(str(path), "JSON", str(error)[:80], NO_STORE)]) from error
    return _parsed(path, data)


def _parsed(path: Path, data: object) -> Manifest:
    needed = {"format", *Manifest.__dataclass_fields__}
    if not isinstance(data, dict) or needed - data.keys():
        lacking = needed - data.keys() if isinstance(data, dict) else needed
        found = f"a file without {', '.join(sorted(lacking))}"
        raise DataError([Problem(str(path), "the manifest of a store", found, NO_STORE)])
    if data["format"] != FORMAT:
        remedy = "Open it with the version of tumbuh that wrote it"
        found = repr(data["format"])[:40]
        raise DataError([Problem(f"{path}: format", str(FORMAT), found, remedy)])
    values: dict[str, Any] = {name: data[name] for name in Manifest.__dataclass_fields__}
    values["columns"] = tuple(values["columns"])
    return Manifest(**values)


def check_same(folder: Path, kept: Manifest, job: Job) -> None:
    """Refuse to mix runs of one design, model or evidence with those of another.

    Parameters
    ----------
    folder
        The store, for the message.
    kept
        Its manifest.
    job
        What would be added to it.

    Raises
    ------
    OtherBatch
        With each difference: what it is in the store, and what it is now.
    """
    if kept.shape == shape_of(job):
        return
    remedy = "Name another folder, or go back to what the store was made with"
    where = str(folder)
    problems = [
        Problem(f"{where}: {name}", old, new, remedy)
        for name, old, new in _differences(folder, kept, job)
    ]
    raise OtherBatch(problems)


def _differences(folder: Path, kept: Manifest, job: Job) -> list[tuple[str, str, str]]:
    """Return what differs, as it is in the store and as it is now."""
    now = manifest_of(job, {})
    names = dict.fromkeys([*kept.identity, *now.identity])
    pairs = [(name, kept.identity.get(name), now.identity.get(name)) for name in names]
    entries = _entries(folder, job)
    if entries:
        # What was changed says more than the digests of the two designs.
        pairs = [pair for pair in pairs if pair[0] != "design"] + entries
    pairs += [(name, getattr(kept, name), getattr(now, name)) for name in ("runs", "chunk_runs")]
    pairs += _columns(kept, now)
    found = [(name, _plain(old), _plain(new)) for name, old, new in pairs if old != new]
    return found or [("design", f"digest {kept.shape[:12]}", f"digest {now.shape[:12]}")]


def _entries(folder: Path, job: Job) -> list[tuple[str, object, object]]:
    """Return the entries of the design that differ, where both designs are there to be read."""
    try:
        old, new = (json.loads(t) for t in ((folder / DESIGN).read_text("utf-8"), job.text))
    except (OSError, ValueError):
        return []
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return []
    names = [name for name in dict.fromkeys([*old, *new]) if name not in ("title", "question")]
    pairs = [(f"design: {name}", old.get(name), new.get(name)) for name in names]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _columns(kept: Manifest, now: Manifest) -> list[tuple[str, object, object]]:
    old, new = ({column["name"]: column for column in m.columns} for m in (kept, now))
    return [
        (f"column {name}", old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])
    ]


def _plain(value: object) -> str:
    return "nothing" if value is None else str(value)[:100]
