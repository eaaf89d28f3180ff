"""What the fit learnt: every fitted parameter before and after the surveys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calibration.areas import load_areas
from ..calibration.hierarchy import load_priors
from ..calibration.posterior import TYPICAL, Posterior, prior_columns
from ..calibration.surface import DIMENSIONS
from .data_tables import short_name
from .text import Words

Floats = NDArray[np.float64]

TEXTS = {
    "district deficit multiplier": "multiplier",
    "deficit multiplier": "multiplier",
    "mean deficit multiplier": "mean_multiplier",
    "district birth shift": "birth",
    "birth shift": "birth",
    "secular HAZ gain per year": "secular",
    "secular gain": "secular",
    "poverty faltering shock": "poverty",
    "spread of deficit multipliers": "spread",
    "design effect": "design",
    "discrepancy": "discrepancy",
    "log likelihood": "likelihood",
    "prevalence": "prevalence",
}
"""Key of the text of a quantity, by its name in a posterior or a self-check."""


@dataclass(frozen=True)
class Learnt:
    """One parameter.

    Attributes
    ----------
    name
        As in the posterior, such as ``district birth shift[paser]``.
    prior, posterior
        (draw,), in the parameter's unit.
    """

    name: str
    prior: Floats
    posterior: Floats

    @property
    def contraction(self) -> float:
        """One minus the variance after over that before; 0 means nothing learnt."""
        return 1.0 - float(np.var(self.posterior) / np.var(self.prior))


def learnt(posterior: Posterior) -> tuple[Learnt, ...]:
    """Return every fitted parameter, with as many draws of its prior.

    Parameters
    ----------
    posterior
        Of all districts.
    """
    areas, surveys = posterior.areas, posterior.surveys
    before = prior_columns(areas, surveys, load_priors(), posterior.size, posterior.seed)
    pairs = ((name, before[name], after) for name, after in posterior.columns.items())
    # The typical district has no birth shift by definition.
    return tuple(Learnt(*pair) for pair in pairs if np.ptp(pair[1]) > 0.0)


def of_area(items: Sequence[Learnt], area: str) -> list[Learnt]:
    """Return what belongs to one district, then what all districts share.

    Parameters
    ----------
    items
        Of all districts.
    area
        Code of the district.
    """
    own = [item for item in items if item.name.endswith(f"[{area}]")]
    shared = [item for item in items if item.name.endswith(f"[{TYPICAL}]")]
    return own + shared + [item for item in items if "[" not in item.name]


def quantity_name(name: str, words: Words) -> str:
    """Write the name of a quantity of a posterior or a self-check for a reader.

    Parameters
    ----------
    name
        Such as ``secular gain[paser]`` or ``bias of SSGI 2022``.
    words
        Language.
    """
    if name.startswith("bias of "):
        return words.get("calibration.name_bias", survey=name.removeprefix("bias of "))
    plain, _, area = name.rstrip("]").partition("[")
    text = words.get(f"calibration.name_{TEXTS[plain]}")
    if not area:
        return text
    areas = load_areas()
    place = words.get("calibration.typical") if area == TYPICAL else area
    return f"{text}, {short_name(areas[area], words) if area in areas else place}"


def unit_name(name: str, words: Words) -> str:
    """Write the unit of a quantity for a reader."""
    plain = name.partition("[")[0]
    if plain == DIMENSIONS[2]:
        return words.get("calibration.unit_gain")
    if plain == DIMENSIONS[1]:
        return words.get("calibration.unit_haz")
    logit = plain.startswith("bias of ") or plain == "discrepancy"
    return words.get("calibration.unit_logit" if logit else "calibration.unit_ratio")
