"""Places for a drawing that came without any: zones as rooms, flows from left to right.

Within a zone components stand in layers, each after what feeds it; within a layer they are ordered
so that flows cross little. Zones are set side by side and below each other, the callers first.
Nothing overlaps, and flows keep room for their labels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from math import ceil, sqrt

from threatmodel.core.document import Box, Document, Note

CARD = (208.0, 72.0)
GAP_DOWN = 64.0
GAP_RIGHT = 160.0
PADDING = 64.0
TAB = 40.0
BETWEEN_ZONES = 96.0
MAX_ROWS = 6
MAX_LAYERS = 5
SWEEPS = 4
# Columns are somewhat higher than wide: what stands below each other is reached from the left.
HIGHER = 1.3

Links = Mapping[str, Sequence[str]]
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Block:
    """A rectangle with things in it, placed from its own corner."""

    width: float
    height: float
    boxes: Mapping[str, Box]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The document sorted by zone, so that each zone looks only at its own. O(elements)."""

    components: Mapping[str | None, Sequence[str]]
    zones: Mapping[str | None, Sequence[str]]
    edges: Mapping[str | None, Sequence[Edge]]
    links: Links
    callers: Set[str]


def arranged(document: Document) -> Document:
    """The same document with every zone, component and note in a place of its own.

    Notes
    -----
    O((components + flows) log components).
    """
    plan = _plan(document)
    block = _container(plan, None)
    boxes = {key: _moved(box, PADDING, PADDING) for key, box in block.boxes.items()}
    _untangled(plan, boxes)
    return replace(
        document,
        zones={key: replace(one, box=boxes[key]) for key, one in document.zones.items()},
        components={key: replace(one, box=boxes[key]) for key, one in document.components.items()},
        flows={key: replace(one, points=()) for key, one in document.flows.items()},
        notes=_notes(document.notes, block.height + 2 * PADDING),
    )


def _plan(document: Document) -> _Plan:
    components: dict[str | None, list[str]] = {}
    zones: dict[str | None, list[str]] = {}
    edges: dict[str | None, list[Edge]] = {}
    links: dict[str, list[str]] = {}
    calls: dict[str, list[int]] = {}
    home = {key: one.zone for key, one in document.components.items()}
    for key, zone in home.items():
        components.setdefault(zone, []).append(key)
    for flow in document.flows.values():
        links.setdefault(flow.source, []).append(flow.target)
        links.setdefault(flow.target, []).append(flow.source)
        before, after = home[flow.source], home[flow.target]
        if before == after:
            edges.setdefault(before, []).append((flow.source, flow.target))
            continue
        for zone, side in ((before, -1), (after, 1)):
            if zone is not None:
                calls.setdefault(zone, []).append(side)
    called = {key: _called(calls.get(key, [])) for key in document.zones}
    for key in sorted(document.zones, key=lambda key: (called[key], key)):
        zones.setdefault(document.zones[key].parent, []).append(key)
    callers = {key for key, share in called.items() if share == -1}
    return _Plan(components, zones, edges, links, callers)


def _called(sides: Sequence[int]) -> float:
    """From -1 for a zone that only calls others to 1 for one that is only called."""
    return sum(sides) / len(sides) if sides else 0.0


def _notes(notes: Mapping[str, Note], top: float) -> dict[str, Note]:
    """In a row below the drawing."""
    lefts = (PADDING + index * 224.0 for index in range(len(notes)))
    return {
        key: replace(one, box=(left, top, *one.box[2:]))
        for (key, one), left in zip(notes.items(), lefts, strict=True)
    }


def _container(plan: _Plan, zone: str | None) -> _Block:
    """What stands in a zone (None: in no zone), inner zones after the zone's own components."""
    own = plan.components.get(zone, ())
    blocks = [_cards(own, plan.edges.get(zone, ()))] if own else []
    inner = plan.zones.get(zone, ())
    blocks += [_room(key, _container(plan, key)) for key in inner]
    return _shelves(blocks, 1 if own else max(1, sum(key in plan.callers for key in inner)))


def _room(zone: str, content: _Block) -> _Block:
    """A zone's box around what it holds, with space for its label."""
    width = max(content.width, CARD[0]) + 2 * PADDING
    height = max(content.height, CARD[1]) + 2 * PADDING + TAB
    boxes = {key: _moved(box, PADDING, PADDING + TAB) for key, box in content.boxes.items()}
    return _Block(width, height, {zone: (0.0, 0.0, width, height), **boxes})


