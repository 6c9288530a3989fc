"""A drawing so small that nobody reads it: rooms, cards with their icons, lines; no words.

It tells one system from another on a card; its name stands beside it.
"""

from __future__ import annotations

from catalog.types import Catalog
from threatmodel.core.document import Box, Component, Document, Zone

from .diagram import depth, extent, trust_of
from .icons import icon
from .plot import lines
from .routing import rounded
from .svg import SCREEN, Svg, number, tag

_ICON = 2.0  # an icon is drawn at twice its size, so that it is seen when all is small


def thumbnail_svg(document: Document, catalog: Catalog) -> Svg:
    """Draw the whole document without its words. O(zones x depth + components + flows)."""
    rooms = [
        _room(zone, catalog)
        for zone in sorted(document.zones.values(), key=lambda zone: depth(document, zone))
    ]
    ways = [tag("path", d=rounded(line)) for line in lines(document).values()]
    cards = [_box(one.box, 12) for one in document.components.values()]
    icons = [_icon(one, catalog) for one in document.components.values()]
    # What all of a sort share stands once, since many thumbnails stand on one page.
    drawn = "".join(
        (
            tag("g", "".join(rooms), stroke_width=3),
            tag("g", "".join(ways), fill="none", stroke=SCREEN.muted, stroke_width=3),
            tag("g", "".join(cards), fill=SCREEN.panel, stroke=SCREEN.strong, stroke_width=3),
            tag("g", "".join(icons), fill="none", stroke=SCREEN.text, stroke_width=1.7),
        )
    )
    box = " ".join(number(edge) for edge in extent(document))
    return Svg(
        tag("svg", drawn, xmlns="http://www.w3.org/2000/svg", viewBox=box, aria_hidden="true")
    )


def _box(box: Box, corner: float, **look: str) -> str:
    x, y, width, height = box
    return tag("rect", x=x, y=y, width=width, height=height, rx=corner, **look)


def _room(zone: Zone, catalog: Catalog) -> str:
    fill, line = SCREEN.room(trust_of(zone, catalog))
    return _box(zone.box, 16, fill=fill, stroke=line)


def _icon(component: Component, catalog: Catalog) -> str:
    x, y, width, height = component.box
    middle = f"{number(x + width / 2 - 12 * _ICON)} {number(y + height / 2 - 12 * _ICON)}"
    moved = f"translate({middle}) scale({number(_ICON)})"
    return tag("g", icon(component.type, catalog), transform=moved)
