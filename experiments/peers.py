"""Published results of other models for the same kind of package, to print beside ours."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ..scenarios.text import Language
from .cli_common import console
from .cli_tables import items, section
from .results import Comparison
from .text import Words

PEERS = Path(__file__).with_name("data") / "peers.csv"
LIKE = "all_three_food"
"""Our strategy that is most like what the others promise: everything at once."""


@dataclass(frozen=True)
class Peer:
    """One published result.

    Attributes
    ----------
    study_id, study_en
        What was modelled, in the two languages.
    year, url
        Year of publication and full address, where they were found.
    result_id, result_en
        The result in the two languages.
    """

    study_id: str
    study_en: str
    year: str
    result_id: str
    result_en: str
    url: str

    def study(self, language: Language) -> str:
        """Return what was modelled in one language."""
        return self.study_id if language == "id" else self.study_en

    def result(self, language: Language) -> str:
        """Return the result in one language."""
        return self.result_id if language == "id" else self.result_en


def load_peers() -> tuple[Peer, ...]:
    """Return the published results."""
    with PEERS.open(encoding="utf-8", newline="") as file:
        return tuple(Peer(**row) for row in csv.DictReader(file))


def as_rows(answer: Comparison, words: Words) -> list[dict[str, str]]:
    """Return our own figure for a like package, then the published ones."""
    rows = [_own(answer, words)]
    for peer in load_peers():
        rows.append(
            {
                "study": peer.study(words.language),
                "year": peer.year or words.get("peers.no_year"),
                "result": peer.result(words.language),
                "url": peer.url or words.get("peers.no_address"),
            }
        )
    return rows


def show_peers(answer: Comparison, words: Words) -> None:
    """Print the rows of `as_rows`."""
    out = console()
    section(out, words.get("section.peers"))
    for row in as_rows(answer, words):
        year = f" ({row['year']})" if row["year"] else ""
        items(out, [f"{row['study']}{year}: {row['result']}."])
        if row["url"]:
            out.print(f"  {row['url']}", style="dim", soft_wrap=True)


def _own(answer: Comparison, words: Words) -> dict[str, str]:
    """Return our figure for everything at once, or for what gains most of what was run."""
    ours = [r for r in answer.strategies if r.id == LIKE] or sorted(
        answer.strategies, key=lambda r: -r.dates[-1].gain.median
    )
    if not ours:
        return {"study": answer.district.name, "year": "", "result": "", "url": ""}
    last = ours[0].dates[-1]
    name = words.title(answer.titles[ours[0].id])
    result = words.get(
        "peers.own_result",
        base=words.number(answer.base[-1].survey.median),
        plan=words.number(last.survey.median),
        year=last.year,
        gain=words.range(last.gain, 2),
    )
    study = words.get("peers.own", name=name, district=answer.district.name)
    return {"study": study, "year": "", "result": result, "url": ""}
