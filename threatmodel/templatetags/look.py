"""How values look on a page: a level with its mark, a time as people say it, a name's initials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from catalog.types import Level
from threatmodel.models import System
from threatmodel.reports import charts
from threatmodel.reports.naming import amount as amount_of
from threatmodel.reports.svg import SCREEN, Svg
from threatmodel.robustness import naming

register = template.Library()


def _level(value: object) -> Level | None:
    """A level from its key, its number, or itself; anything else is unknown."""
    if isinstance(value, str):
        try:
            return Level.parse(value)
        except ValueError:
            return None
    return Level(value) if isinstance(value, int) and 0 <= value <= 4 else None


@register.simple_tag
def level(value: object, words: str = "", size: int = 14) -> SafeString:
    """A level as its mark and its word: never colour alone."""
    found = _level(value)
    shown = words or (found.key if found is not None else "unknown")
    # The word stands beside it, so that a screen reader need not hear the mark as well.
    return format_html(
        '<span class="level"><span aria-hidden="true">{}</span>{}</span>',
        charts.badge(found, size, SCREEN),
        shown,
    )


@register.simple_tag
def mark(value: object, size: int = 14) -> Svg:
    """A level's mark alone, where its word stands elsewhere in the row."""
    return charts.badge(_level(value), size, SCREEN)


@register.filter
def ago(moment: datetime | date | None) -> str:
    """'4 minutes ago', 'today', '3 days ago'."""
    if moment is None:
        return "never"
    if isinstance(moment, datetime):
        passed = (timezone.now() - moment).total_seconds()
        return "just now" if passed < 60 else f"{timesince(moment).split(',')[0]} ago"
    days = (timezone.localdate() - moment).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


@register.filter
def initials(name: str) -> str:
    """Up to two letters for a person."""
    words = [word for word in name.replace(".", " ").replace("-", " ").split() if word]
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "?"


@register.filter
def plain(value: str) -> str:
    """An id of ours as words: 'timed_out' reads 'timed out'."""
    return str(value).replace("_", " ").replace("-", " ")


@register.filter
def test_name(test: str) -> str:
    """A test's id as the name that people read."""
    return naming.test_name(str(test))


@register.filter
def test_names(tests: Iterable[str]) -> str:
    """Several of them in one line."""
    return ", ".join(naming.test_name(one) for one in tests)


@register.filter
def refused(model: Mapping[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """The tests that cannot be run on a linked model."""
    return [one for one in model["tests"] if not one["applicable"]]


@register.filter
def day(said: str) -> str:
    """A day of a measurement, '2026-05-03', as people write it; other words as they came."""
    try:
        return date_format(date.fromisoformat(str(said)[:10]), "j M Y")
    except ValueError:
        return str(said)


@register.filter
def amount(norm: str) -> str:
    """What a size of change counts: 'l2' reads 'L2 distance'."""
    return amount_of(str(norm))


@register.filter
def figure(value: float | None, unit: str) -> str:
    """A measured number in its unit; a share in percent."""
    if value is None:
        return "–"
    return f"{value:.1%}" if unit == "share" else f"{value:.3g} {unit}"


@register.filter
def percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


@register.filter
def grouped(count: int) -> str:
    """A large number with its thousands apart."""
    return f"{count:,}"


@register.filter
def points(fall: float) -> str:
    """How far a chance falls, in points of a hundred."""
    count = round(fall * 100)
    return f"{count} point{'' if count == 1 else 's'} less" if count else "less than a point"


@register.filter
def item(mapping: Mapping[object, object], key: object) -> object:
    """The value under a key that is itself a variable."""
    return mapping.get(key)


@register.filter
def finding_count(system: System) -> int:
    """Findings that apply, over all levels."""
    return sum(system.summary.get("by_level", {}).values())


@register.filter
def attr(value: object, name: str) -> object:
    """A property of what a filter before gave; empty where there is none."""
    return getattr(value, name, "")
