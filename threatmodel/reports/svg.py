"""The few words of SVG that charts and the diagram are written in.

Everything that people typed goes through `text` or `attributes`, which escape. There are no
scripts, no foreignObject and no references to anything outside the picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from catalog.types import Level, Trust

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Of the size of a letter: a little above the mean of Inter, so that a line rather ends too early.
_CHAR_WIDTH = 0.56
# Of letters from the East, which fill a square.
_WIDE_CHAR_WIDTH = 1.02
# As on screen, and as the report names the files of its letters.
FAMILIES = (
    "'Inter Variable', Inter, 'Inter latin-ext', 'Inter cyrillic', 'Inter greek', "
    "'Inter vietnamese', sans-serif"
)


class Svg(str):
    """Markup that is safe to put into a page: template engines honour `__html__`."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a picture: for paper as values, for the screen as custom properties."""

    text: str
    muted: str
    line: str
    strong: str
    panel: str
    sunken: str
    accent: str
    risk: tuple[str, str, str, str, str]
    soft: tuple[str, str, str, str, str]
    unknown: str
    zone: tuple[str, str, str, str, str]
    zone_line: tuple[str, str, str, str, str]
    zone_unknown: str
    zone_unknown_line: str

    def level(self, level: Level | None) -> str:
        return self.unknown if level is None else self.risk[level]

    def room(self, trust: Trust | None) -> tuple[str, str]:
        """Tint and border of a zone with that trust."""
        if trust is None:
            return self.zone_unknown, self.zone_unknown_line
        return self.zone[trust], self.zone_line[trust]


PRINT = Palette(
    text="#191e27",
    muted="#545a64",
    line="#d5d8dd",
    strong="#81878f",
    panel="#ffffff",
    sunken="#f2f4f6",
    accent="#4449c6",
    risk=("#637080", "#177a83", "#a77612", "#c05008", "#94151d"),
    soft=("#edf0f4", "#e2f5f5", "#fff3d6", "#ffebdc", "#ffe6e3"),
    unknown="#646972",
    zone=("#feefef", "#fdf3e8", "#f2f7ed", "#edf6fc", "#f0f0fe"),
    zone_line=("#cc8f8e", "#c69b72", "#8eab88", "#7da4c0", "#8c8bc5"),
    zone_unknown="#f5f6f7",
    zone_unknown_line="#9a9fa5",
)


def _on_screen() -> Palette:
    levels = ("very-low", "low", "moderate", "high", "very-high")
    trusts = ("hostile", "public", "shared", "internal", "restricted")
    risk = [f"var(--risk-{level})" for level in levels]
    soft = [f"var(--risk-{level}-soft)" for level in levels]
    zone = [f"var(--zone-{trust})" for trust in trusts]
    zone_line = [f"var(--zone-{trust}-line)" for trust in trusts]
    return Palette(
        text="var(--text)",
        muted="var(--text-muted)",
        line="var(--line)",
        strong="var(--line-strong)",
        panel="var(--surface-panel)",
        sunken="var(--surface-sunken)",
        accent="var(--accent)",
        risk=(risk[0], risk[1], risk[2], risk[3], risk[4]),
        soft=(soft[0], soft[1], soft[2], soft[3], soft[4]),
        unknown="var(--risk-unknown)",
        zone=(zone[0], zone[1], zone[2], zone[3], zone[4]),
        zone_line=(zone_line[0], zone_line[1], zone_line[2], zone_line[3], zone_line[4]),
        zone_unknown="var(--zone-unknown)",
        zone_unknown_line="var(--zone-unknown-line)",
    )


SCREEN = _on_screen()


def number(value: float) -> str:
    """A coordinate with at most one decimal, so that the same picture has the same bytes.

    Examples
    --------
    >>> number(12.0), number(3.14159)
    ('12', '3.1')
    """
    rounded = f"{value:.1f}"
    return rounded[:-2] if rounded.endswith(".0") else rounded


def clean(words: str) -> str:
    """The words without characters that XML forbids."""
    return _NOT_XML.sub("", words)


def attributes(values: dict[str, str | float]) -> str:
    """Attributes in the order given; `_` stands for `-` in a name."""
    return "".join(
        f" {name.replace('_', '-')}="
        + quoteattr(clean(value) if isinstance(value, str) else number(value))
        for name, value in values.items()
    )


def tag(name: str, body: str = "", **values: str | float) -> str:
    """One element. `body` is markup already; text goes through `text`."""
    head = f"<{name}{attributes(values)}"
    return f"{head}>{body}</{name}>" if body else f"{head}/>"


def text(words: str, x: float, y: float, **values: str | float) -> str:
    """Plain text, escaped.

    Examples
    --------
    >>> text("<b>", 1, 2)
    '<text x="1" y="2">&lt;b&gt;</text>'
    """
    return tag("text", escape(clean(words)), x=x, y=y, **values)


def picture(body: str, width: float, height: float, title: str, origin: str = "0 0") -> Svg:
    """A whole picture with its text alternative."""
    return Svg(
        tag(
            "svg",
            tag("title", escape(clean(title))) + body,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"{origin} {number(width)} {number(height)}",
            width=width,
            height=height,
            role="img",
            font_family=FAMILIES,
        )
    )


def text_width(words: str, size: float) -> float:
    """A careful guess at the width of a line, without a font at hand."""
    return size * sum(_WIDE_CHAR_WIDTH if ord(c) > 0x2E7F else _CHAR_WIDTH for c in words)


def wrap(words: str, width: float, size: float, lines: int) -> list[str]:
    """Break into at most `lines` lines of that width; the last ends in an ellipsis if cut.

    Examples
    --------
    >>> wrap("Digit scoring service", 80, 12, 2)
    ['Digit', 'scoring…']
    """
    room = max(int(width / (size * _CHAR_WIDTH)), 3)
    found: list[str] = []
    for word in clean(words).split():
        pieces = [word[start : start + room] for start in range(0, len(word), room)]
        for index, piece in enumerate(pieces):
            joined = f"{found[-1]} {piece}" if found and not index else piece
            if found and not index and text_width(joined, size) <= width:
                found[-1] = joined
            else:
                found.append(piece)
    if len(found) <= lines:
        return found
    last = found[lines - 1]
    return [*found[: lines - 1], (last if len(last) < room else last[: room - 1]) + "…"]
