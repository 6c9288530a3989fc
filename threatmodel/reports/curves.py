"""What an attack took: shares that grow with change or queries, and how far targets were moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .svg import PRINT, Palette, Svg, number, picture, tag, text

ROW = 24.0  # of one quantile
LABEL, VALUE = 78.0, 118.0  # left and right of the scale
LETTER = 4.8  # of the smallest words, at most
TICKS = (0, 25, 50, 75, 100)


def curve(
    points: Sequence[tuple[float, float]],
    mark: float,
    unit: str,
    palette: Palette = PRINT,
    width: float = 520,
    about: str = "the size of the change",
) -> Svg:
    """A share that grows with the size of a change, as steps, with the allowed size marked.

    `about` says what else it may grow with: queries asked.
    """
    left, top, bottom, height = 36, 20, 26, 186
    most = max([x for x, _ in points] + [mark * 1.2, 1e-9])
    span, rise = width - left - 12, height - bottom - top

    def place(x: float, y: float) -> tuple[float, float]:
        return left + span * x / most, top + rise * (1 - y)

    parts = [_tick(tick, place(0, tick / 100), width - 12, palette) for tick in TICKS]
    path = f"M{number(left)} {number(place(0, 0)[1])}"
    for x, y in points:
        right, up = place(x, y)
        path += f"H{number(right)}V{number(up)}"
    path += f"H{number(width - 12)}"
    parts.append(tag("path", d=path, fill="none", stroke=palette.accent, stroke_width=2))
    parts.append(
        _allowed(mark, place(mark, 0)[0], top, rise, late=mark > most * 0.75, palette=palette)
    )
    end = _said(most) if most >= 100 else f"{most:.2g}"
    parts.append(
        text(unit, width - 12, height - 4, font_size=9, text_anchor="end", fill=palette.muted)
        + text("0", left, height - 15, font_size=9, fill=palette.muted)
        + text(end, width - 12, height - 15, font_size=9, text_anchor="end", fill=palette.muted)
    )
    fell = max((y for x, y in points if x <= mark), default=0.0)
    title = f"Share that fell against {about}: {fell:.0%} within {_said(mark)}"
    return picture("".join(parts), width, height, title)


def _tick(percent: int, at: tuple[float, float], end: float, palette: Palette) -> str:
    left, y = at
    line = tag("line", x1=left, x2=end, y1=y, y2=y, stroke=palette.line)
    said = text(f"{percent}%", left - 6, y + 3, font_size=9, text_anchor="end", fill=palette.muted)
    return line + said


def _allowed(
    mark: float, at: float, top: float, rise: float, *, late: bool, palette: Palette
) -> str:
    """The allowed size: a line, and words above the plot, where no step can run through them.

    They end at the line where it stands so `late` that there is no room behind it.
    """
    line = tag("line", x1=at, x2=at, y1=top - 6, y2=top + rise, stroke=palette.text,
               stroke_dasharray="3 3")  # fmt: skip
    anchor = "end" if late else "start"
    words = f"{_said(mark)} allowed"
    return line + text(words, at, top - 9, font_size=9, text_anchor=anchor, fill=palette.text)


def quantiles(
    rows: Sequence[tuple[str, float | None]],
    mark: float | None,
    unit: str,
    palette: Palette = PRINT,
    width: float = 520,
) -> Svg:
    """How far so many of all targets had to be moved, with the allowed size marked.

    None means that fewer targets gave way at all: the line runs on, dashed, to the end of the scale
    and says so, since what was not found is farther than all that was and not absent.
    """
    found = [value for _, value in rows if value is not None]
    most = max([*found, (mark or 0.0) * 1.2, 1e-9])
    span, height = width - LABEL - VALUE, ROW * len(rows)

    def place(value: float) -> float:
        return LABEL + span * value / most

    parts = [
        tag("line", x1=LABEL, x2=LABEL, y1=0, y2=height, stroke=palette.line),
        text("0", LABEL, height + 12, font_size=9, fill=palette.muted),
        text(unit, LABEL + span + 10, height + 12, font_size=9, fill=palette.muted),
    ]
    for index, (label, value) in enumerate(rows):
        parts.append(_quantile(label, value, ROW * index + ROW / 2, place, most, palette))
    if mark is not None:
        at, words = place(mark), f"{_said(mark)} allowed"
        half = len(words) * LETTER / 2
        # Beside the 0 of the scale and before its unit, even where the line stands close to one.
        middle = min(max(at, LABEL + half + 2 * LETTER), LABEL + span - half)
        parts.append(
            tag("line", x1=at, x2=at, y1=0, y2=height, stroke=palette.text, stroke_dasharray="3 3")
            + text(words, middle, height + 12, font_size=9, text_anchor="middle", fill=palette.text)
        )
    told = "; ".join(f"{label} within {_far(value)}" for label, value in rows)
    return picture("".join(parts), width, height + 18, f"Change that it takes: {told}")


def _said(value: float) -> str:
    """A size as people write it: queries run to millions, and change to thousandths."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def _far(value: float | None) -> str:
    return "farther than was found" if value is None else f"{value:.3g}"


def _quantile(
    label: str,
    value: float | None,
    y: float,
    place: Callable[[float], float],
    most: float,
    palette: Palette,
) -> str:
    end = place(most if value is None else value)
    name = text(label, 0, y + 4, font_size=11, fill=palette.text)
    said = text(_far(value), place(most) + 10, y + 4, font_size=10, fill=palette.muted)
    if value is not None:
        line = tag("line", x1=place(0), x2=end, y1=y, y2=y, stroke=palette.accent, stroke_width=2)
        return name + line + tag("circle", cx=end, cy=y, r=4, fill=palette.accent) + said
    dashed = tag("line", x1=place(0), x2=end, y1=y, y2=y, stroke=palette.strong, stroke_width=2,
                 stroke_dasharray="5 4")  # fmt: skip
    tip = f"M{number(end - 5)} {number(y - 4)}L{number(end)} {number(y)}L{number(end - 5)} "
    arrow = tag("path", d=f"{tip}{number(y + 4)}", stroke=palette.strong, stroke_width=2,
                fill="none")  # fmt: skip
    return name + dashed + arrow + said
