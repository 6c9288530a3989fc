"""What a finished run found, in pictures and lines: the same for its page and for the report.

Read from `Result.to_json`; runs of earlier releases have less, and what is not there is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from threatmodel.core.naming import amount

from . import charts, curves
from .svg import PRINT, Palette, Svg

MOST_LISTED, MOST_DRAWN, MOST_COLUMNS = 12, 4, 8
MOST_LETTERS = 1200  # of a text that is shown
MOST_PILED = 2  # marks on one letter; more hide the lines around it
WORDS = re.compile(r"\s+|\w+|.", re.S)
SAID = ("family", "prompt", "reply", "seen")
Sample = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A target that is a picture: before, after, and what was changed."""

    sample: Sample
    pictures: tuple[tuple[str, Svg], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A target that is a row: its columns that changed, the largest change first; `more` others."""

    sample: Sample
    columns: tuple[tuple[str, float, float], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Written:
    """A target that is a text: before and after in pieces, each with whether it is another."""

    sample: Sample
    before: tuple[tuple[str, bool], ...]
    after: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """`unmeasured` says which of half and twice the allowed change was not looked at."""

    bars: Svg | None
    unmeasured: str
    curve: Svg | None
    by_queries: Svg | None
    quantiles: Svg | None
    worst: tuple[Sample, ...]
    drawn: tuple[Drawn, ...]
    changed: tuple[Changed, ...]
    written: tuple[Written, ...]
    talks: tuple[Sample, ...]


def of(
    result: Mapping[str, Any],
    palette: Palette = PRINT,
    width: float = 520,
    shown: int = MOST_LISTED,
) -> Measurement:
    """Everything that can be shown of a result; at most `shown` targets, of pictures fewer."""
    summary, samples = result["summary"], result["samples"]
    frame, worst = result.get("frame") or {}, result.get("worst") or []
    kind = "text" if frame.get("text") else "picture" if frame.get("image") else "row"
    of_kind = {kind: worst[: min(shown, MOST_DRAWN) if kind == "picture" else shown]}
    return Measurement(
        bars=_bars(summary, palette, width),
        unmeasured=_unmeasured(summary),
        curve=_curve(summary, samples, palette, width),
        by_queries=_by_queries(summary, samples, palette, width),
        quantiles=_quantiles(summary, palette, width),
        worst=_worst(samples)[:shown],
        drawn=tuple(_drawn(one, frame) for one in of_kind.get("picture", ())),
        changed=tuple(_changed(one, frame) for one in of_kind.get("row", ())),
        written=tuple(_written(one) for one in of_kind.get("text", ())),
        talks=_talks(samples),
    )


SIZES = (("At half", "broken_half", 0.5), ("As stated", "k", 1.0), ("At twice", "broken_double", 2))


def _bars(summary: Mapping[str, Any], palette: Palette, width: float) -> Svg | None:
    """Shares at half, at once and at twice the allowed change, with exact 95 % intervals."""
    if summary["eps"] is None or not summary["n"]:
        return None
    rows = [
        charts.share(f"{name}: {summary['eps'] * times:g}", summary[field], summary["n"])
        for name, field, times in SIZES
        if summary.get(field) is not None
    ]
    return charts.intervals(rows, palette, width)


def _unmeasured(summary: Mapping[str, Any]) -> str:
    if summary["eps"] is None or not summary["n"]:
        return ""
    left = [
        f"{name.lower()} ({summary['eps'] * times:g})"
        for name, field, times in SIZES
        if summary.get(field) is None
    ]
    return f"Not measured {' and '.join(left)}: the test did not look there." if left else ""


def _curve(
    summary: Mapping[str, Any], samples: Sequence[Sample], palette: Palette, width: float
) -> Svg | None:
    found = sorted(one["distance"] for one in samples if one.get("distance") is not None)
    if not found or not summary["n"] or summary["eps"] is None:
        return None
    points = [(distance, (index + 1) / summary["n"]) for index, distance in enumerate(found)]
    return curves.curve(points, summary["eps"], amount(summary["norm"]), palette, width)


def _by_queries(
    summary: Mapping[str, Any], samples: Sequence[Sample], palette: Palette, width: float
) -> Svg | None:
    """When each target fell within the allowed change; only some tests tell."""
    found = sorted(one["fell_after"] for one in samples if one.get("fell_after") is not None)
    if not found or not summary["n"]:
        return None
    points = [(asked, (index + 1) / summary["n"]) for index, asked in enumerate(found)]
    about = "the queries for each target"
    return curves.curve(points, summary["budget"], "queries", palette, width, about)


def _quantiles(summary: Mapping[str, Any], palette: Palette, width: float) -> Svg | None:
    found = summary.get("distance_quantiles") or {}
    rows = [(f"{float(share):.0%} of all", value) for share, value in found.items()]
    if not rows:
        return None
    return curves.quantiles(rows, summary["eps"], amount(summary["norm"]), palette, width)


def _worst(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    fallen = [{"answer": None, **one} for one in samples if one.get("distance") is not None]
    return tuple(sorted(fallen, key=lambda one: (one["distance"], one["index"])))


def _talks(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """What was said to a chat and what came back, family by family, those that fell first."""
    said = [
        {**one, **{name: legible(str(one.get(name, ""))) for name in SAID}}
        for one in samples
        if one.get("family")
    ]
    return tuple(sorted(said, key=lambda one: not one["success"]))


def legible(text: str) -> str:
    """A stranger's text with what cannot be seen spelled out: it could turn or hide the rest. So
    could marks that are piled on one letter."""
    said, piled = [], 0
    for one in text:
        piled = piled + 1 if unicodedata.combining(one) else 0
        plain = (one.isprintable() or one == "\n") and piled <= MOST_PILED
        said.append(one if plain else f"\\u{ord(one):04x}")
    return "".join(said)


def _drawn(one: Sample, frame: Mapping[str, Any]) -> Drawn:
    """A picture before and after, and what was changed, in the same range."""
    low, high, shape = frame["low"], frame["high"], frame["shape"]
    change = [now - was for was, now in zip(one["before"], one["after"], strict=True)]
    most = max(map(abs, change), default=0.0) or 1.0
    name = f"sample {one['index']}"
    pictures = (
        ("Before", charts.pixels(one["before"], shape, low, high, f"{name} before".capitalize())),
        ("After", charts.pixels(one["after"], shape, low, high, f"{name} after".capitalize())),
        ("Change", charts.pixels(change, shape, -most, most, f"What changed in {name}")),
    )
    return Drawn(one, pictures)


def _changed(one: Sample, frame: Mapping[str, Any]) -> Changed:
    names = frame.get("columns") or [str(n) for n in range(len(one["before"]))]
    rows = zip(names, one["before"], one["after"], strict=False)
    moved = [(name, was, now) for name, was, now in rows if now != was]
    moved.sort(key=lambda each: -abs(each[2] - each[1]))
    return Changed(one, tuple(moved[:MOST_COLUMNS]), max(len(moved) - MOST_COLUMNS, 0))


def _written(one: Sample) -> Written:
    """A text word by word, since an edit within a word is seen best with the whole of it."""
    was, now = (WORDS.findall(str(one[side][0])[:MOST_LETTERS]) for side in ("before", "after"))
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for what, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        before.append((legible("".join(was[a:b])), what != "equal"))
        after.append((legible("".join(map(_unmixed, now[c:d]))), what != "equal"))
    return Written(one, tuple(filter(_says, before)), tuple(filter(_says, after)))


def _unmixed(word: str) -> str:
    """A word with the letters spelled out that stand among Latin ones and only look like them."""
    foreign = [not unicodedata.name(one, "").startswith("LATIN") for one in word]
    if not word.isalpha() or all(foreign):
        return word
    return "".join(
        f"\\u{ord(one):04x}" if other else one for one, other in zip(word, foreign, strict=True)
    )


def _says(piece: tuple[str, bool]) -> bool:
    return bool(piece[0])
