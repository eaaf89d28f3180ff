"""What a design would run, as plain values and on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...scenarios.text import Text
from ..evidence_words import number_text
from ..grid import grid
from ..place import elsewhere, place_of_area
from .design import Coordinate
from .estimate import MOST_BYTES, MOST_RUNS, Estimate
from .job import Job
from .summary_view import dose_text, unit_text

if TYPE_CHECKING:
    from rich.console import Console

    from ..text import Words
    from .design_draws import Note

MOST_ROWS = 15
"""Uncertainties that are printed one by one; more are counted by how they vary."""


def answer_of(job: Job, size: Estimate, notes: Sequence[Note]) -> dict[str, Any]:
    """Return what a design would run, as plain values."""
    design = job.design
    return {
        "id": design.id,
        "title": {"id": design.title.id, "en": design.title.en},
        "question": design.question and {"id": design.question.id, "en": design.question.en},
        "district": place_of_area(design.area),
        "scenarios": list(design.scenarios),
        "worlds": list(design.worlds),
        "variants": design.variants,
        "sampler": design.sampler,
        "draws": design.draws,
        "replicates": design.replicates,
        "seed": design.seed,
        "varies": [_varies(item, design.sampler) for item in design.coordinates],
        "levers": {n: list(v) for n, v in design.levers.grid.items()} if design.levers else {},
        "outcomes": [
            {"name": item.name, "unit": item.unit} for item in job.columns if item.role == "outcome"
        ],
        "runs": size.runs,
        "chunks": size.chunks,
        "bytes_at_most": size.size,
        "seconds": size.seconds,
        "runs_per_second": size.rate,
        "rate": size.source,
        "needs_yes": size.large,
        "notes": [{"name": note.name, "values": dict(note.values)} for note in notes],
        "identity": job.identity,
    }


def _varies(item: Coordinate, sampler: str) -> dict[str, Any]:
    """Return a coordinate with its distribution in numbers."""
    how = item.prior.family if item.prior else "values" if item.values else "stored"
    if sampler in ("posterior", "points"):
        how = {"posterior": "stored", "points": "table"}[sampler]
    numbers = [x for x in item.prior.numbers if x is not None] if item.prior else item.values
    return {
        "name": item.name,
        "unit": item.unit,
        "kind": item.kind,
        "how": how,
        "numbers": list(numbers) if how not in ("stored", "table") else [],
    }


def show(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print what a design would run."""
    from ..cli_tables import items, section

    section(out, f"{answer['id']}: {words.title(Text(**answer['title']))}")
    if answer["question"]:
        out.print(words.title(Text(**answer["question"])))
    items(out, elsewhere(answer["district"], words))
    _show_varying(out, answer, words)
    for name in ("scenarios", "worlds"):
        out.print(words.get(f"experiment.{name}", names=", ".join(answer[name])))
    told = [(item["name"], unit_text(item["unit"], words)) for item in answer["outcomes"]]
    listed = [f"{name} ({unit})" for name, unit in told if unit]
    out.print(words.get("experiment.outcomes", names=", ".join(listed)))
    _show_size(out, answer, words)
    for note in answer["notes"]:
        out.print(words.get(f"experiment.{note['name']}", **note["values"]), style="yellow")


def _show_varying(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    items = answer["varies"]
    if items and len(items) <= MOST_ROWS:
        heads = [words.get(f"experiment.column_{name}") for name in ("name", "how", "unit")]
        cells = [
            [words.full_name(item["name"]), _how(item, words), item["unit"]]
            for item in answer["varies"]
        ]
        out.print(grid(heads, cells, left=(0, 1, 2)))
    else:
        counts = Counter(item["how"] for item in items)
        told = ", ".join(f"{words.get(f'experiment.how_{k}')} {n}" for k, n in counts.items())
        key = "experiment.varies" if items else "experiment.varies_none"
        out.print(words.get(key, count=len(items), told=told))
    for name, values in answer["levers"].items():
        doses = "; ".join(dose_text(name, value, words) for value in values)
        out.print(words.get("experiment.combined", name=words.name(name), values=doses))


def _how(item: Mapping[str, Any], words: Words) -> str:
    rounded = (float(f"{value:.3g}") for value in item["numbers"])
    numbers = "; ".join(number_text(value, words) for value in rounded)
    return f"{words.get('experiment.how_' + item['how'])} {numbers}".strip()


def _show_size(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print runs, size and time, and what happens when that is much."""

    def whole(name: str) -> str:
        return words.number(answer[name], 0)

    names = ("draws", "replicates", "variants", "runs", "chunks")
    counts = {name: whole(name) for name in names}
    counts["worlds"] = words.number(len(answer["worlds"]), 0)
    out.print(words.get("experiment.runs", sampler=answer["sampler"], **counts))
    size = _bytes(answer["bytes_at_most"], words)
    spent = _duration(answer["seconds"], words)
    rate = whole("runs_per_second")
    out.print(words.get(f"experiment.size_{answer['rate']}", size=size, time=spent, rate=rate))
    if answer["needs_yes"]:
        limits = {"runs": words.number(MOST_RUNS, 0), "size": words.number(MOST_BYTES / 1e9, 0)}
        out.print(words.get("experiment.large", **limits), style="bold")


def _bytes(size: float, words: Words) -> str:
    for unit, length in (("TB", 1e12), ("GB", 1e9)):
        if size >= length:
            return f"{words.number(size / length, 1)} {unit}"
    return f"{words.number(size / 1e6, 1)} MB"


def _duration(seconds: float, words: Words) -> str:
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2.0 * length:
            return words.get(f"experiment.{unit}", count=words.number(seconds / length, 1))
    return words.get("experiment.seconds", count=words.number(seconds, 1))


def show_list(out: Console, answer: Mapping[str, Any], words: Words, folder: Path | None) -> None:
    """Print the designs that ship, and the stores of a folder."""
    from ..cli_tables import section

    section(out, words.get("experiment.packaged"))
    for item in answer["designs"]:
        said = words.title(Text(**(item["question"] or item["title"])))
        out.print(f"{item['id']}: {said}")
    if folder is None:
        return
    section(out, words.get("experiment.stores", folder=folder))
    if not answer["stores"]:
        out.print(words.get("experiment.no_stores"))
        return
    heads = [words.get(f"experiment.column_{n}") for n in ("folder", "id", "all_runs", "done")]
    rows = [
        [s["folder"], s["design"], words.number(s["runs"], 0), f"{s['done']}/{s['chunks']}"]
        for s in answer["stores"]
    ]
    out.print(grid(heads, rows, left=(0, 1)))
