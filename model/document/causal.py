"""The causal pictures of a whole model: its named loops joined, and its sectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, pairwise

from ..language.syntax import key_of
from .anatomy import Anatomy
from .layout import Edge, Point, pushed_apart, springs
from .links import NEGATIVE, POSITIVE
from .loops import Feedback, Loop
from .picture import Arrow, Badge, Node, Picture, text_size, wrapped

_WIDTH, _HEIGHT = 1060.0, 800.0
_EDGE = 30.0


def loop_picture(anatomy: Anatomy, feedback: Feedback, title: str) -> Picture:
    """Return the causal-loop picture: the main loop of every switch, joined.

    A variable on the way that has one cause and one effect is left out, its signs multiplied;
    stocks and the ends of the links that switches cut stay.

    Parameters
    ----------
    anatomy, feedback
        The model, its links and switches.
    title
        Heading.
    """
    loops = {item: item.main for item in feedback.switches if item.main and item.label}
    if not loops:
        loops = {item: item.main for item in feedback.switches if item.main}
    edges = _edges(loop for loop in (*loops.values(), *feedback.others) if loop)
    cut = {item: _cut_edge(loop) for item, loop in loops.items() if loop}
    stay = {key for key, part in anatomy.parts.items() if part.kind == "stock"}
    stay |= set(chain.from_iterable(cut.values()))
    edges = _contracted(edges, stay)
    nodes = list(dict.fromkeys(chain.from_iterable(edges)))
    badges = tuple(
        Badge(item.label or item.name, loop.polarity, *cut[item])
        for item, loop in loops.items()
        if loop and cut[item] in edges
    )
    arrows = tuple(Arrow(*edge, sign) for edge, sign in edges.items())
    return _placed(title, anatomy, nodes, arrows, badges)


def _edges(loops: Iterable[Loop]) -> dict[Edge, str]:
    edges: dict[Edge, str] = {}
    for loop in loops:
        keys = [key_of(name) for name in loop.names]
        for edge, sign in zip(pairwise([*keys, keys[0]]), loop.signs, strict=True):
            edges.setdefault(edge, sign)
    return edges


def _cut_edge(loop: Loop) -> Edge:
    """Return the link of a loop that its switch cuts: the one back to the first variable."""
    return key_of(loop.names[-1]), key_of(loop.names[0])


def _contracted(edges: Mapping[Edge, str], stay: set[str]) -> dict[Edge, str]:
    result = dict(edges)
    while True:
        inward: dict[str, list[str]] = {}
        outward: dict[str, list[str]] = {}
        for cause, effect in result:
            outward.setdefault(cause, []).append(effect)
            inward.setdefault(effect, []).append(cause)
        for node, causes in inward.items():
            effects = outward.get(node, [])
            if node in stay or len(causes) != 1 or len(effects) != 1:
                continue
            if causes == effects or (causes[0], effects[0]) in result:
                continue
            first, second = result.pop((causes[0], node)), result.pop((node, effects[0]))
            result[causes[0], effects[0]] = _product(first, second)
            break
        else:
            return result


def _product(one: str, other: str) -> str:
    if {one, other} <= {POSITIVE, NEGATIVE}:
        return POSITIVE if one == other else NEGATIVE
    return "±"


def _placed(
    title: str,
    anatomy: Anatomy,
    nodes: list[str],
    arrows: tuple[Arrow, ...],
    badges: tuple[Badge, ...],
) -> Picture:
    if not nodes:
        return Picture(title, (), (), (), (), 1.0, 1.0)
    names = {key: wrapped(anatomy.parts[key].name, 18) for key in nodes}
    kinds = {key: "stock" if anatomy.parts[key].kind == "stock" else "auxiliary" for key in nodes}
    return _sprung(title, nodes, names, kinds, arrows, badges, (_WIDTH, _HEIGHT))


def _sprung(
    title: str,
    nodes: list[str],
    names: Mapping[str, tuple[str, ...]],
    kinds: Mapping[str, str],
    arrows: tuple[Arrow, ...],
    badges: tuple[Badge, ...],
    size: tuple[float, float],
) -> Picture:
    sizes = {key: text_size(names[key], 18.0) for key in nodes}
    edges = [(arrow.cause, arrow.effect) for arrow in arrows]
    places: dict[str, Point] = {}
    top, left, row = _EDGE, _EDGE, 0.0
    for part in _components(nodes, edges):
        block = _block(part, edges, sizes, size)
        width, height = _extent(block, sizes)
        if left > _EDGE and left + width > size[0]:
            top, left, row = top + row + 40.0, _EDGE, 0.0
        places |= {key: (x + left, y + top) for key, (x, y) in block.items()}
        left, row = left + width + 60.0, max(row, height)
    drawn = tuple(Node(key, kinds[key], names[key], *places[key], *sizes[key]) for key in nodes)
    width = max(node.x + node.width / 2 for node in drawn) + _EDGE
    return Picture(title, drawn, (), arrows, badges, width, top + row + _EDGE)


def _components(nodes: list[str], edges: list[Edge]) -> list[list[str]]:
    """Return the connected parts, largest first, each in the order of the nodes."""
    owner = {node: node for node in nodes}
    for _ in nodes:
        for one, other in edges:
            owner[one] = owner[other] = min(owner[one], owner[other])
    parts: dict[str, list[str]] = {}
    for node in nodes:
        parts.setdefault(owner[node], []).append(node)
    return sorted(parts.values(), key=lambda part: (-len(part), part))


def _block(
    part: list[str], edges: list[Edge], sizes: Mapping[str, Point], size: Point
) -> dict[str, Point]:
    """Return places of a connected part, from the upper left corner of its own."""
    own = [edge for edge in edges if edge[0] in part]
    if len(part) < 4:
        places = {key: (200.0 * index, 40.0 * (index % 2)) for index, key in enumerate(part)}
    else:
        scale = min(1.0, 0.35 + len(part) / 30.0)
        places = springs(part, own, size[0] * scale, size[1] * scale)
    places = pushed_apart(places, sizes, 26.0)
    left = min(x - sizes[key][0] / 2 for key, (x, _) in places.items())
    top = min(y - sizes[key][1] / 2 for key, (_, y) in places.items())
    return {key: (x - left, y - top) for key, (x, y) in places.items()}


def _extent(places: Mapping[str, Point], sizes: Mapping[str, Point]) -> Point:
    width = max(x + sizes[key][0] / 2 for key, (x, _) in places.items())
    return width, max(y + sizes[key][1] / 2 for key, (_, y) in places.items())


def sector_map(anatomy: Anatomy, title: str) -> Picture:
    """Return the picture of the sectors: an arrow is as wide as the links it stands for are many.

    Parameters
    ----------
    anatomy
        The model.
    title
        Heading.
    """
    counts: dict[Edge, int] = {}
    for cause, effect in anatomy.links:
        edge = (anatomy.parts[cause].group, anatomy.parts[effect].group)
        if edge[0] != edge[1]:
            counts[edge] = counts.get(edge, 0) + 1
    groups = list(dict.fromkeys(part.group for part in anatomy.parts.values()))
    sizes = {group: sum(part.group == group for part in anatomy.parts.values()) for group in groups}
    names = {group: (*wrapped(group or "model", 18), f"({sizes[group]})") for group in groups}
    arrows = tuple(Arrow(*edge, "", min(5, 1 + count // 4)) for edge, count in counts.items())
    kinds = dict.fromkeys(groups, "sector")
    return _sprung(title, groups, names, kinds, arrows, (), (760.0, 520.0))
