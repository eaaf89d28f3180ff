"""Numbers and texts as the page's data holds them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ...scenarios.text import LANGUAGES, Text
from ..text import Words, words


def both(title: Text) -> dict[str, str]:
    """Return a text of both languages by language."""
    return {language: title.get(language) for language in LANGUAGES}


def said(tell: Callable[[Words], object]) -> dict[str, object]:
    """Return what is told in each language, by language."""
    return {language: tell(words(language)) for language in LANGUAGES}


def rounded(values: ArrayLike, decimals: int) -> list[float]:
    """Return numbers with fewer digits than they have: a picture needs no more."""
    return np.round(np.asarray(values, float), decimals).tolist()
