"""Two states of a system side by side, as a page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from threatmodel import gate
from threatmodel.core import wire
from threatmodel.core.change import Moved
from threatmodel.core.comparison import ElementChange, counted
from threatmodel.core.findings import Finding
from threatmodel.core.naming import called, full_name, threat_title
from threatmodel.gate import Person, Right
from threatmodel.models import Baseline, System
from threatmodel.services import comparison
from threatmodel.services.comparison import Compared, Side

from .frame import page, system_page

MOST_SHOWN = 200
MOST_CHOICES = 100
Choice = tuple[str, str]
HEADS = (
    ("added", gettext_lazy("Added")),
    ("removed", gettext_lazy("Removed")),
    ("changed", gettext_lazy("Changed")),
)


@require_safe
@page
def compare(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    named = list(gate.baselines(system))
    before = request.GET.get("from", "") or _first_choice(system, named)
    after = request.GET.get("to", "")
    found = comparison.compare_states(system, before, after)
    difference = found.difference
    chosen = {"from": before, "to": after or str(system.revision)}
    context = {
        "found": found,
        "before": wire.summary(difference.before),
        "after": wire.summary(difference.after),
        "drawn": _drawn(found),
        "moved": counted(difference.elements)["moved"],
        "groups": _groups(found),
        "most": MOST_SHOWN,
        "choices": _choices(system, named, chosen.values()),
        "chosen": chosen,
    }
    return system_page(request, person, system, "history", "systems/compare.html", context)


def _first_choice(system: System, named: list[Baseline]) -> str:
    """What one most likely wants to know: what has happened since the last baseline."""
    return str(named[0].pk) if named else str(min(1, system.revision))


def _choices(system: System, named: list[Baseline], chosen: Iterable[str]) -> list[Choice]:
    """The present, the baselines, the newest entries, and whatever else was asked for."""
    kept = [(str(one.pk), str(one)) for one in named]
    entries = system.log.order_by("-revision").values_list("revision", "kind", "by_name", "at")
    steps = [
        (
            str(revision),
            gettext("Revision %(revision)s: %(kind)s by %(by)s, %(at)s")
            % {"revision": revision, "kind": kind, "by": by, "at": f"{at:%d %b %H:%M}"},
        )
        for revision, kind, by, at in entries[1:MOST_CHOICES]
    ]
    found = dict(
        [
            (
                str(system.revision),
                gettext("Now (revision %(revision)s)") % {"revision": system.revision},
            ),
            *kept,
            *steps,
        ]
    )
    others = [
        (one, gettext("Revision %(revision)s") % {"revision": one})
        for one in chosen
        if one not in found
    ]
    return [*found.items(), *others]


def _drawn(found: Compared) -> list[dict[str, Any]]:
    """The elements by what became of them; those that only moved are counted elsewhere."""
    elements = found.difference.elements
    groups = []
    for how, name in HEADS:
        rows = [_element(one, found) for one in elements if one.how == how]
        groups.append({"name": name, "how": how, "count": len(rows), "rows": rows[:MOST_SHOWN]})
    return groups


def _element(one: ElementChange, found: Compared) -> dict[str, Any]:
    side = found.before if one.how == "removed" else found.after
    return {
        "name": called(side.state.document, one.kind, one.id),
        "kind": one.kind,
        "properties": [
            {"name": part.name.rpartition(".")[2], "before": part.before, "after": part.after}
            for part in one.properties
        ],
    }


def _groups(found: Compared) -> list[dict[str, Any]]:
    change = found.difference.findings
    return [
        _group(
            gettext("New"),
            gettext("Found in the later state only."),
            _each(change.new, found.after),
        ),
        _group(
            gettext("Changed"),
            gettext("In both, and read otherwise."),
            _moved(change.changed, found.after),
        ),
        _group(
            gettext("Gone"),
            gettext("Found in the earlier state only."),
            _each(change.gone, found.before),
        ),
    ]


def _group(name: str, words: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "words": words, "count": len(rows), "rows": rows[:MOST_SHOWN]}


def _each(findings: Iterable[Finding], side: Side) -> list[dict[str, Any]]:
    return [_row(one, side) for one in findings]


def _row(one: Finding, side: Side) -> dict[str, Any]:
    return {
        "title": threat_title(side.state.document, side.catalog, one.threat),
        "element": full_name(side.state.document, one.element),
        "level": one.residual,
        "waits": one.applies == "conditional",
    }


def _moved(changed: Iterable[Moved], side: Side) -> list[dict[str, Any]]:
    return [
        _row(one.after, side)
        | {
            "was": one.before.residual,
            "differs": [
                {
                    "name": name,
                    "before": getattr(one.before, name),
                    "after": getattr(one.after, name),
                }
                for name in one.seen
                if name != "residual"
            ],
        }
        for one in changed
    ]
