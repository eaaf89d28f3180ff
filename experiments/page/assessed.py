"""What a reader may assess: the indicators of Hoogerwerf's four determinants, and their priors."""

from __future__ import annotations

from typing import Any

from ...model.distributions import quantile, support
from ...model.parameters import ParameterTable

INDICATORS = 4
SCALE = 4
"""Highest rating of an indicator; the lowest is 0. A determinant is the mean over the scale."""
DETERMINANTS = {
    name: [f"{name}_{place + 1}" for place in range(INDICATORS)]
    for name in ("clarity", "information", "support", "resources")
}
"""Indicators by determinant; what each asks stands in the texts of the page."""
SHARES = {"low": 0.05, "best": 0.5, "high": 0.95}


def determinant_priors(table: ParameterTable) -> dict[str, dict[str, Any]]:
    """Return what the model assumes of each determinant, 0 to 1: quantiles and bounds.

    Parameters
    ----------
    table
        The parameters.
    """
    found = {}
    for name in DETERMINANTS:
        row = table.get(f"initial determinant[{name}]")
        lowest, highest = support(row.prior)
        ends = {key: float(quantile(row.prior, share)) for key, share in SHARES.items()}
        found[name] = ends | {"lowest": lowest, "highest": highest, "grade": row.grade}
    return found
