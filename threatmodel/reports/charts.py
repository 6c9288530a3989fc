"""Small pictures of risk, the same for page and paper: levels by shape, matrix, bars, intervals.

Levels are never told by colour alone: very high is an octagon, high a triangle, moderate a half
circle, low a ring, very low a dot; unknown is hatched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from catalog.types import Level
from threatmodel.core.interval import exact

from .svg import PRINT, Palette, Svg, number, picture, tag, text, text_width, wrap

LEVELS = tuple(reversed(Level))
MOST_PIXELS, PICTURE = 32, 96.0
MOST_LABEL = 240  # how much of a chart its longest label may take; beyond that it has two lines


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured share: `value` with its interval, all in [0, 1]; `note` stands at the right."""

    label: str
    value: float
    low: float
    high: float
    level: Level | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a score on the five-level scale."""

    label: str
    level: Level
    total: bool = False


def shape(level: Level | None, x: float, y: float, radius: float, palette: Palette) -> str:
    """The mark of a level around a centre, without a picture of its own."""
    colour = palette.level(level)
    if level is Level.VERY_HIGH:
        corners = (
            (x + radius * math.cos(angle), y + radius * math.sin(angle))
            for angle in (math.pi / 8 + step * math.pi / 4 for step in range(8))
        )
        return tag("polygon", points=_points(corners), fill=colour)
    if level is Level.HIGH:
        base = y + radius * 0.8
        triangle = ((x, y - radius), (x + radius, base), (x - radius, base))
        return tag("polygon", points=_points(triangle), fill=colour)
    ring = tag(
        "circle",
        cx=x,
        cy=y,
        r=radius - 1,
        fill=palette.panel,
        stroke=colour,
        stroke_width=2,
        **({"stroke_dasharray": "2 2"} if level is None else {}),
    )
    if level is Level.MODERATE:
        inner = radius - 1
        half = f"M{number(x)} {number(y - inner)}A{number(inner)} {number(inner)} 0 0 1 "
        return ring + tag("path", d=f"{half}{number(x)} {number(y + inner)}Z", fill=colour)
    if level is Level.VERY_LOW:
        return tag("circle", cx=x, cy=y, r=max(radius * 0.45, 2.4), fill=colour)
    return ring


@cache
def badge(level: Level | None, size: float = 16, palette: Palette = PRINT) -> Svg:
    """A level's mark alone, named for those who do not see it."""
    words = "unknown" if level is None else level.key
    return picture(shape(level, size / 2, size / 2, size / 2 - 1, palette), size, size, words)


def _points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def matrix(
    counts: Mapping[tuple[Level, Level], int],
    risk: Mapping[tuple[Level, Level], Level],
    palette: Palette = PRINT,
) -> Svg:
    """Findings by likelihood (rows) and impact (columns) over the risk that the table gives.

    Parameters
    ----------
    counts
        Number of findings for (likelihood, impact).
    risk
        The table itself, for all 25 pairs.
    """
    cell, left, top = 76, 76, 22
    parts = []
    for row, likelihood in enumerate(LEVELS):
        y = top + row * 46
        parts.append(
            text(likelihood.key, left - 10, y + 27, font_size=11, text_anchor="end",
                 fill=palette.muted)
        )  # fmt: skip
        for column, impact in enumerate(Level):
            pair = (likelihood, impact)
            parts.append(_cell(left + column * cell, y, counts.get(pair, 0), risk[pair], palette))
    bottom = top + 5 * 46
    for column, impact in enumerate(Level):
        middle = left + column * cell + cell / 2 - 1
        parts.append(
            text(impact.key, middle, bottom + 16, font_size=11, text_anchor="middle",
                 fill=palette.muted)
        )  # fmt: skip
    axis: dict[str, str | float] = {"font_size": 11.0, "font_weight": 600.0, "fill": palette.text}
    parts.append(text("Likelihood", 0, 12, **axis))
    parts.append(text("Impact", left, bottom + 36, **axis))
    total = sum(counts.values())
    return picture(
        "".join(parts), left + 5 * cell, bottom + 44, f"Risk matrix with {total} findings"
    )


def _cell(x: float, y: float, count: int, level: Level, palette: Palette) -> str:
    body = tag("rect", x=x, y=y, width=73, height=43, rx=4, fill=palette.soft[level])
    body += shape(level, x + 11, y + 11, 5, palette)
    if count:
        body += text(
            str(count), x + 36.5, y + 28, font_size=17, font_weight=600, text_anchor="middle",
            fill=palette.text,
        )  # fmt: skip
    return body


def distribution(by_level: Mapping[str, int], palette: Palette = PRINT, width: float = 480) -> Svg:
    """One bar, the most severe first, each part as wide as its share."""
    total = sum(by_level.values())
    shown = [(level, by_level.get(level.key, 0)) for level in LEVELS]
    words = ", ".join(f"{count} {level.key}" for level, count in shown if count) or "no findings"
    if not total:
        return picture(
            tag("rect", width=width, height=12, rx=6, fill=palette.sunken), width, 12, words
        )
    room = width - 2 * (sum(1 for _, count in shown if count) - 1)
    parts, x = [], 0.0
    for level, count in shown:
        if count:
            part = room * count / total
            parts.append(
                tag("rect", x=x, y=0, width=part, height=12, rx=2, fill=palette.level(level))
            )
            x += part + 2
    return picture("".join(parts), width, 12, words)


def share(label: str, broken: int, handled: int) -> Interval:
    """A measured share with Clopper and Pearson's exact 95 % interval.

    Examples
    --------
    >>> share("test", 0, 30).high < 0.12
    True
    """
    return Interval(label, broken / handled, *exact(broken, handled), note=f"{broken} of {handled}")


