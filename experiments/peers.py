"""Published results of other models for the same kind of package, to print beside ours."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ..scenarios.text import Language

PEERS = Path(__file__).with_name("data") / "peers.csv"


@dataclass(frozen=True)
class Peer:
    """One published result.

    Attributes
    ----------
    study, year, url
        Title, year of publication where it was seen, and address.
    result_id, result_en
        The result in the two languages.
    """

    study: str
    year: str
    result_id: str
    result_en: str
    url: str

    def result(self, language: Language) -> str:
        """Return the result in one language."""
        return self.result_id if language == "id" else self.result_en


def load_peers() -> tuple[Peer, ...]:
    """Return the published results."""
    with PEERS.open(encoding="utf-8", newline="") as file:
        return tuple(Peer(**row) for row in csv.DictReader(file))
