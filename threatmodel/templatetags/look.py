"""How values look on a page: a level with its mark, a time as people say it, a name's initials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html import escape

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from catalog.types import Level
from threatmodel.core.naming import amount as amount_of
from threatmodel.forms import FORMATS
from threatmodel.models import System
from threatmodel.release import VERSION
from threatmodel.reports import charts
from threatmodel.reports.svg import SCREEN, Svg
from threatmodel.robustness import naming

register = template.Library()
LONGEST_CHOICE = 40  # letters
# What the wire calls levels, states and roles: listed, so that translators get each of them.
WIRE_WORDS = (
    *(gettext_noop("very low"), gettext_noop("low"), gettext_noop("moderate")),
    *(gettext_noop("high"), gettext_noop("very high")),
    *(gettext_noop("open"), gettext_noop("accepted"), gettext_noop("transferred")),
    *(gettext_noop("avoided"), gettext_noop("dismissed")),
    *(gettext_noop("broken"), gettext_noop("held"), gettext_noop("inconclusive")),
    *(gettext_noop("stale"), gettext_noop("untested"), gettext_noop("not testable here")),
    *(gettext_noop("planned"), gettext_noop("in progress"), gettext_noop("implemented")),
    *(gettext_noop("verified"), gettext_noop("dropped")),
    *(gettext_noop("small"), gettext_noop("medium"), gettext_noop("large")),
    *(gettext_noop("guest"), gettext_noop("viewer"), gettext_noop("editor")),
    *(gettext_noop("facilitator"), gettext_noop("approver"), gettext_noop("owner")),
    *(gettext_noop("read"), gettext_noop("write"), gettext_noop("board")),
    *(gettext_noop("table"), gettext_noop("people")),
)


@register.simple_tag
def words() -> dict[str, object]:
    """What the page's scripts say in its language; nothing in English."""
    spoken = {one.code: one.words for one in settings.SPOKEN}
    return spoken.get(get_language() or "", {})


@register.simple_tag
def release() -> str:
    """What this is and which version of it, as people name it when they report something."""
    return f"Bartizan {VERSION}"


@register.filter
def said(word: str) -> str:
    """A word of the wire in the page's language."""
    return gettext(str(word)) if word else ""


def _level(value: object) -> Level | None:
    """A level from its key, its number, or itself; anything else is unknown."""
    if isinstance(value, str):
        try:
            return Level.parse(value)
        except ValueError:
            return None
    return Level(value) if isinstance(value, int) and 0 <= value <= 4 else None


@register.simple_tag
def level(value: object, size: int = 14) -> SafeString:
    """A level as its mark and its word: never colour alone."""
    found = _level(value)
    shown = gettext(found.key if found is not None else "unknown")
    # The word stands beside it, so that a screen reader need not hear the mark as well.
    return format_html(
        '<span class="level"><span aria-hidden="true">{}</span>{}</span>',
        charts.badge(found, size, SCREEN),
        shown,
    )


@register.simple_tag
def choices(pairs: Iterable[tuple[object, object]], chosen: object) -> SafeString:
    """The options of a list, by value and words: a template takes ten times as long for each,
    and a register may have a thousand elements."""
    options = []
    for value, words in pairs:
        said = str(words)
        short = said if len(said) <= LONGEST_CHOICE else Truncator(said).chars(LONGEST_CHOICE)
        selected = " selected" if value == chosen else ""
        options.append(f'<option value="{escape(str(value))}"{selected}>{escape(short)}</option>')
    return SafeString("".join(options))  # each part is escaped above


@register.simple_tag
def mark(value: object, size: int = 14) -> Svg:
    """A level's mark alone, where its word stands elsewhere in the row."""
    return charts.badge(_level(value), size, SCREEN)


@register.filter
def ago(moment: datetime | date | None) -> str:
    """'4 minutes ago', 'today', '3 days ago'."""
    if moment is None:
        return gettext("never")
    if isinstance(moment, datetime):
        passed = (timezone.now() - moment).total_seconds()
        if passed < 60:
            return gettext("just now")
        return gettext("%(time)s ago") % {"time": timesince(moment, depth=1)}
    days = (timezone.localdate() - moment).days
    if days in (0, 1):
        return gettext("yesterday") if days else gettext("today")
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}


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
def format_name(format: str) -> str:
    """A report's format as it is called where one is asked for."""
    return str(FORMATS[format][0])


@register.filter
def parameter_name(param: str) -> str:
    """A test's parameter as the name beside its field."""
    return naming.parameter_name(str(param))


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
    if not count:
        return gettext("less than a point")
    return ngettext("%(count)s point less", "%(count)s points less", count) % {"count": count}


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
