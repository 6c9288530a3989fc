"""The system as a drawing, made by the server from the same boxes that people drew.

Zones are tinted rooms with a tab, components are cards, flows are lines with a bend; a mark shows
where a flow enters another zone. Plain SVG, so that it is sharp on paper and safe in a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from catalog.types import Catalog, Level, Trust
from threatmodel.core.document import Box, Component, Document, Flow, Note, Point, Zone

from .charts import shape
from .icons import icon
from .routing import place_on, rounded, route, wall
from .svg import PRINT, Palette, Svg, number, picture, tag, text, text_width, wrap

_MARGIN = 24
_PLACES = (0.5, 0.25, 0.75)  # of the labels of flows that share two ends


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
    lanes: Counter[tuple[str, ...]] = Counter()
    left, top, width, height = extent(document)
    body = [
        _arrow(palette),
        tag("rect", x=left, y=top, width=width, height=height, fill=palette.panel),
    ]
    for zone in sorted(document.zones.values(), key=lambda zone: _depth(document, zone)):
        body.append(_zone(zone, _trust(zone, catalog), palette))
    labels = []
    for flow in document.flows.values():
        pair = tuple(sorted((flow.source, flow.target)))
        lane = lanes[pair]
        lanes[pair] += 1
        line = _line(document, flow, lane)
        body.append(_flow(flow, line, palette))
        labels.append(_label(flow, line, _PLACES[lane % 3], levels.get(flow.id), palette))
        labels.append(_crossing(document, flow, line, palette))
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


def _depth(document: Document, zone: Zone) -> int:
    depth, parent = 0, zone.parent
    while parent is not None and parent in document.zones and depth < 20:
        depth, parent = depth + 1, document.zones[parent].parent
    return depth


def _trust(zone: Zone, catalog: Catalog) -> Trust | None:
    kind = catalog.zone_kinds.get(zone.kind or "")
    return zone.trust if zone.trust is not None or kind is None else kind.trust


def _zone(zone: Zone, trust: Trust | None, palette: Palette) -> str:
    x, y, width, height = zone.box
    fill, line = palette.room(trust)
    room = tag(
        "rect", x=x, y=y, width=width, height=height, rx=10, fill=fill, stroke=line,
        stroke_width=1.2, **({"stroke_dasharray": "5 4"} if trust is None else {}),
    )  # fmt: skip
    words = wrap(
        f"{zone.name} · {'trust unknown' if trust is None else trust.key}", width - 24, 11, 1
    )
    label = words[0] if words else ""
    tab = tag(
        "rect", x=x + 10, y=y - 9, width=text_width(label, 11) + 16, height=18, rx=9,
        fill=palette.panel, stroke=line,
    )  # fmt: skip
    return room + tab + text(label, x + 18, y + 4, font_size=11, fill=palette.muted)


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


def _line(document: Document, flow: Flow, lane: int) -> list[Point]:
    source, target = document.components[flow.source], document.components[flow.target]
    return route(source.box, target.box, flow.points, lane)


def _flow(flow: Flow, line: list[Point], palette: Palette) -> str:
    dashes = {"control": "6 4", "physical": "2 3"}.get(flow.kind)
    return tag(
        "path", d=rounded(line), fill="none", stroke=palette.muted, stroke_width=1.3,
        marker_end="url(#arrow)", **({"stroke_dasharray": dashes} if dashes else {}),
    )  # fmt: skip


def _label(
    flow: Flow, line: list[Point], share: float, level: Level | None, palette: Palette
) -> str:
    """The flow's name: beside a line that runs level, on one that does not."""
    x, y, room = place_on(line, share)
    lines = wrap(flow.name or flow.kind, min(max(room - 12, 48), 150) if room else 150, 10, 3)
    width = max(text_width(words, 10) for words in lines) + (14 if level is not None else 0)
    top = y - 12 * len(lines) - 3 if room else y - 6 * len(lines)
    body = tag(
        "rect", x=x - width / 2 - 3, y=top, width=width + 6, height=12 * len(lines), rx=4,
        fill=palette.panel, fill_opacity=0.85,
    )  # fmt: skip
    if level is not None:
        body += shape(level, x - width / 2 + 5, top + 6, 5, palette)
    middle = x + (7 if level is not None else 0)
    for index, words in enumerate(lines):
        body += text(
            words, middle, top + 9 + 12 * index, font_size=10, text_anchor="middle",
            fill=palette.muted,
        )  # fmt: skip
    return body


def _crossing(document: Document, flow: Flow, line: list[Point], palette: Palette) -> str:
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
