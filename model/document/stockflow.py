"""The stock-and-flow picture of one sector: causes above, stocks and pipes, effects below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .anatomy import Anatomy, Joint
from .layout import Edge, Point, heights, order_rows, rows
from .picture import Arrow, Node, Picture, Pipe, text_size, wrapped

WIDTH = 1160.0
_STOCK = 128.0
_GAP = 222.0
_ROW = 62.0
_CLOUD = 24.0
_VALVE = 20.0
_LEVEL = 66.0
_WIDEST = 6
_LONGEST = 3


def sector_picture(anatomy: Anatomy, group: str, signs: Mapping[Edge, str]) -> Picture:
    """Return the picture of a sector.

    Parameters
    ----------
    anatomy
        The model.
    group
        Title of the sector.
    signs
        Sign of each link, by (cause, effect).
    """
    return _Sector(anatomy, group, signs).picture()


def _span(chain: list[str]) -> float:
    """Return the width of a chain of stocks, with the gaps that its flows run through."""
    return len(chain) * _STOCK + (len(chain) + 1) * _GAP


class _Sector:
    def __init__(self, anatomy: Anatomy, group: str, signs: Mapping[Edge, str]) -> None:
        self.anatomy, self.group, self.signs = anatomy, group, signs
        self.own = {key: part for key, part in anatomy.parts.items() if part.group == group}
        self.joints = [
            joint
            for joint in anatomy.joints
            if {joint.source, joint.target} & set(self.own) or joint.flow in self.own
        ]
        self.flows = {joint.flow for joint in self.joints}
        self.nodes: list[Node] = []
        self.pipes: list[Pipe] = []
        self.drawn: set[str] = set()

    def picture(self) -> Picture:
        inputs, outputs = self._sides()
        levels = self._input_levels(inputs)
        above = rows(levels, _WIDEST)
        below = rows(self._output_levels(outputs), _WIDEST)
        top = 40.0 + _LEVEL * len(above)
        bottom = self._place_chains(top)
        chain = {node.key: node.x for node in self.nodes}
        place = order_rows([*above, *below], self._links(), chain, WIDTH)
        for index, row in enumerate(above):
            self._place_row(row, place, 36.0 + _LEVEL * index)
        for index, row in enumerate(below):
            self._place_row(row, place, bottom + 36.0 + _LEVEL * index)
        height = bottom + _LEVEL * len(below) + 16.0
        arrows = tuple(
            Arrow(cause, effect, self.signs.get((cause, effect), ""))
            for cause, effect in self._links()
        )
        width = max([WIDTH, *(node.x + node.width / 2 + 16.0 for node in self.nodes)])
        return Picture(self.group, tuple(self.nodes), tuple(self.pipes), arrows, (), width, height)

    # -- which variables stand where --------------------------------------------------------------

    def _links(self) -> list[Edge]:
        """Return the links whose effect is drawn here."""
        drawn = set(self.own) | self.flows
        return [link for link in self.anatomy.links if link[1] in drawn and link[0] != link[1]]

    def _ghosts(self) -> list[str]:
        drawn = set(self.own) | self.flows
        return list(dict.fromkeys(cause for cause, _ in self._links() if cause not in drawn))

    def _sides(self) -> tuple[list[str], list[str]]:
        """Return the auxiliaries that lead to a flow, and those that only follow."""
        plain = [
            key
            for key, part in self.own.items()
            if part.kind == "auxiliary" and key not in self.flows
        ]
        causes: dict[str, list[str]] = {}
        for cause, effect in self._links():
            causes.setdefault(effect, []).append(cause)
        leading, front = set(), list(self.flows)
        while front:
            found = {cause for effect in front for cause in causes.get(effect, ())} - leading
            front = [key for key in found if key in plain]
            leading |= set(front)
        if not self.flows:
            return [], plain
        return [key for key in plain if key in leading], [
            key for key in plain if key not in leading
        ]

    def _input_levels(self, inputs: list[str]) -> dict[str, int]:
        links = self._links()
        level = heights(inputs, links)
        return {**level, **self._ghost_levels(level, above=True)}

    def _output_levels(self, outputs: list[str]) -> dict[str, int]:
        depth = heights(outputs, [(effect, cause) for cause, effect in self._links()])
        top = max(depth.values(), default=0)
        level = {key: top - value for key, value in depth.items()}
        return {**level, **self._ghost_levels(level, above=False)}

    def _ghost_levels(self, level: Mapping[str, int], above: bool) -> dict[str, int]:
        """Return a level beside the effects for each variable of another sector."""
        effects: dict[str, list[str]] = {}
        for cause, effect in self._links():
            effects.setdefault(cause, []).append(effect)
        result = {}
        for ghost in self._ghosts():
            here = [level[effect] for effect in effects[ghost] if effect in level]
            on_flow = any(effect in self.flows for effect in effects[ghost])
            if above and (here or on_flow):
                result[ghost] = max([*(value + 1 for value in here), 0])
            elif not above and here and not self._leads(effects[ghost]):
                result[ghost] = max(here) + 1
        return result

    def _leads(self, effects: Iterable[str]) -> bool:
        """Whether one of the effects stands above the stocks."""
        inputs, _ = self._sides()
        return any(effect in self.flows or effect in inputs for effect in effects)

    def _place_row(self, row: list[str], place: Mapping[str, float], y: float) -> None:
        for index, key in enumerate(row):
            part = self.anatomy.parts[key]
            lines = wrapped(part.name)
            width, height = text_size(lines)
            kind = "auxiliary" if key in self.own else "ghost"
            # Neighbours stand a little higher and lower, so that wide names do not touch.
            shift = 9.0 if index % 2 else -9.0
            self.nodes.append(Node(key, kind, lines, place[key], y + shift, width, height))

    # -- stocks and pipes -------------------------------------------------------------------------

    def _place_chains(self, top: float) -> float:
        """Place the chains, side by side where they fit, and return where the next row starts."""
        # A long chain goes on in the next row.
        chains = [
            chain[start : start + _LONGEST]
            for chain in self._chains()
            for start in range(0, len(chain), _LONGEST)
        ]
        y = top
        while chains:
            row = [chains.pop(0)]
            while chains and sum(map(_span, [*row, chains[0]])) <= WIDTH:
                row.append(chains.pop(0))
            free = max(0.0, WIDTH - sum(map(_span, row))) / (len(row) + 1)
            left, bottom = free, y
            for chain in row:
                bottom = max(bottom, self._place_chain(chain, left, y))
                left += _span(chain) + free
            y = bottom
        return y

    def _chains(self) -> list[list[str]]:
        """Return the stocks of the sector, those that a flow joins together in one chain."""
        stocks = [key for key, part in self.own.items() if part.kind == "stock"]
        chains: list[list[str]] = []
        for stock in stocks:
            near = {
                other
                for joint in self.joints
                if stock in (joint.source, joint.target)
                for other in (joint.source, joint.target)
                if other is not None
            }
            joined = [chain for chain in chains if near & set(chain)]
            chains = [chain for chain in chains if chain not in joined]
            chains.append([key for chain in joined for key in chain] + [stock])
        return [self._downstream(chain, stocks) for chain in chains]

    def _downstream(self, chain: list[str], stocks: list[str]) -> list[str]:
        edges = [
            (joint.source, joint.target)
            for joint in self.joints
            if joint.source and joint.target and {joint.source, joint.target} <= set(chain)
        ]
        height = heights([key for key in stocks if key in chain], edges)
        return sorted(height, key=lambda key: (-height[key], stocks.index(key)))

    def _place_chain(self, chain: list[str], left: float, top: float) -> float:
        lanes: dict[int, list[Joint]] = {}
        for joint in self.joints:
            # A flow between two rows is drawn once, where it starts.
            if {joint.source, joint.target} & set(chain) and joint.flow not in self.drawn:
                self.drawn.add(joint.flow)
                lanes.setdefault(self._lane(joint, chain), []).append(joint)
        count = max([len(joints) for joints in lanes.values()] or [1])
        height = max(_ROW, _ROW * count)
        centre = {
            key: left + _GAP + _STOCK / 2 + index * (_STOCK + _GAP)
            for index, key in enumerate(chain)
        }
        middle = top + height / 2
        for key in chain:
            lines = wrapped(self.own[key].name, 17)
            self.nodes.append(Node(key, "stock", lines, centre[key], middle, _STOCK, height - 14.0))
        for lane, joints in lanes.items():
            x = left + _GAP / 2 + lane * (_STOCK + _GAP)
            for row, joint in enumerate(joints):
                y = middle + (row - (len(joints) - 1) / 2) * _ROW - 8.0
                self._place_flow(joint, chain, centre, (x, y))
        return top + height + 26.0

    def _lane(self, joint: Joint, chain: list[str]) -> int:
        """Return the gap that a flow runs through; gap 0 is left of the first stock."""
        source, target = (
            chain.index(end) if end is not None and end in chain else None
            for end in (joint.source, joint.target)
        )
        if source is not None and target is not None:
            return min(source, target) + 1
        return source + 1 if source is not None else target or 0

    def _place_flow(
        self, joint: Joint, chain: list[str], centre: Mapping[str, float], at: Point
    ) -> None:
        x, y = at
        ends = []
        inward = joint.source in chain or joint.target not in chain
        for end, is_source in ((joint.source, True), (joint.target, False)):
            if end is not None and end in chain:
                side = 1.0 if centre[end] < x else -1.0
                ends.append((centre[end] + side * _STOCK / 2, y))
            else:
                side = -1.0 if is_source or not inward else 1.0
                ends.append(self._outside(joint, end, is_source, side, (x, y)))
        part = self.anatomy.parts[joint.flow]
        self.pipes.append(Pipe(joint.flow, (ends[0], (x, y), ends[1])))
        self.nodes.append(Node(joint.flow, "flow", wrapped(part.name), x, y, _VALVE, _VALVE))

    def _outside(
        self, joint: Joint, end: str | None, is_source: bool, side: float, valve: Point
    ) -> Point:
        """Place a cloud, or the name of a stock drawn elsewhere, and return where the pipe ends."""
        x, y = valve
        name = f"{joint.flow} {'source' if is_source else 'sink'}"
        if end is None:
            centre = x + side * (_GAP / 2 - _CLOUD / 2 - 8.0)
            self.nodes.append(Node(name, "cloud", (), centre, y, _CLOUD, _CLOUD))
            return centre - side * _CLOUD / 2, y
        lines = wrapped(self.anatomy.parts[end].name, 10)
        width, height = text_size(lines)
        centre = x + side * (_GAP / 2 - width / 2 - 4.0)
        self.nodes.append(Node(name, "ghost", lines, centre, y, width, height))
        return centre - side * width / 2, y
