"""The system as a drawing, made by the server from the same boxes that people drew.

Zones are tinted rooms with a tab, components are cards, flows are lines with a bend; a mark shows
where a flow enters another zone. Plain SVG, so that it is sharp on paper and safe in a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.types import Catalog, Level, Trust
from threatmodel.core.document import (
    MAX_ZONE_DEPTH,
    Box,
    Component,
    Document,
    Flow,
    Note,
    Point,
    Zone,
)

from .charts import shape
from .icons import icon
from .plot import Sheet, lines
from .routing import Line, free_place, place_on, rounded, wall
from .svg import PRINT, Palette, Svg, number, picture, tag, text, text_width, wrap

_MARGIN = 24
_LABEL, _LINE = 150.0, 12.0  # how wide a flow's name may be, how high each of its lines is
_PLACES = (0.5, 0.3, 0.7)  # where flows that lie side by side have their names


def diagram_svg(
    document: Document,
    catalog: Catalog,
    *,
    levels: Mapping[str, Level] | None = None,
    palette: Palette = PRINT,
) -> Svg:
    """Draw the whole document; nothing is cropped.

    Parameters
    ----------
    levels
        The worst residual risk per element id, drawn as a badge.

    Notes
    -----
    O(zones x depth + components + flows). The same document gives the same bytes.
    """
    levels = levels or {}
    left, top, width, height = extent(document)
    body = [
        _arrow(palette),
        tag("rect", x=left, y=top, width=width, height=height, fill=palette.panel),
    ]
    tabs = []
    for zone in sorted(document.zones.values(), key=lambda zone: depth(document, zone)):
        trust = trust_of(zone, catalog)
        body.append(_room(zone, trust, palette))
        tabs.append(_tab(zone, trust, palette))
    ways = lines(document)
    labels = list(_labels(document, ways, levels, palette))
    for id, line in ways.items():
        flow = document.flows[id]
        body.append(_flow(flow, line, palette))
        labels.append(_crossing(document, flow, line, palette))
    body.extend(tabs)
    for component in document.components.values():
        body.append(_card(component, catalog, levels.get(component.id), palette))
    body.extend(labels)
    body.extend(_note(note, palette) for note in document.notes.values())
    return picture(
        "".join(body),
        width,
        height,
        f"Diagram of {document.system.name}: {len(document.components)} components, "
        f"{len(document.flows)} flows, {len(document.zones)} zones",
        f"{number(left)} {number(top)}",
    )


def extent(document: Document) -> Box:
    """The box around everything drawn, with a margin."""
    boxes = [
        item.box
        for group in (document.zones, document.components, document.notes)
        for item in group.values()
    ]
    points = [point for flow in document.flows.values() for point in flow.points]
    if not boxes:
        return (0.0, 0.0, 480.0, 160.0)
    left = min([box[0] for box in boxes] + [x for x, _ in points]) - _MARGIN
    top = min([box[1] for box in boxes] + [y for _, y in points]) - _MARGIN
    right = max([box[0] + box[2] for box in boxes] + [x for x, _ in points]) + _MARGIN
    bottom = max([box[1] + box[3] for box in boxes] + [y for _, y in points]) + _MARGIN
    return (left, top, right - left, bottom - top)


def _arrow(palette: Palette) -> str:
    head = tag("path", d="M0 0L8 4L0 8z", fill=palette.muted)
    marker = tag(
        "marker", head, id="arrow", viewBox="0 0 8 8", refX=7, refY=4, markerWidth=8,
        markerHeight=8, markerUnits="userSpaceOnUse", orient="auto",
    )  # fmt: skip
    return tag("defs", marker)


def depth(document: Document, zone: Zone) -> int:
    """How many zones stand around it: outer ones are drawn first."""
    depth, parent = 0, zone.parent
    while parent is not None and parent in document.zones and depth < MAX_ZONE_DEPTH:
        depth, parent = depth + 1, document.zones[parent].parent
    return depth


def trust_of(zone: Zone, catalog: Catalog) -> Trust | None:
    """As declared, else as its kind says, if the catalog knows that kind."""
    kind = catalog.zone_kinds.get(zone.kind or "")
    return zone.trust if zone.trust is not None or kind is None else kind.trust


def _room(zone: Zone, trust: Trust | None, palette: Palette) -> str:
    x, y, width, height = zone.box
    fill, line = palette.room(trust)
    return tag(
        "rect", x=x, y=y, width=width, height=height, rx=10, fill=fill, stroke=line,
        stroke_width=1.2, **({"stroke_dasharray": "5 4"} if trust is None else {}),
    )  # fmt: skip


def _tab(zone: Zone, trust: Trust | None, palette: Palette) -> str:
    """The zone's name, over the flows that pass there."""
    x, y, width, _ = zone.box
    _, line = palette.room(trust)
    words = wrap(
        f"{zone.name} · {'trust unknown' if trust is None else trust.key}", width - 24, 11, 1
    )
    label = words[0] if words else ""
    wide = text_width(label, 11) + 16
    tab = tag(
        "rect", x=x + 10, y=y - 9, width=wide, height=18, rx=9, fill=palette.panel, stroke=line
    )
    middle = x + 10 + wide / 2
    return tab + text(label, middle, y + 4, font_size=11, text_anchor="middle", fill=palette.muted)


