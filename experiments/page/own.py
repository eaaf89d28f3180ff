"""What the page says of a fit of the reader's own: what differs, and how its checks went."""

from __future__ import annotations

from typing import Any

from ...calibration.areas import load_areas
from ...calibration.observations import Observation
from ..basis import Difference, Own
from ..calibration_files import gate_line
from ..data_tables import area_name
from ..outcomes import POINTS
from ..text import Words
from .plain import said


def own_payload(own: Own, draws: int) -> dict[str, Any]:
    """Return the account of a fit of the reader's own, as plain values.

    Parameters
    ----------
    own
        What makes it one.
    draws
        Draws of the fit.
    """
    failed = [gate for gate in own.gates if not gate.passed]
    return {
        "name": own.name,
        "fitted_now": own.fitted_now,
        "draws": draws,
        "differences": [_difference(one) for one in own.differences],
        "gates": len(own.gates),
        "failed": said(lambda words: [gate_line(gate, words) for gate in failed]),
    }


def own_rounds(own: Own | None, area: str) -> frozenset[str]:
    """Return the rounds of a district that the packaged tables do not have so.

    Parameters
    ----------
    own
        What makes the fit one of the reader's own; nothing for that of the package.
    area
        Code of the district.
    """
    found = own.differences if own else ()
    return frozenset(one.survey.survey for one in found if one.survey.area == area)


def _difference(one: Difference) -> dict[str, Any]:
    area, packaged = load_areas()[one.survey.area], one.packaged
    return {
        "kind": one.kind,
        "area": said(lambda words: area_name(area, words)),
        "survey": one.survey.survey,
        "value": said(lambda words: _share(one.survey, words)),
        "packaged": said(lambda words: "" if packaged is None else _share(packaged, words)),
    }


def _share(row: Observation, words: Words) -> str:
    if row.value is not None:
        return f"{words.number(POINTS * row.value)} %"
    assert row.low is not None and row.high is not None
    return f"{words.span(POINTS * row.low, POINTS * row.high)} %"
