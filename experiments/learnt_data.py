"""What the fit learnt: every fitted parameter before and after the surveys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calibration.areas import load_areas
from ..calibration.fit import Fit
from ..calibration.hierarchy import draw_coordinates, load_priors, points_of
from ..calibration.panel import Panel, make_panel
from ..calibration.posterior import TYPICAL, Posterior, columns_of
from ..calibration.shipped import shipped_surveys
from ..calibration.surface import DIMENSIONS
from ..model.randomness import stream
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


def learnt(posterior: Posterior, observation: str = "district") -> tuple[Learnt, ...]:
    """Return every fitted parameter, with as many draws of its prior.

    Parameters
    ----------
    posterior
        Of all districts.
    observation
        Figure of Paser for 2021 that was fitted: ``district`` or ``official``.
    """
    panel = make_panel(shipped_surveys(observation), posterior.areas)
    return beside(prior_columns(panel, posterior.size, posterior.seed), posterior.columns)


def beside(before: Mapping[str, Floats], after: Mapping[str, Floats]) -> tuple[Learnt, ...]:
    """Return every fitted parameter that had a spread before the surveys.

    Parameters
    ----------
    before, after
        By name: (draw,), in the parameter's unit.
    """
    pairs = ((name, before[name], values) for name, values in after.items())
    # The typical district has no birth shift by definition.
    return tuple(Learnt(*pair) for pair in pairs if np.ptp(pair[1]) > 0.0)


def prior_columns(panel: Panel, draws: int, seed: int) -> dict[str, Floats]:
    """Return draws of the prior, by the names of a posterior and with the same ends.

    Parameters
    ----------
    panel
        Districts and surveys; no value is read.
    draws
        Number of draws.
    seed
        Seed of the whole run.
    """
    priors = load_priors()
    at = draw_coordinates(stream(seed, "learnt/prior"), draws, panel)
    districts, surveys = panel.share.shape[-2:]
    nothing = np.zeros((draws, districts + 1, surveys))
    fit = Fit(panel, priors, at, points_of(at, priors), nothing, nothing[:, :-1], {})
    return columns_of(fit)


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
