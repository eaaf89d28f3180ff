"""What an XMILE model says of its variables beside their equations: behaviour and groups."""

from __future__ import annotations

from collections.abc import Iterator

from .syntax import key_of
from .xmile_expression import unescape
from .xmile_tree import Element


def bounded(owner: Element) -> set[str]:
    """Return the kinds that ``<behavior>`` makes non-negative.

    Parameters
    ----------
    owner
        The document, or one model.
    """
    behavior = owner.first("behavior")
    if behavior is None:
        return set()
    kinds = ("stock", "flow")
    if behavior.first("non_negative"):
        return set(kinds)
    named = ((kind, behavior.first(kind)) for kind in kinds)
    return {kind for kind, child in named if child and child.first("non_negative")}


def groups_of(model: Element) -> dict[str, str]:
    """Return the group of each variable, by key.

    Parameters
    ----------
    model
        The model with its groups.
    """
    groups: dict[str, str] = {}
    for group, member in _members(model):
        groups.setdefault(key_of(unescape(member)), group)
    return groups


def _members(model: Element) -> Iterator[tuple[str, str]]:
    for element in model.walk():
        if element.tag != "group":
            continue
        name = unescape(element.attributes.get("name", ""))
        for child in element.children:
            member = child.attributes.get("name", "") if child.tag == "entity" else child.text
            if child.tag in ("entity", "var") and member:
                yield name, member
