"""What a page needs of an equity result, and the stored one that ships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
STORED, STORED_SHOCKS = DATA / "equity.json", DATA / "shocks.json"
PAYLOAD = "equity.json"
"""Name of the payload in a result folder."""


def equity_payload(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return an equity answer in the form that a page reads.

    Parameters
    ----------
    result
        As `equity_answer` gives it, or the ``answer`` of a result folder, or `stored_equity`.

    Returns
    -------
    dict
        ``until``, ``draws``; ``strategies``: id and title in both languages, no extra action first;
        ``areas``: id, name, column and row of the schematic tile map, empty for a district without
        a table of kecamatan; ``groups``: ids by grouping (``distance``, ``wealth``; distance is
        absent without kecamatan); ``measures`` and ``changes``: by measure, scenario and group (the
        ids of the areas, of the groups, and ``district``) a list of median, low and high end of the
        90 percent range, in percent, points, or families for ``unserved``; nothing for no number.
        ``changes`` are paired differences against no extra action; one whose range includes zero
        shows no difference.
    """
    groups: dict[str, list[str]] = {}
    for group in result["groups"]:
        if group["grouping"] in ("distance", "wealth"):
            groups.setdefault(group["grouping"], []).append(group["id"])
    return {
        "district": result["district"],
        "until": result["until"],
        "draws": result["draws"],
        "strategies": [
            {"id": name, "title": result["titles"][name]} for name in result["scenarios"]
        ],
        "areas": result["areas"],
        "groups": groups,
        "measures": result["levels"],
        "changes": result["changes"],
    }


def payload_text(result: Mapping[str, Any]) -> str:
    """Return the payload as compact JSON."""
    data = equity_payload(result)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def stored_equity() -> dict[str, Any]:
    """Return the answer that ships with the program, as `equity_answer` gives it.

    Its key ``made_from`` has digests of what it was made from, and ``first_run`` what its first
    replicate gave, to more digits.
    """
    return json.loads(STORED.read_text(encoding="utf-8"))


def stored_shocks() -> dict[str, Any]:
    """Return the shocks that ship, as `shocks_answer` gives them, with ``made_from``."""
    return json.loads(STORED_SHOCKS.read_text(encoding="utf-8"))
