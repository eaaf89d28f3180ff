"""How a store stands, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from ..text import Words
    from .verify import Check

MOST = 20
"""Chunks that are named in a line."""


def show_done(out: Console, done: Mapping[str, Any], words: Words) -> None:
    """Print what a run left."""
    counts = {name: words.number(done[name], 0) for name in ("stored", "runs", "computed")}
    seconds = words.number(done["seconds"], 1)
    out.print(words.get("batch.done", folder=done["folder"], seconds=seconds, **counts))
    if done["missing_chunks"]:
        count = words.number(done["missing_chunks"], 0)
        out.print(words.get("batch.done_part", count=count, shard=done["shard"]))
    else:
        out.print(words.get("batch.done_next", folder=done["folder"]), style="dim")


def show_status(out: Console, answer: Mapping[str, Any], words: Words) -> None:
    """Print how a store stands."""
    from ..cli_tables import section

    title = answer["design"].get("title", {}).get(words.language) or answer["folder"]
    section(out, words.get("batch.heading", title=title))
    stored, runs = (words.number(answer[name], 0) for name in ("stored", "runs"))
    out.print(words.get("batch.stored", stored=stored, runs=runs))
    chunks = {name: words.number(answer[name], 0) for name in ("missing", "chunks")}
    out.print(words.get("batch.chunks", size=words.number(answer["bytes"] / 1e6, 1), **chunks))
    if answer["working"]:
        out.print(words.get("batch.working", who=answer["working"]))
    made = answer["made"]
    out.print(
        words.get("batch.made", date=made["date"], host=made["host"], version=made["tumbuh"]),
        style="dim",
    )
    if answer["missing"] and not answer["working"]:
        out.print(words.get("batch.resume", folder=answer["folder"]))


def show_check(out: Console, found: Check, folder: Path, words: Words) -> None:
    """Print what a verification of a store found."""
    out.print(words.get("batch.whole", count=words.number(found.whole, 0)))
    for name in ("repaired", "damaged", "unknown", "missing"):
        chunks = getattr(found, name)
        if chunks:
            style = "red" if name in ("damaged", "unknown") else "yellow"
            told = words.get(f"batch.{name}", names=_named(chunks), count=len(chunks))
            out.print(told, style=style)
    if not found.sound:
        out.print(words.get("batch.repair", folder=folder))


def _named(chunks: tuple[int, ...]) -> str:
    shown = ", ".join(f"chunk-{chunk:06d}" for chunk in chunks[:MOST])
    return shown + (", …" if len(chunks) > MOST else "")
