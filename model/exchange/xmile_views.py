"""A drawing for XMILE: each sector as a stock-and-flow picture, its constants in rows below."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from ..document.anatomy import Anatomy, read_anatomy
from ..document.picture import Node, Picture
from ..document.stockflow import WIDTH, sector_picture
from ..language.ir import Program
from ..language.syntax import key_of
from .xmile_text import identifier
from .xmile_write import Sheet, Written

_COLUMNS = 6
_ROW = 44.0
_EDGE = 40.0


def views(program: Program, sheet: Sheet) -> list[str]:
    """Return the lines of ``<views>``, every symbol placed once.

    Parameters
    ----------
    program
        The model.
    sheet
        What the file holds.
    """
    return list(_Drawing(read_anatomy(program), sheet).lines())


class _Drawing:
    def __init__(self, anatomy: Anatomy, sheet: Sheet) -> None:
        self.anatomy, self.sheet = anatomy, sheet
        self.kinds = {key_of(item.name): item for item in sheet.variables}
        self.placed: set[str] = set()
        self.uid = 0
        self.top = _EDGE

    def lines(self) -> Iterator[str]:
        groups = dict.fromkeys(item.group for item in self.sheet.variables)
        yield "    <views>"
        yield '      <view type="stock_flow">'
        for group in groups:
            picture = sector_picture(self.anatomy, group, {})
            yield from self._sector(group, picture)
        yield "      </view>"
        yield "    </views>"

    def _sector(self, group: str, picture: Picture) -> Iterator[str]:
        uids: dict[str, str] = {}
        pipes = {pipe.flow: pipe.corners for pipe in picture.pipes}
        here = set()
        for node in picture.nodes:
            item = self.kinds.get(node.key)
            if node.kind == "cloud" or item is None:
                continue
            if node.kind == "ghost" or node.key in self.placed:
                self.uid += 1
                uids[node.key] = str(self.uid)
                yield self._alias(node, item)
                continue
            self.placed.add(node.key)
            here.add(node.key)
            yield from self._symbol(node, item, pipes.get(node.key, ()))
        yield from self._connectors(picture, here, uids)
        self.top += picture.height + _EDGE
        yield from self._rest(group)

    def _at(self, node: Node) -> str:
        return f'x="{node.x + _EDGE:.0f}" y="{node.y + self.top:.0f}"'

    def _alias(self, node: Node, item: Written) -> str:
        name = escape(identifier(item.name))
        return f'        <alias uid="{self.uid}" {self._at(node)}><of>{name}</of></alias>'

    def _symbol(
        self, node: Node, item: Written, corners: tuple[tuple[float, float], ...]
    ) -> Iterator[str]:
        name = quoteattr(item.name)
        if item.kind == "flow" and corners:
            ends = "".join(
                f'<pt x="{x + _EDGE:.0f}" y="{y + self.top:.0f}"/>'
                for x, y in (corners[0], corners[-1])
            )
            yield f"        <flow name={name} {self._at(node)}><pts>{ends}</pts></flow>"
        elif item.kind == "stock":
            # XMILE places a box by its upper left corner.
            x, y = node.x - node.width / 2 + _EDGE, node.y - node.height / 2 + self.top
            size = f'width="{node.width:.0f}" height="{node.height:.0f}"'
            yield f'        <stock name={name} x="{x:.0f}" y="{y:.0f}" {size}/>'
        else:
            yield f"        <{item.kind} name={name} {self._at(node)}/>"

    def _connectors(self, picture: Picture, here: set[str], uids: dict[str, str]) -> Iterator[str]:
        nodes = {node.key: node for node in picture.nodes}
        for arrow in picture.arrows:
            if arrow.effect not in here or arrow.cause not in nodes:
                continue
            cause, effect = nodes[arrow.cause], nodes[arrow.effect]
            angle = math.degrees(math.atan2(cause.y - effect.y, effect.x - cause.x))
            start = escape(identifier(self.kinds[cause.key].name))
            if cause.key in uids:
                start = f'<alias uid="{uids[cause.key]}"/>'
            end = escape(identifier(self.kinds[effect.key].name))
            self.uid += 1
            yield (
                f'        <connector uid="{self.uid}" angle="{angle % 360:.0f}">'
                f"<from>{start}</from><to>{end}</to></connector>"
            )

    def _rest(self, group: str) -> Iterator[str]:
        """Yield what the picture leaves out, in rows: constants, and what stands still."""
        left = [
            item
            for key, item in self.kinds.items()
            if item.group == group and key not in self.placed
        ]
        for index, item in enumerate(left):
            self.placed.add(key_of(item.name))
            x = _EDGE + WIDTH * (index % _COLUMNS + 0.5) / _COLUMNS
            y = self.top + _ROW * (index // _COLUMNS)
            yield f'        <{item.kind} name={quoteattr(item.name)} x="{x:.0f}" y="{y:.0f}"/>'
        self.top += _ROW * math.ceil(len(left) / _COLUMNS) + _EDGE
