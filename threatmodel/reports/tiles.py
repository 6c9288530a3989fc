"""A large drawing in parts that can be read on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil

from threatmodel.core.document import Box, Document

from .diagram import extent
from .svg import Svg, number

# What one page shows so that a card's name is about six points high.
WIDTH, HEIGHT = 1_300.0, 745.0
# A drawing that is a little larger is still read on one page.
ENOUGH = 1.5
# A card that is cut at the edge of one part is whole in the next.
BESIDE, BELOW = 190.0, 90.0
# Each part holds the whole drawing, of which it shows a window: beyond this a report gets too long.
MOST_TILES = 12
MOST_COMPONENTS = 400
_FRAME = re.compile(r'viewBox="[^"]*" width="[^"]*" height="[^"]*"')


def tiles(document: Document, drawing: Svg) -> tuple[Svg, ...]:
    """The parts of a drawing that is too large for one page, by rows; none for a smaller one."""
    left, top, width, height = extent(document)
    if width <= WIDTH * ENOUGH and height <= HEIGHT * ENOUGH:
        return ()
    if len(document.components) > MOST_COMPONENTS:
        return ()
    windows = [
        (x, y, WIDTH, HEIGHT)
        for y in _starts(top, height, HEIGHT, BELOW)
        for x in _starts(left, width, WIDTH, BESIDE)
    ]
    shown = [window for window in windows if _has_card(document, window)]
    return tuple(_part(drawing, window) for window in shown[:MOST_TILES])


def _starts(begin: float, length: float, size: float, overlap: float) -> Iterator[float]:
    """Where parts begin, spread evenly; each overlaps the one before."""
    count = max(1, ceil((length - overlap) / (size - overlap)))
    step = (length - size) / (count - 1) if count > 1 else 0.0
    return (begin + step * place for place in range(count))


def _has_card(document: Document, window: Box) -> bool:
    left, top, width, height = window
    return any(
        left < x + w and x < left + width and top < y + h and y < top + height
        for x, y, w, h in (component.box for component in document.components.values())
    )


def _part(drawing: Svg, window: Box) -> Svg:
    x, y, width, height = (number(part) for part in window)
    frame = f'viewBox="{x} {y} {width} {height}" width="{width}" height="{height}"'
    return Svg(_FRAME.sub(frame, drawing, count=1))
