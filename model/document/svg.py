"""Pictures as inline SVG: no scripts, no fonts, no outside references; escaped and rounded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape

from .layout import Point
from .picture import LINE, Arrow, Badge, Node, Picture, Pipe

_SHARES = (0.45, 0.38, 0.52, 0.3, 0.6, 0.22, 0.68)
_HEAD = (
    'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse" markerUnits="userSpaceOnUse">'
    '<path class="head" d="M0 1 10 5 0 9z"/>'
)


def to_svg(picture: Picture, prefix: str, label: str) -> str:
    """Return a picture as an ``<svg>`` element.

    Parameters
    ----------
    picture
        Placed nodes.
    prefix
        Makes the ids of the arrow heads unique in the page.
    label
        What a screen reader says.
    """
    places = {node.key: node for node in picture.nodes}
    width, height = math.ceil(picture.width), math.ceil(picture.height)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg class="picture" {size} role="img" aria-label="{escape(label)}">',
        f"<title>{escape(label)}</title>",
        f'<defs><marker id="{prefix}-head" {_HEAD}</marker></defs>',
    ]
    for pipe in picture.pipes:
        lines += _pipe(pipe)
    signs = []
    for arrow in picture.arrows:
        if arrow.cause in places and arrow.effect in places:
            curve = _curve(places[arrow.cause], places[arrow.effect])
            lines.append(_arrow(arrow, curve, prefix))
            signs += _sign(arrow, curve)
    lines += signs
    for node in picture.nodes:
        lines += _node(node)
    for badge in picture.badges:
        if badge.cause in places and badge.effect in places:
            lines += _badge(badge, places)
    return "\n".join([*lines, "</svg>"])


def _n(value: float) -> str:
    """Return a coordinate with one decimal at most, and zero without a sign."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pipe(pipe: Pipe) -> Iterator[str]:
    corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in pipe.corners)
    yield f'<polyline class="pipe" points="{corners}"/>'
    yield f'<polyline class="pipe-inside" points="{corners}"/>'
    (before, _), (x, y) = pipe.corners[-2:]
    way = 1.0 if x >= before else -1.0
    yield f'<path class="pipe-head" d="M{_n(x)} {_n(y)}l{_n(-12 * way)} -7v14z"/>'


Curve = tuple[Point, Point, Point]


def _curve(cause: Node, effect: Node) -> Curve:
    """Return start, control point and end of a link, bent to the left of its way."""
    dx, dy = effect.x - cause.x, effect.y - cause.y
    length = math.hypot(dx, dy) or 1.0
    bend = 0.14 * length if length > 90 else 0.22 * length
    control = (
        (cause.x + effect.x) / 2 + bend * dy / length,
        (cause.y + effect.y) / 2 - bend * dx / length,
    )
    return _edge(cause, control, 1.0), control, _edge(effect, control, 3.0)


def _edge(node: Node, toward: Point, gap: float) -> Point:
    """Return where the line from a node's centre leaves its box."""
    dx, dy = toward[0] - node.x, toward[1] - node.y
    half_x, half_y = node.width / 2 + gap, node.height / 2 + gap
    scale = min(half_x / abs(dx) if dx else math.inf, half_y / abs(dy) if dy else math.inf)
    scale = 0.0 if scale == math.inf else min(scale, 1.0)
    return node.x + dx * scale, node.y + dy * scale


def _arrow(arrow: Arrow, curve: Curve, prefix: str) -> str:
    (x0, y0), (cx, cy), (x1, y1) = curve
    kind = {"+": "plus", "−": "minus"}.get(arrow.sign, "plain")
    kind += f" w{arrow.weight}" if arrow.weight > 1 else ""
    path = f"M{_n(x0)} {_n(y0)}Q{_n(cx)} {_n(cy)} {_n(x1)} {_n(y1)}"
    return f'<path class="link {kind}" d="{path}" marker-end="url(#{prefix}-head)"/>'


def _at(curve: Curve, share: float) -> Point:
    (x0, y0), (cx, cy), (x1, y1) = curve
    a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
    return a * x0 + b * cx + c * x1, a * y0 + b * cy + c * y1


def _sign(arrow: Arrow, curve: Curve) -> Iterator[str]:
    if arrow.sign not in ("+", "−", "±"):
        return
    (x0, y0), _, (x1, y1) = curve
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    x, y = _at(curve, max(0.5, 1.0 - 26.0 / length))
    side = 8.0
    x, y = x + side * (y1 - y0) / length, y - side * (x1 - x0) / length
    kind = {"+": "plus", "−": "minus"}.get(arrow.sign, "plain")
    yield f'<text class="sign {kind}" x="{_n(x)}" y="{_n(y + 4)}">{arrow.sign}</text>'


def _node(node: Node) -> Iterator[str]:
    x, y, w, h = node.x, node.y, node.width, node.height
    if node.kind == "cloud":
        yield _cloud(node)
        return
    if node.kind == "flow":
        yield (
            f'<path class="valve" d="M{_n(x - 11)} {_n(y - 9)}L{_n(x + 11)} {_n(y + 9)}'
            f'V{_n(y - 9)}L{_n(x - 11)} {_n(y + 9)}z"/>'
        )
        yield from _text(node, y + 24.0, "flow-name")
        return
    box = f'x="{_n(x - w / 2)}" y="{_n(y - h / 2)}" width="{_n(w)}" height="{_n(h)}"'
    yield f'<rect class="{node.kind}" {box} rx="{0 if node.kind == "stock" else 4}"/>'
    yield from _text(node, y - LINE * (len(node.lines) - 1) / 2 + 4.0, f"{node.kind}-name")


def _text(node: Node, first: float, kind: str) -> Iterator[str]:
    spans = "".join(
        f'<tspan x="{_n(node.x)}" y="{_n(first + LINE * index)}">{escape(line)}</tspan>'
        for index, line in enumerate(node.lines)
    )
    yield f'<text class="{kind}">{spans}</text>'


def _cloud(node: Node) -> str:
    x, y = node.x, node.y
    path = f"M{_n(x - 9)} {_n(y + 7)}a6 6 0 0 1 0-11a8 8 0 0 1 14-4a6 6 0 0 1 5 9a5 5 0 0 1-3 6z"
    return f'<path class="cloud" d="{path}"/>'


def _badge(badge: Badge, places: Mapping[str, Node]) -> Iterator[str]:
    width = 9.0 * len(badge.text) + 12.0
    curve = _curve(places[badge.cause], places[badge.effect])
    spots = [_at(curve, share) for share in _SHARES]
    # The first spot that covers no name, else the middle of the link.
    x, y = next((spot for spot in spots if _free(spot, width, places)), spots[0])
    kind = {"R": "reinforcing", "B": "balancing"}.get(badge.polarity, "open")
    box = f'x="{_n(x - width / 2)}" y="{_n(y - 10)}" width="{_n(width)}" height="20"'
    yield f'<rect class="badge {kind}" {box} rx="10"/>'
    yield f'<text class="badge-name" x="{_n(x)}" y="{_n(y + 5)}">{escape(badge.text)}</text>'


def _free(spot: Point, width: float, places: Mapping[str, Node]) -> bool:
    return not any(
        abs(node.x - spot[0]) < (node.width + width) / 2
        and abs(node.y - spot[1]) < (node.height + 20.0) / 2
        for node in places.values()
    )
