"""Places for a drawing that came without any: zones as rooms, flows from left to right.

Within a zone components stand in layers, each after what feeds it; within a layer they are ordered
so that flows cross little. Zones are set side by side and below each other, the callers first.
Nothing overlaps, and flows keep room for their labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt

from threatmodel.core.document import Box, Component, Document, Flow, Note

CARD = (176.0, 64.0)
GAP_DOWN = 64.0
GAP_RIGHT = 128.0
PADDING = 64.0
TAB = 40.0
BETWEEN_ZONES = 96.0
MAX_ROWS = 6
MAX_LAYERS = 5
SWEEPS = 4

Links = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Block:
    """A rectangle with things in it, placed from its own corner."""

    width: float
    height: float
    boxes: Mapping[str, Box]


def arranged(document: Document) -> Document:
    """The same document with every zone, component and note in a place of its own.

    Notes
    -----
    O((components + flows) log components).
    """
    block = _container(document, None, _neighbours(document.flows.values()))
    boxes = {key: _moved(box, PADDING, PADDING) for key, box in block.boxes.items()}
    return replace(
        document,
        zones={key: replace(one, box=boxes[key]) for key, one in document.zones.items()},
        components={key: replace(one, box=boxes[key]) for key, one in document.components.items()},
        flows={key: replace(one, points=()) for key, one in document.flows.items()},
        notes=_notes(document.notes, block.height + 2 * PADDING),
    )


def _notes(notes: Mapping[str, Note], top: float) -> dict[str, Note]:
    """In a row below the drawing."""
    lefts = (PADDING + index * 224.0 for index in range(len(notes)))
    return {
        key: replace(one, box=(left, top, *one.box[2:]))
        for (key, one), left in zip(notes.items(), lefts, strict=True)
    }


def _container(document: Document, zone: str | None, links: Links) -> _Block:
    """What stands in a zone (None: in no zone), inner zones after the zone's own components."""
    own = [one for one in document.components.values() if one.zone == zone]
    inner = [key for key, one in document.zones.items() if one.parent == zone]
    blocks = [_cards(own, document.flows.values(), links)] if own else []
    for key in sorted(inner, key=lambda key: _order(document, key)):
        blocks.append(_room(key, _container(document, key, links)))
    return _shelves(blocks)


def _order(document: Document, zone: str) -> tuple[float, str]:
    """Zones that mostly call stand before zones that are mostly called."""
    inside = {key for key, one in document.components.items() if one.zone == zone}
    flows = document.flows.values()
    out = sum(flow.source in inside and flow.target not in inside for flow in flows)
    into = sum(flow.target in inside and flow.source not in inside for flow in flows)
    return (into - out) / max(1, into + out), zone


def _room(zone: str, content: _Block) -> _Block:
    """A zone's box around what it holds, with space for its label."""
    width = max(content.width, CARD[0]) + 2 * PADDING
    height = max(content.height, CARD[1]) + 2 * PADDING + TAB
    boxes = {key: _moved(box, PADDING, PADDING + TAB) for key, box in content.boxes.items()}
    return _Block(width, height, {zone: (0.0, 0.0, width, height), **boxes})


def _shelves(blocks: Sequence[_Block]) -> _Block:
    """Blocks in columns, about as wide as high, in their order."""
    if not blocks:
        return _Block(0.0, 0.0, {})
    area = sum((one.width + BETWEEN_ZONES) * (one.height + BETWEEN_ZONES) for one in blocks)
    limit = max(sqrt(area), *(one.height for one in blocks))
    boxes: dict[str, Box] = {}
    left = top = column = tallest = 0.0
    for one in blocks:
        if top and top + one.height > limit:
            left, top, column = left + column + BETWEEN_ZONES, 0.0, 0.0
        boxes.update((key, _moved(box, left, top)) for key, box in one.boxes.items())
        column, tallest = max(column, one.width), max(tallest, top + one.height)
        top += one.height + BETWEEN_ZONES
    return _Block(left + column, tallest, boxes)


def _cards(components: Sequence[Component], flows: Iterable[Flow], links: Links) -> _Block:
    """Components of one zone in columns by layer; long chains continue below."""
    columns = _columns([one.id for one in components], flows, links)
    boxes: dict[str, Box] = {}
    top = width = 0.0
    for start in range(0, len(columns), MAX_LAYERS):
        band = columns[start : start + MAX_LAYERS]
        rows = max(len(column) for column in band)
        for across, column in enumerate(band):
            shift = (rows - len(column)) * (CARD[1] + GAP_DOWN) / 2
            for down, key in enumerate(column):
                left = across * (CARD[0] + GAP_RIGHT)
                boxes[key] = (left, top + shift + down * (CARD[1] + GAP_DOWN), *CARD)
                width = max(width, left + CARD[0])
        top += rows * (CARD[1] + GAP_DOWN)
    return _Block(width, top - GAP_DOWN, boxes)


def _columns(keys: list[str], flows: Iterable[Flow], links: Links) -> list[list[str]]:
    here = set(keys)
    inside = [(one.source, one.target) for one in flows if {one.source, one.target} <= here]
    layers: dict[int, list[str]] = {}
    for key, layer in _layers(keys, inside).items():
        layers.setdefault(layer, []).append(key)
    ordered = _untangled([layers[layer] for layer in sorted(layers)], links)
    return [part for layer in ordered for part in _split(layer)]


def _split(layer: list[str]) -> Iterator[list[str]]:
    """A layer that is too high becomes several, of about the same height."""
    rows = ceil(len(layer) / ceil(len(layer) / MAX_ROWS))
    for start in range(0, len(layer), rows):
        yield layer[start : start + rows]


def _layers(keys: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """Each key one layer after the last of what feeds it; what closes a cycle is not counted."""
    feeds: dict[str, set[str]] = {key: set() for key in keys}
    fed_by: dict[str, set[str]] = {key: set() for key in keys}
    for source, target in edges:
        if source != target:
            feeds[source].add(target)
            fed_by[target].add(source)
    waiting = {key: len(fed_by[key]) for key in keys}
    ready = [key for key in keys if not waiting[key]]
    found: dict[str, int] = {}
    while waiting:
        if not ready:
            ready = [next(iter(waiting))]
        key = ready.pop(0)
        if key not in waiting:
            continue
        del waiting[key]
        found[key] = max((found[one] + 1 for one in fed_by[key] if one in found), default=0)
        for one in sorted(feeds[key]):
            if one in waiting:
                waiting[one] -= 1
                if not waiting[one]:
                    ready.append(one)
    return found


def _untangled(layers: list[list[str]], links: Links) -> list[list[str]]:
    """Each layer ordered by where its neighbours stand (the barycentre method), a few sweeps."""
    for _ in range(SWEEPS):
        place = {key: (down + 0.5) / len(one) for one in layers for down, key in enumerate(one)}
        for index, layer in enumerate(layers):
            layers[index] = sorted(layer, key=lambda key: (_middle(key, links, place), key))
            place.update((key, (down + 0.5) / len(layer)) for down, key in enumerate(layers[index]))
    return layers


def _middle(key: str, links: Links, place: Mapping[str, float]) -> float:
    near = [place[one] for one in links.get(key, ()) if one in place]
    return sum(near) / len(near) if near else place[key]


def _neighbours(flows: Iterable[Flow]) -> dict[str, list[str]]:
    links: dict[str, list[str]] = {}
    for flow in flows:
        links.setdefault(flow.source, []).append(flow.target)
        links.setdefault(flow.target, []).append(flow.source)
    return links


def _moved(box: Box, right: float, down: float) -> Box:
    return box[0] + right, box[1] + down, box[2], box[3]
