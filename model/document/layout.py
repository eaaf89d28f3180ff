"""Where the nodes of a picture stand: layers for causes and effects, springs for loops.

Everything is plain arithmetic in a fixed order, so that the same model gives the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str]
Point = tuple[float, float]

_SWEEPS = 12
_STEPS = 300


def heights(nodes: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Return how far each node is from the last effect, along the longest way.

    Parameters
    ----------
    nodes
        In a fixed order.
    edges
        From cause to effect; those that close a cycle are left out.
    """
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for cause, effect in edges:
        if cause in following and effect in following and cause != effect:
            following[cause].append(effect)
    height: dict[str, int] = {}
    for root in nodes:
        _measure(root, following, height)
    return height


def _measure(root: str, following: Mapping[str, list[str]], height: dict[str, int]) -> None:
    """Set the heights of a node and of all after it, without recursion."""
    if root in height:
        return
    open_nodes = {root}
    path = [(root, iter(following[root]))]
    best = {root: 0}
    while path:
        node, rest = path[-1]
        child = next(rest, None)
        if child is None:
            path.pop()
            open_nodes.discard(node)
            height[node] = best[node]
            if path:
                above = path[-1][0]
                best[above] = max(best[above], height[node] + 1)
        elif child in height:
            best[node] = max(best[node], height[child] + 1)
        elif child not in open_nodes:
            open_nodes.add(child)
            best[child] = 0
            path.append((child, iter(following[child])))


def rows(height: Mapping[str, int], widest: int) -> list[list[str]]:
    """Return nodes in rows, highest first; a row with too many nodes is cut into several."""
    grouped: dict[int, list[str]] = {}
    for node, level in height.items():
        grouped.setdefault(level, []).append(node)
    result: list[list[str]] = []
    for level in sorted(grouped, reverse=True):
        nodes = grouped[level]
        count = math.ceil(len(nodes) / widest)
        size = math.ceil(len(nodes) / count)
        result.extend(nodes[start : start + size] for start in range(0, len(nodes), size))
    return result


def order_rows(
    layered: Sequence[Sequence[str]],
    edges: Iterable[Edge],
    fixed: Mapping[str, float],
    width: float,
) -> dict[str, float]:
    """Return the horizontal place of each node, near the middle of its neighbours.

    Parameters
    ----------
    layered
        Rows of nodes.
    edges
        Links between them, and to fixed nodes.
    fixed
        Places of nodes that do not move.
    width
        Width of the picture.
    """
    near: dict[str, list[str]] = {}
    for one, other in edges:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    place = dict(fixed)
    for row in layered:
        place.update(_spread(list(row), width))
    for sweep in range(_SWEEPS):
        for row in layered if sweep % 2 else list(reversed(layered)):
            wanted = {node: _middle(node, near, place) for node in row}
            ordered = sorted(row, key=lambda node: (wanted[node], place[node], node))
            place.update(_settled(ordered, wanted, width))
    return {node: place[node] for row in layered for node in row}


def _spread(row: list[str], width: float) -> dict[str, float]:
    return {node: width * (index + 0.5) / len(row) for index, node in enumerate(row)}


def _middle(node: str, near: Mapping[str, list[str]], place: Mapping[str, float]) -> float:
    known = [place[other] for other in near.get(node, ()) if other in place]
    return sum(known) / len(known) if known else place[node]


def _settled(ordered: list[str], wanted: Mapping[str, float], width: float) -> dict[str, float]:
    """Return places in this order, as near to the wanted ones as the gap between nodes allows."""
    gap = min(width / max(1, len(ordered)), 190.0)
    places: list[float] = []
    for node in ordered:
        least = places[-1] + gap if places else gap / 2
        places.append(max(least, wanted[node]))
    most = width - gap / 2
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], most)
        most = places[index] - gap
    return dict(zip(ordered, places, strict=True))


def springs(
    nodes: Sequence[str], edges: Iterable[Edge], width: float, height: float
) -> dict[str, Point]:
    """Return places at distances near the number of links between nodes (stress majorisation).

    Parameters
    ----------
    nodes
        In a fixed order.
    edges
        Links, whatever their direction.
    width, height
        Of the picture.
    """
    if len(nodes) == 1:
        return {nodes[0]: (width / 2, height / 2)}
    far = _distances(nodes, edges)
    count = len(nodes)
    x = [math.cos(2.0 * math.pi * index / count) for index in range(count)]
    y = [math.sin(2.0 * math.pi * index / count) for index in range(count)]
    for _ in range(_STEPS):
        for i in range(count):
            x[i], y[i] = _better(i, x, y, far)
    scaled = zip(_stretched(x, width), _stretched(y, height), strict=True)
    return dict(zip(nodes, scaled, strict=True))


def _distances(nodes: Sequence[str], edges: Iterable[Edge]) -> list[list[float]]:
    near: dict[str, set[str]] = {node: set() for node in nodes}
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    return [_steps_from(node, nodes, near) for node in nodes]


def _steps_from(root: str, nodes: Sequence[str], near: Mapping[str, set[str]]) -> list[float]:
    found, front, steps = {root: 0.0}, [root], 0.0
    while front:
        steps += 1.0
        front = sorted({other for node in front for other in near[node]} - set(found))
        found |= dict.fromkeys(front, steps)
    apart = 1.0 + max(found.values())
    return [found.get(node, apart) for node in nodes]


def _better(i: int, x: list[float], y: list[float], far: list[list[float]]) -> Point:
    """Return the place of one node that lowers the stress, the others held."""
    above_x = above_y = total = 0.0
    for j in range(len(x)):
        if i == j:
            continue
        dx, dy = x[i] - x[j], y[i] - y[j]
        length = math.sqrt(dx * dx + dy * dy) or 1e-9
        wanted = far[i][j]
        weight = 1.0 / (wanted * wanted)
        above_x += weight * (x[j] + wanted * dx / length)
        above_y += weight * (y[j] + wanted * dy / length)
        total += weight
    return above_x / total, above_y / total


def _stretched(values: list[float], size: float) -> list[float]:
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return [size * (value - low) / span for value in values]


def pushed_apart(
    places: Mapping[str, Point], sizes: Mapping[str, Point], gap: float = 16.0
) -> dict[str, Point]:
    """Return places where no two boxes overlap.

    Parameters
    ----------
    places
        Centres.
    sizes
        Width and height of each box.
    gap
        Least distance between boxes.
    """
    result = dict(places)
    names = list(places)
    for _ in range(_STEPS):
        moved = False
        for index, one in enumerate(names):
            for other in names[index + 1 :]:
                moved |= _push(result, sizes, one, other, gap)
        if not moved:
            break
    return result


def _push(
    places: dict[str, Point], sizes: Mapping[str, Point], one: str, other: str, gap: float
) -> bool:
    (ax, ay), (bx, by) = places[one], places[other]
    over_x = (sizes[one][0] + sizes[other][0]) / 2 + gap - abs(ax - bx)
    over_y = (sizes[one][1] + sizes[other][1]) / 2 + gap - abs(ay - by)
    if over_x <= 1e-6 or over_y <= 1e-6:
        return False
    if over_y <= over_x:
        shift = over_y / 2 if ay <= by else -over_y / 2
        places[one], places[other] = (ax, ay - shift), (bx, by + shift)
    else:
        shift = over_x / 2 if ax <= bx else -over_x / 2
        places[one], places[other] = (ax - shift, ay), (bx + shift, by)
    return True
