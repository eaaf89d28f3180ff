"""Names of XMILE modules: what ``module.name``, ``.name`` and a bare name stand for.

Every model is read by itself and its names then get the path of its module, token by token: a name
may be quoted, in any case, or be that of a function, a dimension or an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .syntax import key_of
from .xmile_expression import WORDS, ExpressionError, Token, tokenize, unescape
from .xmile_functions import REDUCERS
from .xmile_tree import Element

_SEGMENT = re.compile(r'"(?:[^"\\]|\\.)*"|[^".]+')
_PLAIN = re.compile(r"[^\W\d][\w$]*(?:\.[^\W\d][\w$]*)*")
# Functions that a variable of the same name does not hide.
_NEVER_HIDDEN = {*REDUCERS, "size", "lookup"}
_NAMED = ("name", "quoted")


@dataclass
class Place:
    """One model where it stands: the main one, or the body of a module.

    Attributes
    ----------
    path
        Names of the modules around it, as written; none for the main model.
    model
        Its ``<model>``.
    module
        The ``<module>`` that puts it here.
    parent
        The place of that module.
    own
        Full names of its variables, by key of the short name.
    curves
        Keys of its variables that have a graphical function.
    inner
        Its modules, by key.
    """

    path: tuple[str, ...]
    model: Element
    module: Element | None = None
    parent: Place | None = None
    own: dict[str, str] = field(default_factory=dict)
    curves: set[str] = field(default_factory=set)
    inner: dict[str, Place] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The path as a reader sees it."""
        return ".".join(re.sub(r"[\s_]+", " ", unescape(name)) for name in self.path)

    def full(self, name: str) -> str:
        """Return the name of one of its variables with its path."""
        return ".".join((*self.path, bare(name)))

    def walk(self) -> Iterator[Place]:
        """Yield the place and all inside it."""
        yield self
        for place in self.inner.values():
            yield from place.walk()

    def find(self, text: str) -> str:
        """Return the full name that a path stands for here, or nothing.

        A path with a module is looked for here, then in the models around; one that begins with a
        point in the main model; a bare name only here.
        """
        keys, place = _keys(text), self
        if not keys:
            return ""
        if not text.strip().startswith("."):
            found = self.down(text)
            if found or len(keys) == 1 or self.parent is None:
                return found
            return self.parent.find(text)
        while place.parent is not None:
            place = place.parent
        return place.down(text)

    def down(self, text: str) -> str:
        """Return the full name of a path that starts in this model, or nothing."""
        *modules, last = _keys(text) or [""]
        place: Place | None = self
        for key in modules:
            place = place.inner.get(key) if place else None
        return place.own.get(last, "") if place else ""

    def has_module(self, text: str) -> bool:
        """Whether a path begins with a module that is known here."""
        place: Place | None = self
        while place is not None:
            if _keys(text)[0] in place.inner:
                return True
            place = place.parent
        return False


@dataclass(frozen=True)
class Renamer:
    """Writes the equations of one place with full names.

    Attributes
    ----------
    place
        Where they stand.
    taken
        Keys of all full names.
    fixed
        Keys of dimensions and elements, which are the same in all models.
    """

    place: Place
    taken: set[str]
    fixed: set[str]

    def name(self, text: str) -> str:
        """Return a name that stands alone: a flow of a stock, a member of a group."""
        own = self.place.own.get(key_of(unescape(text)))
        return written(own or self.place.find(text) or self.place.full(text))

    def equation(self, text: str) -> str:
        """Return an equation with full names; what cannot be read stays for the reader.

        Raises
        ------
        ExpressionError
            If a name means nothing in this model, but would in another.
        """
        try:
            tokens = tokenize(text)
        except ExpressionError:
            return text
        parts, done, depth, here = [], 0, 0, 0
        while here < len(tokens):
            end = _chain(tokens, here)
            if end == here:
                depth += {"[": 1, "]": -1}.get(tokens[here].text, 0)
                here += 1
                continue
            path = "".join(token.text for token in tokens[here:end])
            new = self._path(path, tokens[end].text == "(", depth > 0)
            parts += [text[done : tokens[here].position], new]
            done = tokens[end - 1].position + len(tokens[end - 1].text)
            here = end
        return "".join([*parts, text[done:]])

    def _path(self, path: str, called: bool, inside: bool) -> str:
        keys = _keys(path)
        if inside and keys[0] in self.fixed and not path.startswith("."):
            return path
        if len(keys) == 1 and not path.startswith("."):
            return self._bare(path, keys[0], called)
        found = self.place.find(path)
        if found:
            return written(found)
        foreign = self.place.parent is not None and key_of(unescape(path)) in self.taken
        if path.startswith(".") or self.place.has_module(path) or foreign:
            raise ExpressionError(
                f"'{path}', which nothing defines", "Define it or correct its spelling"
            )
        return path

    def _bare(self, path: str, key: str, called: bool) -> str:
        if self.place.parent is None or (called and key in _NEVER_HIDDEN):
            return path
        own = self.place.own.get(key)
        if own is not None and (not called or key in self.place.curves):
            return written(own)
        if key in self.taken:
            raise ExpressionError(
                f"'{unescape(path)}', which nothing defines in module '{self.place.shown}'",
                f"Define it there, connect an input to it, or write .{path}",
            )
        return path


def inside(model: Element) -> list[Element]:
    """Return the variables, modules and groups of a model."""
    folder = model.first("variables")
    # Files from before the standard have no folder.
    old = [
        child for child in model.children if child.tag in ("stock", "flow", "aux", "gf", "module")
    ]
    return folder.children if folder else old


def bare(name: str) -> str:
    """Return a name without the quotes around it; escapes stay."""
    text = name.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def written(name: str) -> str:
    """Return a full name as it stands in an equation.

    Examples
    --------
    >>> written("hares.birth rate"), written("hares.births & deaths")
    ('hares.birth_rate', '"hares.births_&_deaths"')
    """
    joined = re.sub(r"\s+", "_", unescape(name).strip())
    if _PLAIN.fullmatch(joined) and joined.lower() not in WORDS:
        return joined
    escaped = joined.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _keys(path: str) -> list[str]:
    return [key_of(unescape(part)) for part in _SEGMENT.findall(path.strip())]


def _chain(tokens: list[Token], start: int) -> int:
    """Return the end of the path that starts at a token, or the start if there is none."""
    end = start + (tokens[start].text == ".")
    if tokens[end].kind not in _NAMED:
        return start
    end += 1
    while tokens[end].text == "." and tokens[end + 1].kind in _NAMED:
        end += 2
    return end
