"""What readers call the parameters and variables of the model, and which of them are one idea."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from ..model.yamlfile import load_yaml
from .levers import catalogue
from .text import Language, Text, text


@dataclass(frozen=True)
class Names:
    """The packaged names.

    Attributes
    ----------
    titles
        By name in the model text, and by group.
    groups
        Parameters by group: one idea that they stand for together.
    """

    titles: Mapping[str, Text]
    groups: Mapping[str, tuple[str, ...]]

    @property
    def ideas(self) -> Mapping[str, str]:
        """Group by parameter, of the parameters that are in one."""
        return {name: group for group, members in self.groups.items() for name in members}


@lru_cache(maxsize=1)
def names() -> Names:
    """Return the packaged names, read once."""
    data, _ = load_yaml(Path(__file__).with_name("names.yaml"))
    named = data["variables"] | data["parameters"] | data["definitions"]
    titles = {name: text(row) for name, row in named.items()} | _of_levers(data["doses"])
    titles |= {group: text(row["title"]) for group, row in data["groups"].items()}
    groups = {group: tuple(row["of"]) for group, row in data["groups"].items()}
    return Names(MappingProxyType(titles), MappingProxyType(groups))


def _of_levers(parts: Mapping[str, Mapping[str, str]]) -> dict[str, Text]:
    """Return the names of the four constants of each lever."""
    return {
        f"{lever.name} {part}": Text(
            f"{lever.title.id}: {words['id']}", f"{lever.title.en}: {words['en']}"
        )
        for lever in catalogue().levers.values()
        for part, words in parts.items()
    }


def own_name(of_model: str, language: Language) -> str:
    """Return what a reader calls a parameter or variable of the model, or a group of parameters.

    Parameters
    ----------
    of_model
        Name in the model text, or id of the group; what has no other name keeps it.
    language
        Of the reader.
    """
    title = names().titles.get(of_model)
    return of_model if title is None else title.get(language)
