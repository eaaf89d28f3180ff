"""What the model language does not support: by name, with what to do instead."""

from __future__ import annotations

import re

_TIMES = "Write it with stocks, DELAY FIXED, SMOOTH or DELAY1, DELAY3"
_VECTOR = "Write it with SUM, PROD, VMIN, VMAX or one equation per element"
_SORT = "There is no sorting here: compute the order outside the model"
_CHECK = "Remove the reality checks: they do not affect a run"
_FILE = "Write the numbers into the model as constants or a lookup"

# First words of the name in lower case: what to do.
_FAMILIES = {
    "random": "Use a constant and give it a distribution: draws are made outside the model",
    "get data": "Write the series into the model as a lookup of Time",
    "get time": "Use Time, and a lookup of Time for a calendar",
    "get": _FILE,
    "data": "Write the series into the model as a lookup of Time",
    "tabbed array": "Give a constant of its own the numbers: name[range] = TABBED ARRAY(...)",
    "allocate": "Write the rule of sharing out with MIN, MAX and SUM",
    "demand": "Write the rule of sharing out with MIN, MAX and SUM",
    "supply": "Write the rule of sharing out with MIN, MAX and SUM",
    "vector": _VECTOR,
    "vector sort": _SORT,
    "vector rank": _SORT,
    "vector reorder": _SORT,
    "invert matrix": "There is no matrix algebra here: compute it outside the model",
    "reality check": _CHECK,
    "test input": _CHECK,
    "sinteg": "Use INTEG, and bound its flows",
    "find zero": "Solve the equation by hand, or approach the solution with a stock",
    "simultaneous": "Solve the equation by hand, or approach the solution with a stock",
    "find market": "Approach the price with a stock",
    "shift if true": "Move the content of each element with flows",
    "sample until": "Use SAMPLE IF TRUE",
    "queue": _TIMES,
    "delay conveyor": _TIMES,
    "delay material": _TIMES,
    "delay information": _TIMES,
    "delay batch": _TIMES,
    "delay profile": _TIMES,
    "delayp": _TIMES,
    "conveyor": _TIMES,
    "reinitial": "Use INITIAL, or change the stock with a flow",
    "lookup area": "Make the integral a lookup of its own",
    "lookup slope": "Make the slope a lookup of its own",
    "lookup invert": "Make the inverse a lookup of its own",
    "tabxl": "Use LOOKUP EXTRAPOLATE",
    "npv": "Integrate the discounted stream in a stock",
    "internal rate": "Compute it outside the model from the outputs",
    "a function of": "Write the equation",
    "macro": "Write the macro's equations out",
}
_DEFAULT = "Rewrite it with the supported functions, or correct the name"


class Refusal(Exception):
    """A construct that is not supported; becomes a problem at the line of its equation."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy or remedy_of(what)
        super().__init__(what)


def remedy_of(what: str) -> str:
    """Return what to do about a construct, by the first words of its name.

    Examples
    --------
    >>> remedy_of("RANDOM NORMAL")
    'Use a constant and give it a distribution: draws are made outside the model'
    """
    words = re.sub(r"[\s_]+", " ", what.lower())
    matching = [family for family in _FAMILIES if words.startswith(family)]
    return _FAMILIES[max(matching, key=len)] if matching else _DEFAULT
