"""Who is left out: the stored result of the agents, where it belongs to the program's own inputs."""

from __future__ import annotations

from typing import Any

from ..agents.equity_payload import STORED, equity_payload, stored_equity
from ..agents.stored import inputs_of


def equity() -> dict[str, Any] | None:
    """Return what the page shows of the agents.

    Nothing where no result is stored, and where the draws, the scenarios or the tables that it was
    made from have changed since: the page then says that it is not in the file.
    """
    if not STORED.is_file():
        return None
    found = stored_equity()
    return equity_payload(found) if found["made_from"] == inputs_of(found["scenarios"]) else None
