"""Names of the model that no planner should read."""

import re

from tumbuh.model.language.cache import load_program
from tumbuh.scenarios.names import names
from tumbuh.scenarios.text import LANGUAGES


def raw_names(texts):
    """Return names of the model that stand in texts as such.

    That is whatever has brackets with an element of a subscript, and a parameter or variable of
    more than one word, unless some plain name has those words too.
    """
    told = "\n".join(texts)
    plain = {title.get(language) for title in names().titles.values() for language in LANGUAGES}
    known = {name for name in load_program().variables if " " in name or "[" in name}
    doubtful = {name for name in known if any(name in text for text in plain)}
    bracketed = set(re.findall(r"\b[\w ]+\[\w+\]", told))
    shown = {n for n in known - doubtful if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", told)}
    return bracketed | shown