def _card(component: Component, catalog: Catalog, level: Level | None, palette: Palette) -> str:
    x, y, width, height = component.box
    body = tag(
        "rect", x=x, y=y, width=width, height=height, rx=8, fill=palette.panel,
        stroke=palette.strong, stroke_width=1,
    )  # fmt: skip
    body += tag(
        "g",
        icon(component.type, catalog),
        transform=f"translate({number(x + 10)} {number(y + height / 2 - 10)}) scale(0.84)",
        fill="none",
        stroke=palette.muted,
        stroke_width=1.7,
        stroke_linecap="round",
        stroke_linejoin="round",
    )
    room = width - 40 - (20 if level is not None else 10)
    names = wrap(component.name, room, 12, max(1, int((height - 26) // 15)))
    start = y + (height - 15 * len(names) - 13) / 2 + 11
    for index, words in enumerate(names):
        body += text(
            words, x + 38, start + 15 * index, font_size=12, font_weight=600, fill=palette.text
        )
    kind = wrap(catalog.component_type(component.type).name, width - 48, 10, 1)
    for words in kind:
        body += text(words, x + 38, start + 15 * len(names), font_size=10, fill=palette.muted)
    if level is not None:
        body += shape(level, x + width - 13, y + 13, 7, palette)
    return body


def _note(note: Note, palette: Palette) -> str:
    x, y, width, height = note.box
    body = tag(
        "rect", x=x, y=y, width=width, height=height, rx=4, fill=palette.soft[Level.MODERATE],
        stroke=palette.line,
    )  # fmt: skip
    lines = wrap(note.text, width - 16, 11, max(1, int((height - 12) // 15)))
    for index, words in enumerate(lines):
        body += text(words, x + 8, y + 18 + 15 * index, font_size=11, fill=palette.text)
    return body


def _flow(flow: Flow, line: Line, palette: Palette) -> str:
    dashes = {"control": "6 4", "physical": "2 3"}.get(flow.kind)
    return tag(
        "path", d=rounded(line), fill="none", stroke=palette.muted, stroke_width=1.3,
        marker_end="url(#arrow)", **({"stroke_dasharray": dashes} if dashes else {}),
    )  # fmt: skip


def _labels(
    document: Document, ways: Mapping[str, Line], levels: Mapping[str, Level], palette: Palette
) -> Iterator[str]:
    """Names and badges of flows, on their lines, where they cover neither cards nor each other."""
    taken = Sheet((key, one.box) for key, one in document.components.items())
    seen: dict[frozenset[str], int] = {}
    for id, line in ways.items():
        flow, level = document.flows[id], levels.get(id)
        if not flow.name and level is None:
            continue
        ends = frozenset((flow.source, flow.target))
        seen[ends] = seen.get(ends, -1) + 1
        box, words = _placed(flow.name, line, taken, _PLACES[seen[ends] % 3], level is not None)
        taken.add(f"label {id}", box)
        yield _label(box, words, level, palette)


def _placed(
    name: str, line: Line, taken: Sheet, first: float, badge: bool
) -> tuple[Box, list[str]]:
    """A name in one line, or in several narrower ones; where nothing is free, in its first place.

    Paper has no pointer to ask with, so that no name is left out.
    """
    near = list(taken.near(_reach(line)).values())
    tries = [_set(name, room, badge) for room in (_LABEL, 96.0, 64.0)]
    for words, width, height in tries:
        found = free_place(line, width, height, near, first)
        if found:
            return _centred(found, width, height), words
    words, width, height = tries[0]
    return _centred(place_on(line, first), width, height), words


def _centred(middle: Point, width: float, height: float) -> Box:
    return (middle[0] - width / 2, middle[1] - height / 2, width, height)


def _set(name: str, room: float, badge: bool) -> tuple[list[str], float, float]:
    words = wrap(name, room, 10, 3) if name else []
    width = max((text_width(line, 10) for line in words), default=0) + (14 if badge else 0)
    return words, width + 6, _LINE * max(len(words), 1) + 2


def _reach(line: Line) -> Box:
    """The area in which a name on the line can come to lie."""
    left, top = (min(point[axis] for point in line) - _LABEL for axis in (0, 1))
    right, bottom = (max(point[axis] for point in line) + _LABEL for axis in (0, 1))
    return (left, top, right - left, bottom - top)


def _label(box: Box, lines: list[str], level: Level | None, palette: Palette) -> str:
    left, top, width, height = box
    body = tag(
        "rect", x=left, y=top, width=width, height=height, rx=4, fill=palette.panel,
        fill_opacity=0.92,
    )  # fmt: skip
    if level is not None:
        body += shape(level, left + 8, top + height / 2, 5, palette)
    middle = left + width / 2 + (7 if level is not None else 0)
    for index, words in enumerate(lines):
        body += text(
            words, middle, top + 10 + _LINE * index, font_size=10, text_anchor="middle",
            fill=palette.muted,
        )  # fmt: skip
    return body


def _crossing(document: Document, flow: Flow, line: Line, palette: Palette) -> str:
    """A small diamond where the line passes the wall of a room."""
    source, target = document.components[flow.source], document.components[flow.target]
    if source.zone == target.zone:
        return ""
    for component, way in ((target, line), (source, line[::-1])):
        zone = document.zones.get(component.zone or "")
        passed = wall(zone.box, way) if zone else None
        if passed:
            x, y = passed
            d = f"M{number(x - 5)} {number(y)}l5 -5l5 5l-5 5z"
            return tag("path", d=d, fill=palette.panel, stroke=palette.accent, stroke_width=1.4)
    return ""
