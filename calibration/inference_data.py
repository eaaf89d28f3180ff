"""A fit as ArviZ InferenceData: groups of labelled arrays that netCDF holds and others can read."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .fit import RUNS, Fit
from .posterior import columns_of, prior_columns

if TYPE_CHECKING:
    from arviz import InferenceData

Floats = NDArray[np.float64]


def inference_data(
    fit: Fit,
    rest: Mapping[str, Floats],
    predicted: Floats,
    about: Mapping[str, Any],
    seed: int,
) -> InferenceData:
    """Return a fit as InferenceData.

    The end of each chain is one draw; the runs of chains stand for the chains of ArviZ. What does
    not divide by the runs is left out at the end.

    Parameters
    ----------
    fit
        The fit.
    rest
        (draw,) by constant: what was never updated; group ``constant_data``.
    predicted
        (draw, district, survey), surveys that the fit would give again, share.
    about
        Attributes of the posterior.
    seed
        Of the draws of the prior.
    """
    import arviz

    panel, draws = fit.panel, len(fit.points)
    before = prior_columns(panel.areas, panel.surveys, fit.priors, draws, seed)
    dims = {"surveyed": ["district", "survey"], "log_probability": ["district", "survey"]}
    coords = {"district": list(panel.areas), "survey": list(panel.surveys)}
    coords |= {"part": ["low", "share", "high"]}
    observed = np.stack([panel.low, panel.share, panel.high], axis=-1)
    found = arviz.from_dict(
        posterior=_by_run(columns_of(fit)),
        prior=_by_run(before),
        posterior_predictive=_by_run({"surveyed": predicted}),
        log_likelihood=_by_run({"log_probability": fit.cells}),
        observed_data={"published": observed},
        constant_data={name: np.asarray(values) for name, values in rest.items()},
        coords=coords,
        dims=dims
        | {"published": ["district", "survey", "part"]}
        | {name: ["drawn"] for name in rest},
        attrs={"seed": seed, "runs": RUNS},
    )
    found["posterior"].attrs.update({key: str(value) for key, value in about.items()})
    return found


def as_netcdf(found: InferenceData) -> bytes:
    """Return the bytes of a netCDF file with all groups."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inference.nc"
        found.to_netcdf(str(path))
        return path.read_bytes()


def _by_run(columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return arrays as (run, draw of the run, ...)."""
    return {
        name: values[: len(values) // RUNS * RUNS].reshape(RUNS, -1, *values.shape[1:])
        for name, values in columns.items()
    }