def _shelves(blocks: Sequence[_Block], callers: int) -> _Block:
    """Blocks in columns, about as wide as high, in their order; the callers have the first."""
    boxes: dict[str, Box] = {}
    left = height = 0.0
    for column in _stacks(blocks, callers):
        top = 0.0
        for one in column:
            boxes.update((key, _moved(box, left, top)) for key, box in one.boxes.items())
            top += one.height + BETWEEN_ZONES
        height = max(height, top - BETWEEN_ZONES)
        left += max(one.width for one in column) + BETWEEN_ZONES
    return _Block(max(0.0, left - BETWEEN_ZONES), height, boxes)


def _stacks(blocks: Sequence[_Block], callers: int) -> list[list[_Block]]:
    first = callers if len(blocks) > callers + 1 else 0
    rest = blocks[first:]
    area = sum((one.width + BETWEEN_ZONES) * (one.height + BETWEEN_ZONES) for one in rest)
    limit = max([HIGHER * sqrt(area), *(one.height for one in blocks)])
    columns = [list(blocks[:first])] if first else []
    height = limit
    for one in rest:
        if height + one.height > limit:
            columns.append([])
            height = 0.0
        columns[-1].append(one)
        height += one.height + BETWEEN_ZONES
    return columns


def _cards(keys: Sequence[str], edges: Sequence[Edge]) -> _Block:
    """Components of one zone in columns by layer; long chains continue below."""
    layers = _layers(keys, edges)
    columns = _columns(layers)
    # A flow past a layer would run through the cards of that layer; half a row off it does not.
    staggered = any(layers[target] - layers[source] > 1 for source, target in edges)
    boxes: dict[str, Box] = {}
    top = width = 0.0
    for start in range(0, len(columns), MAX_LAYERS):
        band = columns[start : start + MAX_LAYERS]
        for key, box in _band(band, staggered):
            boxes[key] = _moved(box, 0.0, top)
            width = max(width, box[0] + CARD[0])
        top = max(y + CARD[1] for _, y, _, _ in boxes.values()) + GAP_DOWN
    return _Block(width, top - GAP_DOWN, boxes)


def _band(columns: Sequence[Sequence[str]], staggered: bool) -> Iterator[tuple[str, Box]]:
    rows = max(len(column) for column in columns)
    pitch = CARD[1] + GAP_DOWN
    for across, column in enumerate(columns):
        halves = rows - len(column)
        if staggered and (halves - across) % 2:
            halves += 1
        for down, key in enumerate(column):
            left, top = across * (CARD[0] + GAP_RIGHT), (halves / 2 + down) * pitch
            yield key, (left, top, *CARD)


def _columns(layers: Mapping[str, int]) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for key, layer in layers.items():
        found.setdefault(layer, []).append(key)
    return [part for layer in sorted(found) for part in _split(found[layer])]


def _split(layer: list[str]) -> Iterator[list[str]]:
    """A layer that is too high becomes several, of about the same height."""
    rows = ceil(len(layer) / ceil(len(layer) / MAX_ROWS))
    for start in range(0, len(layer), rows):
        yield layer[start : start + rows]


def _layers(keys: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Each key one layer after the last of what feeds it; what closes a cycle is not counted."""
    feeds: dict[str, set[str]] = {key: set() for key in keys}
    fed_by: dict[str, set[str]] = {key: set() for key in keys}
    for source, target in edges:
        if source != target:
            feeds[source].add(target)
            fed_by[target].add(source)
    waiting = {key: len(fed_by[key]) for key in keys}
    ready = deque(key for key in keys if not waiting[key])
    found: dict[str, int] = {}
    while waiting:
        if not ready:
            ready.append(next(iter(waiting)))
        key = ready.popleft()
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


def _untangled(plan: _Plan, boxes: dict[str, Box]) -> None:
    """Exchange cards within each column of a zone, so that each stands near its neighbours.

    The barycentre method on the places themselves, a few sweeps.
    """
    columns: dict[tuple[str | None, float], list[str]] = {}
    for zone, keys in plan.components.items():
        for key in keys:
            columns.setdefault((zone, boxes[key][0]), []).append(key)
    for _ in range(SWEEPS):
        for keys in columns.values():
            tops = sorted(boxes[key][1] for key in keys)
            keys.sort(key=lambda key: (_middle(key, plan.links, boxes), key))
            for key, top in zip(keys, tops, strict=True):
                boxes[key] = (boxes[key][0], top, *CARD)


def _middle(key: str, links: Links, boxes: Mapping[str, Box]) -> float:
    near = [boxes[one][1] for one in links.get(key, ())]
    return sum(near) / len(near) if near else boxes[key][1]


def _moved(box: Box, right: float, down: float) -> Box:
    return box[0] + right, box[1] + down, box[2], box[3]
