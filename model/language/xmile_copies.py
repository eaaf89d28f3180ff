"""The variables of XMILE modules, copied with full names for the one flat model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from .syntax import key_of
from .xmile_expression import ExpressionError, unescape
from .xmile_names import Place, Renamer, inside, written
from .xmile_sections import bounded
from .xmile_tree import Element

Refuse = Callable[[int, str, str], None]
_EQUATIONS = ("eqn", "init_eqn")
# What an input keeps of its own when something is connected to it.
_KEPT = ("dimensions", "units", "doc", "format", "range", "scale", "display")


class Copier:
    """Copies variables; every copy has the line of its original.

    Parameters
    ----------
    root
        The document.
    main
        The main model, with its modules in it.
    taken
        Keys of all full names.
    sources
        Full name of what is connected to an input, by the input's key.
    refuse
        Called with line, what was found and the remedy for whatever cannot be read.
    """

    def __init__(
        self,
        root: Element,
        main: Place,
        taken: set[str],
        sources: Mapping[str, str],
        refuse: Refuse,
    ) -> None:
        self.main, self.taken = main, taken
        self.sources, self.refuse = sources, refuse
        folder = root.first("dimensions")
        items = folder.walk() if folder else ()
        self.fixed = {key_of(unescape(item.attributes.get("name", ""))) for item in items} - {""}

    def variables(self) -> Iterator[Element]:
        """Yield the variables of all places, with full names, and their groups."""
        for place in self.main.walk():
            yield from self._variables(place)

    def _variables(self, place: Place) -> Iterator[Element]:
        renamer = Renamer(place, self.taken, self.fixed)
        kinds = bounded(place.model)
        members: list[Element] = []
        for element in inside(place.model):
            if element.tag in ("module", "group") and not element.vendor:
                continue
            copy = self._variable(element, renamer)
            if element.tag in kinds and copy.tag != "aux" and not copy.first("non_negative"):
                copy.children.append(Element("non_negative", {}, copy.line))
            members.append(Element("entity", {"name": copy.attributes.get("name", "")}, copy.line))
            yield copy
        for group in place.model.walk():
            if group.tag == "group":
                yield _group(group, renamer)
        if place.path:
            # Last, for the first group that names a variable is its sector.
            yield Element("group", {"name": place.shown}, place.model.line, children=members)

    def _variable(self, element: Element, renamer: Renamer) -> Element:
        name = element.attributes.get("name", "")
        if not name.strip():
            return replace(element, children=list(element.children))
        place, full = renamer.place, renamer.place.full(name)
        named = {**element.attributes, "name": full}
        source = self.sources.get(key_of(unescape(full)))
        if source is not None:
            kept = [child for child in element.children if child.tag in _KEPT]
            equation = Element("eqn", {}, element.line, text=written(source))
            return Element("aux", named, element.line, children=[*kept, equation])
        if place.path and element.attributes.get("access", "").lower() == "input":
            self._require_equation(element, full)
        try:
            return replace(_renamed(element, renamer), attributes=named)
        except ExpressionError as error:
            found = f"{error.found} in '{unescape(full)}'"
            self.refuse(element.line, found, error.remedy)
            return replace(element, attributes=named, children=list(element.children))

    def _require_equation(self, element: Element, full: str) -> None:
        texts = [item.text for item in element.walk() if item.tag in (*_EQUATIONS, "ypts")]
        if not any(_without_comments(text) for text in texts):
            found = f"nothing connected to the input '{unescape(full)}', which has no equation"
            self.refuse(element.line, found, "Connect it, or give it an equation")


def _renamed(element: Element, renamer: Renamer) -> Element:
    if element.tag in ("inflow", "outflow"):
        return replace(element, text=renamer.name(element.text))
    text = renamer.equation(element.text) if element.tag in _EQUATIONS else element.text
    return replace(element, text=text, children=[_renamed(c, renamer) for c in element.children])


def _group(group: Element, renamer: Renamer) -> Element:
    members = [
        replace(child, attributes={"name": renamer.name(member)}, text=renamer.name(member))
        for child in group.children
        if (member := child.attributes.get("name", "") or child.text.strip())
    ]
    return replace(group, children=members)


def _without_comments(text: str) -> str:
    while "{" in text and "}" in text.partition("{")[2]:
        before, _, rest = text.partition("{")
        text = before + rest.partition("}")[2]
    return text.strip()
