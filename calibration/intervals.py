"""Sampling interval of a surveyed share: one function for every table and figure.

A survey of clusters knows as much as a simple random sample of its children divided by the
design effect. The interval is that of Wilson (1927, Journal of the American Statistical
Association 22, doi 10.1080/01621459.1927.10502953) for that sample: it stays between 0 and 1 and is
not symmetric. It holds sampling error only; what instruments, months and measurers add comes on top.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from .likelihood import central_design_effect

LEVEL = 0.95
DESIGN_EFFECT = central_design_effect()
"""Median of the prior of the design effect, used where a survey publishes none."""


def sampling_interval(
    share: float, children: float, design_effect: float = DESIGN_EFFECT, level: float = LEVEL
) -> tuple[float, float]:
    """Return the two ends of the sampling interval of a surveyed share.

    Parameters
    ----------
    share
        Surveyed share, 0 to 1.
    children
        Children measured.
    design_effect
        Variance of the survey over that of a simple random sample of as many children.
    level
        Probability that the interval holds the true share, 0 to 1.

    Examples
    --------
    >>> low, high = sampling_interval(0.25, 160, design_effect=1.6)
    >>> round(low, 3), round(high, 3)
    (0.175, 0.343)
    """
    size, z = children / design_effect, NormalDist().inv_cdf(0.5 + level / 2.0)
    shrink = 1.0 + z * z / size
    centre = (share + z * z / (2.0 * size)) / shrink
    half = z / shrink * math.sqrt(share * (1.0 - share) / size + (z / (2.0 * size)) ** 2)
    return centre - half, centre + half
