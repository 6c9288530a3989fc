"""How a flow runs from one card to another: right angles, rounded corners, lanes. Geometry only."""

from __future__ import annotations

from itertools import pairwise

from threatmodel.core.document import Box, Point

from .svg import number

_LEAD = 16
_CORNER = 8
_LANE = 12


def route(source: Box, target: Box, points: tuple[Point, ...], lane: int = 0) -> list[Point]:
    """Corners of a line with right angles from one card to another.

    `lane` keeps several flows between the same two cards apart. Points that people set are kept.
    """
    shift = ((lane + 1) // 2) * _LANE * (1 if lane % 2 else -1)
    start, end = _centre(source), _centre(target)
    if points:
        return [_edge(source, points[0]), *points, _edge(target, points[-1])]
    apart_x = max(target[0] - source[0] - source[2], source[0] - target[0] - target[2])
    apart_y = max(target[1] - source[1] - source[3], source[1] - target[1] - target[3])
    if apart_x < 0 and apart_y < 0:
        return _loop(source, shift)
    if apart_x >= apart_y:
        right = end[0] > start[0]
        first = (source[0] + (source[2] if right else 0), start[1] + shift)
        last = (target[0] + (0 if right else target[2]), end[1] + shift)
        bend = (first[0] + last[0]) / 2 + shift
        return _straight([first, (bend, first[1]), (bend, last[1]), last])
    down = end[1] > start[1]
    first = (start[0] + shift, source[1] + (source[3] if down else 0))
    last = (end[0] + shift, target[1] + (0 if down else target[3]))
    bend = (first[1] + last[1]) / 2 + shift
    return _straight([first, (first[0], bend), (last[0], bend), last])


def _centre(box: Box) -> Point:
    return (box[0] + box[2] / 2, box[1] + box[3] / 2)


def _loop(box: Box, shift: float) -> list[Point]:
    """A flow to itself, or between cards that lie on each other: right to top."""
    right, top = box[0] + box[2], box[1]
    middle, out = top + box[3] / 2, right + _LEAD + abs(shift)
    enter = box[0] + box[2] * 0.7
    return [(right, middle), (out, middle), (out, top - _LEAD), (enter, top - _LEAD), (enter, top)]


def _edge(box: Box, towards: Point) -> Point:
    """Where a straight line from the centre to a point leaves the box."""
    x, y = _centre(box)
    dx, dy = towards[0] - x, towards[1] - y
    scale = max(abs(dx) / max(box[2] / 2, 1), abs(dy) / max(box[3] / 2, 1), 1e-9)
    return (x + dx / scale, y + dy / scale) if scale > 1 else (x, y)


def _straight(line: list[Point]) -> list[Point]:
    """Drop corners that do not bend."""
    found = [line[0]]
    for before, here, after in zip(line, line[1:], line[2:], strict=False):
        bends = (here[0] - before[0]) * (after[1] - here[1]) != (here[1] - before[1]) * (
            after[0] - here[0]
        )
        if bends:
            found.append(here)
    return [*found, line[-1]]


def rounded(line: list[Point]) -> str:
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


def place_on(line: list[Point], share: float) -> tuple[float, float, float]:
    """The point at that share of the way, and how far the line runs level there (0: not)."""
    left = sum(_length(a, b) for a, b in pairwise(line)) * share
    for a, b in pairwise(line):
        step = _length(a, b)
        if left <= step:
            return (*_towards(a, b, left), step if a[1] == b[1] else 0.0)
        left -= step
    return (*line[-1], 0.0)


def wall(box: Box, way: list[Point]) -> Point | None:
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
