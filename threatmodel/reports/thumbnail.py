"""A drawing so small that nobody reads it: rooms, cards with their icons, lines; no words.

It tells one system from another on a card; its name stands beside it.
"""

from __future__ import annotations

from catalog.types import Catalog
from threatmodel.core.document import Component, Document, Zone

from .diagram import depth, extent, trust_of
from .icons import icon
from .plot import lines
from .routing import rounded
from .svg import SCREEN, Palette, Svg, number, tag

_ICON = 2.0  # an icon is drawn at twice its size, so that it is seen when all is small


def thumbnail_svg(document: Document, catalog: Catalog, *, palette: Palette = SCREEN) -> Svg:
    """Draw the whole document without its words. O(zones x depth + components + flows)."""
    left, top, width, height = extent(document)
    body = [
        _room(zone, catalog, palette)
        for zone in sorted(document.zones.values(), key=lambda zone: depth(document, zone))
    ]
    body += [
        tag("path", d=rounded(line), fill="none", stroke=palette.muted, stroke_width=3)
        for line in lines(document).values()
    ]
    body += [_card(one, catalog, palette) for one in document.components.values()]
    box = f"{number(left)} {number(top)} {number(width)} {number(height)}"
    drawn = "".join(body)
    return Svg(
        tag("svg", drawn, xmlns="http://www.w3.org/2000/svg", viewBox=box, aria_hidden="true")
    )


def _room(zone: Zone, catalog: Catalog, palette: Palette) -> str:
    x, y, width, height = zone.box
    fill, line = palette.room(trust_of(zone, catalog))
    return tag(
        "rect", x=x, y=y, width=width, height=height, rx=16, fill=fill, stroke=line, stroke_width=3
    )


def _card(component: Component, catalog: Catalog, palette: Palette) -> str:
    x, y, width, height = component.box
    card = tag(
        "rect", x=x, y=y, width=width, height=height, rx=12, fill=palette.panel,
        stroke=palette.strong, stroke_width=3,
    )  # fmt: skip
    middle = f"{number(x + width / 2 - 12 * _ICON)} {number(y + height / 2 - 12 * _ICON)}"
    return card + tag(
        "g",
        icon(component.type, catalog),
        transform=f"translate({middle}) scale({number(_ICON)})",
        fill="none",
        stroke=palette.text,
        stroke_width=1.7,
    )
