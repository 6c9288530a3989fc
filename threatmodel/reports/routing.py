"""How a flow runs from one card to another: at right angles, around the cards between them.

Geometry only. The canvas draws the same ways (editor/src/canvas/route.ts); the cases in routes.json
beside it hold both to that. A way is judged by the cards that it passes behind, then by its length
and its turns; the straightest one is taken at once where it is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise

from threatmodel.core.document import Box, Point

from .svg import number

ROOM = 12.0  # between a card and a way around it
TURN = 40.0  # a turn weighs as much as this much of way
COVERED = 1e6  # passing behind a card weighs more than any detour
CROWD = 48  # among more cards no detour is looked for
_CORNER = 8.0

Line = list[Point]


def route(
    source: Box,
    target: Box,
    points: Sequence[Point] = (),
    shift: float = 0.0,
    others: Sequence[Box] = (),
) -> Line:
    """Corners of the line from one card to another.

    Parameters
    ----------
    points
        Bends that people set; they are followed, at right angles. Those that lie under a card
        at their end of the flow are passed over.
    shift
        How far the way lies from the middle, so that flows between two cards lie side by side.
    others
        Cards to go around.

    Notes
    -----
    O(others) where the straightest way is free, else O(others squared).
    """
    bends = _outside(source, target, points)
    if bends:
        return _through(source, target, bends, shift)
    flat = _apart(source, target) >= _apart(_turned(source), _turned(target))
    if max(_apart(source, target), _apart(_turned(source), _turned(target))) < 0:
        return _loop(source, shift)
    ways = [_straight(way) for way in _ways(source, target, shift, others, flat)]
    return min(ways, key=lambda way: _cost(way, source, target, others))


def _ways(
    source: Box, target: Box, shift: float, others: Sequence[Box], flat: bool
) -> Iterator[Line]:
    """The straightest way alone if it is free; of ways that weigh the same the first is best."""
    turned = (_turned(source), _turned(target), shift, [_turned(box) for box in others])
    upright = ([_swapped(point) for point in way] for way in _level(*turned))
    level = _level(source, target, shift, others)
    first, second = (level, upright) if flat else (upright, level)
    plain = next(first)
    yield plain
    if len(others) <= CROWD and any(passes(plain, _grown(box, ROOM / 2)) for box in others):
        yield from first
        yield from second


def _level(source: Box, target: Box, shift: float, others: Sequence[Box]) -> Iterator[Line]:
    """Ways that leave to the left or to the right."""
    (left, top, width, height), (x, y, wide, high) = source, target
    start, end = top + height / 2 + shift, y + high / 2 + shift
    ahead = x + wide / 2 >= left + width / 2
    out, into = (left + width, x) if ahead else (left, x + wide)
    middle = x + wide / 2 + shift
    if _apart(source, target) >= 0:
        yield from _bent(out, start, into, end, (out + into) / 2 + shift, others)
    if (out < middle) == ahead and not y <= start <= y + high:
        yield [(out, start), (middle, start), (middle, y if start < y else y + high)]
    for one, two, beside in (
        (left, x, min(left, x) - 2 * ROOM - abs(shift)),
        (left + width, x + wide, max(left + width, x + wide) + 2 * ROOM + abs(shift)),
    ):
        yield [(one, start), (beside, start), (beside, end), (two, end)]


def _bent(
    out: float, start: float, into: float, end: float, middle: float, others: Sequence[Box]
) -> Iterator[Line]:
    """Between facing sides: half-way, beside each card on the way, above and below each."""
    yield _zigzag(out, start, into, end, middle)
    low, high = min(out, into) + ROOM, max(out, into) - ROOM
    if low > high:
        return
    for x, _, width, _ in others:
        for bend in (x - ROOM, x + width + ROOM):
            if low <= bend <= high:
                yield _zigzag(out, start, into, end, bend)
    near, far = (low, high) if out < into else (high, low)
    for _, y, _, height in others:
        for level in (y - ROOM, y + height + ROOM):
            way = [(out, start), (near, start), (near, level), (far, level), (far, end)]
            yield [*way, (into, end)]


def _zigzag(out: float, start: float, into: float, end: float, bend: float) -> Line:
    return [(out, start), (bend, start), (bend, end), (into, end)]


def _outside(source: Box, target: Box, points: Sequence[Point]) -> Line:
    """The bends without those that a card at their end has been moved over."""
    bends = list(dropwhile(lambda point: _covers(source, point), points))
    bends.reverse()
    bends = list(dropwhile(lambda point: _covers(target, point), bends))
    return bends[::-1]


def _covers(box: Box, point: Point) -> bool:
    x, y, width, height = box
    return x < point[0] < x + width and y < point[1] < y + height


def _through(source: Box, target: Box, points: Sequence[Point], shift: float) -> Line:
    start = _attached(source, points[0], shift)
    end = _attached(target, points[-1], shift)[::-1]
    way = [*start, *points, *end]
    squared = way[:1]
    for before, here in pairwise(way):
        squared += [(here[0], before[1]), here]
    return _straight(squared)


def _attached(box: Box, towards: Point, shift: float) -> Line:
    """From the side that faces a point straight to it, else from the middle with one turn."""
    x, y, width, height = box
    right, below = towards[0] >= x + width / 2, towards[1] >= y + height / 2
    beside = x + (width if right else 0)
    if y <= towards[1] <= y + height:
        return [(beside, towards[1])]
    if x <= towards[0] <= x + width:
        return [(towards[0], y + (height if below else 0))]
    middle = y + height / 2 + shift
    return [(beside, middle), (towards[0], middle)]


def _loop(box: Box, shift: float) -> Line:
    """A flow to itself, or between cards that lie on each other: right to top."""
    right, top = box[0] + box[2], box[1]
    middle, out, above = top + box[3] / 2, right + 2 * ROOM + abs(shift), top - 2 * ROOM
    enter = box[0] + box[2] * 0.75
    return [(right, middle), (out, middle), (out, above), (enter, above), (enter, top)]


def _cost(way: Line, source: Box, target: Box, others: Sequence[Box]) -> float:
    covered = sum(passes(way, _grown(box, ROOM / 2)) for box in others)
    covered += sum(passes(way, _grown(box, -1)) for box in (source, target))
    return covered * COVERED + sum(_length(a, b) for a, b in pairwise(way)) + len(way) * TURN


def passes(way: Line, box: Box) -> bool:
    """Whether any part of a way of right angles lies within a box."""
    x, y, width, height = box
    return any(
        min(a[0], b[0]) < x + width
        and max(a[0], b[0]) > x
        and min(a[1], b[1]) < y + height
        and max(a[1], b[1]) > y
        for a, b in pairwise(way)
    )


def _grown(box: Box, by: float) -> Box:
    return (box[0] - by, box[1] - by, box[2] + 2 * by, box[3] + 2 * by)


def _apart(one: Box, other: Box) -> float:
    """The free space between two cards from left to right; negative where they overlap."""
    return max(other[0] - one[0] - one[2], one[0] - other[0] - other[2])


def _turned(box: Box) -> Box:
    """The box with its axes exchanged, so that what holds for level ways holds for upright ones."""
    return (box[1], box[0], box[3], box[2])


def _swapped(point: Point) -> Point:
    return (point[1], point[0])


def _straight(line: Line) -> Line:
    """Drop corners that do not bend."""
    found = [line[0]]
    for here, after in pairwise(line[1:]):
        before = found[-1]
        level = before[1] == here[1] == after[1]
        upright = before[0] == here[0] == after[0]
        if not level and not upright and here != before:
            found.append(here)
    return [*found, line[-1]]


def rounded(line: Line) -> str:
    """The path of a line, its corners rounded where there is room."""
    path = f"M{number(line[0][0])} {number(line[0][1])}"
    for before, here, after in zip(line, line[1:], line[2:], strict=False):
        reach = min(_CORNER, _length(before, here) / 2, _length(here, after) / 2)
        enter, leave = _towards(here, before, reach), _towards(here, after, reach)
        path += (
            f"L{number(enter[0])} {number(enter[1])}"
            f"Q{number(here[0])} {number(here[1])} {number(leave[0])} {number(leave[1])}"
        )
    return f"{path}L{number(line[-1][0])} {number(line[-1][1])}"


def _length(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _towards(start: Point, end: Point, by: float) -> Point:
    whole = _length(start, end)
    share = by / whole if whole else 0.0
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def place_on(line: Line, share: float) -> Point:
    """The point at that share of the way."""
    left = sum(_length(a, b) for a, b in pairwise(line)) * share
    for a, b in pairwise(line):
        step = _length(a, b)
        if left <= step:
            return _towards(a, b, left)
        left -= step
    return line[-1]


def free_place(
    line: Line, width: float, height: float, taken: Sequence[Box], first: float = 0.5
) -> Point | None:
    """Where a label's middle can stand on the line without lying on anything; None: nowhere.

    Places near `first`, a share of the way, are preferred.
    """
    for step in range(17):
        for share in (first - step / 20, first + step / 20):
            if 0.1 <= share <= 0.9:
                x, y = place_on(line, share)
                label = (x - width / 2, y - height / 2, width, height)
                if not any(meets(label, box) for box in taken):
                    return (x, y)
    return None


def meets(one: Box, other: Box) -> bool:
    """Whether two boxes lie on each other; those that only touch do not."""
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def wall(box: Box, way: Line) -> Point | None:
    """The first point of a way, coming from outside, on the wall of a box."""
    x0, y0, x1, y1 = box[0], box[1], box[0] + box[2], box[1] + box[3]

    def inside(point: Point) -> bool:
        return x0 <= point[0] <= x1 and y0 <= point[1] <= y1

    for a, b in pairwise(way):
        if inside(a) or not inside(b):
            continue
        for _ in range(16):  # halving finds the wall to a hundredth of a unit
            half = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
            a, b = (a, half) if inside(half) else (half, b)
        return b
    return None
