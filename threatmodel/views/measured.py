"""A finished run as its page shows it: bars, curves, and the targets that took the least."""

from __future__ import annotations

from typing import Any

from threatmodel.reports import charts
from threatmodel.reports.svg import SCREEN, Svg

WORST_LISTED, WORST_DRAWN, COLUMNS_SHOWN = 12, 4, 8
SAID = ("family", "prompt", "reply", "seen")
Samples = list[dict[str, Any]]


def context(result: dict[str, Any]) -> dict[str, Any]:
    """What the template needs of `Result.to_json`; runs of earlier releases have less."""
    summary, samples = result["summary"], result["samples"]
    frame, worst = result.get("frame") or {}, result.get("worst") or []
    return {
        "bars": _bars(summary),
        "curve": _curve(summary, samples),
        "by_queries": _by_queries(summary, samples),
        "quantiles": _quantiles(summary),
        "worst": _worst(samples),
        "talks": _talks(samples),
        "drawn": [_drawn(one, frame) for one in worst[:WORST_DRAWN]] if frame.get("image") else [],
        "changed": [] if frame.get("image") else [_changed(one, frame) for one in worst],
    }


def _bars(summary: dict[str, Any]) -> Svg | None:
    """Shares at half, at once and at twice the allowed change, with exact 95 % intervals."""
    if summary["eps"] is None or not summary["n"]:
        return None
    sizes = (("half", "broken_half", 0.5), ("stated", "k", 1.0), ("twice", "broken_double", 2.0))
    return charts.intervals(
        [
            charts.share(f"{name}: {summary['eps'] * times:g}", summary[field], summary["n"])
            for name, field, times in sizes
            if summary.get(field) is not None
        ],
        SCREEN,
    )


def _curve(summary: dict[str, Any], samples: Samples) -> Svg | None:
    found = sorted(one["distance"] for one in samples if one.get("distance") is not None)
    if not found or not summary["n"] or summary["eps"] is None:
        return None
    points = [(distance, (index + 1) / summary["n"]) for index, distance in enumerate(found)]
    unit = f"change ({summary['norm']})" if summary["norm"] else "change"
    return charts.curve(points, summary["eps"], unit, SCREEN)


def _by_queries(summary: dict[str, Any], samples: Samples) -> Svg | None:
    """When each target fell within eps; only some tests tell."""
    found = sorted(one["fell_after"] for one in samples if one.get("fell_after") is not None)
    if not found or not summary["n"]:
        return None
    points = [(asked, (index + 1) / summary["n"]) for index, asked in enumerate(found)]
    return charts.curve(
        points, summary["budget"], "queries", SCREEN, about="the queries for each target"
    )


def _quantiles(summary: dict[str, Any]) -> list[tuple[str, float | None]]:
    found = summary.get("distance_quantiles") or {}
    return [(f"{float(share):.0%}", value) for share, value in found.items()]


def _worst(samples: Samples) -> Samples:
    fallen = [{"answer": None} | one for one in samples if one.get("distance") is not None]
    return sorted(fallen, key=lambda one: (one["distance"], one["index"]))[:WORST_LISTED]


def _talks(samples: Samples) -> Samples:
    """What was said to a chat and what came back, family by family, those that fell first."""
    said = [
        one | {name: _legible(str(one.get(name, ""))) for name in SAID}
        for one in samples
        if one.get("family")
    ]
    return sorted(said, key=lambda one: not one["success"])


def _legible(text: str) -> str:
    """A stranger's text with what cannot be seen spelled out: it could turn or hide the rest."""
    seen = (one.isprintable() or one == "\n" for one in text)
    return "".join(
        one if plain else f"\\u{ord(one):04x}" for one, plain in zip(text, seen, strict=True)
    )


def _drawn(one: dict[str, Any], frame: dict[str, Any]) -> dict[str, Any]:
    """A picture before and after, and what was changed, in the same range."""
    low, high = frame["low"], frame["high"]
    change = [now - was for was, now in zip(one["before"], one["after"], strict=True)]
    most = max(map(abs, change), default=0.0) or 1.0
    shape, name = frame["shape"], f"Sample {one['index']}"
    what = f"What changed in sample {one['index']}"
    return one | {
        "pictures": [
            ("Before", charts.pixels(one["before"], shape, low, high, f"{name} before")),
            ("After", charts.pixels(one["after"], shape, low, high, f"{name} after")),
            (
                "Change",
                charts.pixels(change, shape, -most, most, what),
            ),
        ]
    }


def _changed(one: dict[str, Any], frame: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row that are others than before, the largest change first."""
    names = frame.get("columns") or [str(n) for n in range(len(one["before"]))]
    moved = [
        (abs(now - was), name, was, now)
        for name, was, now in zip(names, one["before"], one["after"], strict=False)
        if now != was
    ]
    columns = sorted(moved, key=lambda each: -each[0])
    return one | {"columns": columns[:COLUMNS_SHOWN], "more": max(len(moved) - COLUMNS_SHOWN, 0)}