def pixels(
    values: Sequence[float], shape: Sequence[int], low: float, high: float, title: str
) -> Svg:
    """A small picture as it is: one square a pixel, alike ones of a line joined.

    A picture of three channels, first or last, has its colours; a large one is thinned out.
    """
    columns, rows, at = _grid(shape)
    step = max(1, -(-max(columns, rows) // MOST_PIXELS))
    size = max(3.0, PICTURE / -(-max(columns, rows) // step))
    span, parts = high - low or 1.0, []
    for y in range(0, rows, step):
        line = [_colour(values, at(x, y), low, span) for x in range(0, columns, step)]
        for colour, start, length in _runs(line):
            left, top, wide = start * size, y // step * size, length * size
            parts.append(tag("rect", x=left, y=top, width=wide, height=size, fill=colour))
    across, down = -(-columns // step), -(-rows // step)
    return picture("".join(parts), across * size, down * size, title)


def _grid(shape: Sequence[int]) -> tuple[int, int, Callable[[int, int], tuple[int, ...]]]:
    """Columns, rows, and where the numbers of a pixel stand."""
    if len(shape) == 3 and shape[0] in (1, 3):
        _, rows, columns = shape
        planes = range(shape[0])
        return columns, rows, lambda x, y: tuple((c * rows + y) * columns + x for c in planes)
    if len(shape) == 3:
        rows, columns, channels = shape
        each = range(channels)
        return columns, rows, lambda x, y: tuple((y * columns + x) * channels + c for c in each)
    rows, columns = (shape[0], shape[1]) if len(shape) == 2 else (1, shape[0])
    return columns, rows, lambda x, y: (y * columns + x,)


def _colour(values: Sequence[float], at: tuple[int, ...], low: float, span: float) -> str:
    seen = [round(255 * min(max((values[one] - low) / span, 0.0), 1.0)) for one in at[:3]]
    red, green, blue = seen if len(seen) == 3 else seen[:1] * 3
    return f"#{red:02x}{green:02x}{blue:02x}"


def _runs(line: Sequence[str]) -> Iterable[tuple[str, int, int]]:
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or line[at] != line[start]:
            yield line[start], start, at - start
            start = at


def intervals(rows: Sequence[Interval], palette: Palette = PRINT, width: float = 520) -> Svg:
    """Shares as bars with whiskers on a scale from 0 to 100 %."""
    left = min(max((text_width(row.label, 11) for row in rows), default=0) + 12, MOST_LABEL)
    right = 110 if any(row.note for row in rows) else 12
    span, height = width - left - right, 30 * len(rows)
    parts = []
    for tick in (0, 25, 50, 75, 100):
        x = left + span * tick / 100
        parts.append(
            tag("line", x1=x, x2=x, y1=0, y2=height, stroke=palette.line, stroke_width=1)
            + text(f"{tick}%", x, height + 14, font_size=9, text_anchor="middle",
                   fill=palette.muted)
        )  # fmt: skip
    for index, row in enumerate(rows):
        parts.append(_interval(row, left, 30 * index + 15, span, palette))
    title = "; ".join(
        f"{row.label}: {row.value:.0%}, between {row.low:.0%} and {row.high:.0%}" for row in rows
    )
    return picture("".join(parts), width, height + 20, title or "nothing measured")


def _interval(row: Interval, left: float, y: float, span: float, palette: Palette) -> str:
    colour = palette.accent if row.level is None else palette.level(row.level)
    low, value, high = (left + span * min(max(v, 0), 1) for v in (row.low, row.value, row.high))
    words = wrap(row.label, left - 12, 11, 2)
    named = [
        text(line, 0, y + 4 + 13 * (place - (len(words) - 1) / 2), font_size=11, fill=palette.text)
        for place, line in enumerate(words)
    ]
    whisker = f"M{number(low)} {number(y - 5)}v10M{number(low)} {number(y)}H{number(high)}" + (
        f"M{number(high)} {number(y - 5)}v10"
    )
    return (
        "".join(named)
        + tag("rect", x=left, y=y - 7, width=max(value - left, 1), height=14, rx=2, fill=colour,
              fill_opacity=0.32)
        + tag("path", d=whisker, stroke=palette.text, stroke_width=1.4, fill="none")
        + tag("circle", cx=value, cy=y, r=3.5, fill=colour)
        + text(row.note, left + span + 12, y + 4, font_size=10, fill=palette.muted)
    )  # fmt: skip


def waterfall(terms: Sequence[Term], palette: Palette = PRINT) -> Svg:
    """The terms of a score, each where it stands on the five levels, joined step by step."""
    width, left, row_height = 480, 150, 26
    span = (width - left) / len(Level)
    height = row_height * len(terms)
    parts = [
        text(level.key, left + span * (level + 0.5), 11, font_size=9, text_anchor="middle",
             fill=palette.muted)
        for level in Level
    ]  # fmt: skip
    for column in range(len(Level) + 1):
        x = left + span * column
        parts.append(tag("line", x1=x, x2=x, y1=18, y2=18 + height, stroke=palette.line))
    middle: float | None = None
    for index, term in enumerate(terms):
        y = 18 + row_height * index + row_height / 2
        x = left + span * (term.level + 0.5)
        if middle is not None:
            path = f"M{number(middle)} {number(y - row_height)}V{number(y)}H{number(x)}"
            parts.insert(0, tag("path", d=path, stroke=palette.strong, fill="none"))
        weight = 600 if term.total else 400
        parts.append(
            text(term.label, 0, y + 4, font_size=11, font_weight=weight, fill=palette.text)
            + shape(term.level, x, y, 8 if term.total else 6, palette)
        )
        middle = x
    words = ", ".join(f"{term.label} {term.level.key}" for term in terms)
    return picture("".join(parts), width, 18 + height, words)
