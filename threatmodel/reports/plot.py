"""The flows of a whole drawing: each around the cards near it, each label where nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor

from threatmodel.core.document import Box, Document, Flow

from .routing import Line, meets, route

LANE = 18.0  # between flows that join the same two cards
REACH = 160.0  # how far around its two cards a flow looks for others
_SQUARE = 256.0
_MANY_SQUARES = 1024


class Sheet:
    """Boxes by the squares of the sheet that they lie in, so that one looks only at near ones.

    What covers very many squares is looked at always.
    """

    def __init__(self, boxes: Iterable[tuple[str, Box]] = ()) -> None:
        self._boxes: dict[str, tuple[int, Box]] = {}
        self._squares: dict[tuple[int, int], list[str]] = {}
        self._large: list[str] = []
        for key, box in boxes:
            self.add(key, box)

    def add(self, key: str, box: Box) -> None:
        """Put one more on the sheet, after the others."""
        self._boxes[key] = (len(self._boxes), box)
        squares = _squares(box)
        if squares is None:
            self._large.append(key)
            return
        for square in squares:
            self._squares.setdefault(square, []).append(key)

    def near(self, area: Box) -> dict[str, Box]:
        """What lies in an area, in the order in which it was added."""
        squares = _squares(area)
        if squares is None:
            found = set(self._boxes)
        else:
            found = {key for square in squares for key in self._squares.get(square, ())}
            found.update(self._large)
        placed = sorted((*self._boxes[key], key) for key in found)
        return {key: box for _, box, key in placed if meets(area, box)}


def _squares(box: Box) -> list[tuple[int, int]] | None:
    left, top = floor(box[0] / _SQUARE), floor(box[1] / _SQUARE)
    right, bottom = floor((box[0] + box[2]) / _SQUARE), floor((box[1] + box[3]) / _SQUARE)
    if (right - left + 1) * (bottom - top + 1) > _MANY_SQUARES:
        return None
    return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def lines(document: Document) -> dict[str, Line]:
    """The way of every flow. O(components + flows) for cards that are spread over the sheet."""
    cards = Sheet((key, one.box) for key, one in document.components.items())
    found = {}
    for flow, shift in lanes(document.flows.values()):
        source, target = document.components[flow.source], document.components[flow.target]
        near = cards.near(around(source.box, target.box))
        others = [box for key, box in near.items() if key not in (source.id, target.id)]
        found[flow.id] = route(source.box, target.box, flow.points, shift, others)
    return found


def lanes(flows: Iterable[Flow]) -> Iterator[tuple[Flow, float]]:
    """Each flow with its distance from the middle, so that flows between two cards lie apart."""
    together: dict[tuple[str, ...], list[Flow]] = {}
    for flow in flows:
        together.setdefault(tuple(sorted((flow.source, flow.target))), []).append(flow)
    for beside in together.values():
        for index, flow in enumerate(beside):
            yield flow, (index - (len(beside) - 1) / 2) * LANE


def around(source: Box, target: Box) -> Box:
    """The area in which a flow between two cards looks for its way."""
    left, top = min(source[0], target[0]) - REACH, min(source[1], target[1]) - REACH
    right = max(source[0] + source[2], target[0] + target[2]) + REACH
    bottom = max(source[1] + source[3], target[1] + target[3]) + REACH
    return (left, top, right - left, bottom - top)
