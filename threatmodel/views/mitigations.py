"""Mitigations as a board, as a table and by who is to do them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.core.findings import parted
from threatmodel.core.inputs import IN_PLACE, STATUSES, TO_DO
from threatmodel.core.naming import full_name, threat_title
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import MitigationRow, System
from threatmodel.services import mitigations as register
from threatmodel.services.refusal import Refusal

from .frame import back, document_of, page, system_page

VIEWS = ("board", "table", "people")
LATE, SOON = "late", "soon"
PAGE = 100
# So many cards stand in a column of the board, and so many findings on a card or in a row.
CARDS, NAMED = 50, 3
SOON_DAYS = 7

Names = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One state of the board. `total` counts those beyond the cards that are shown, too."""

    status: str
    cards: list[MitigationRow]
    total: int
    before: str
    after: str


@require_safe
@page
def mitigations(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "board"
    today = timezone.localdate()
    rows = _asked(request, gate.mitigations_in([system]), today)
    context: dict[str, Any] = {
        "view": view,
        "views": VIEWS,
        "total": gate.mitigations_in([system]).count(),
        "asked": {name: request.GET.get(name, "") for name in ("status", "owner", "due", "q")},
        "statuses": STATUSES,
        "owners": _owners(system),
        "today": today,
        "soon": today + timedelta(days=SOON_DAYS),
        "named": NAMED,
    }
    context |= SHOWN[view](request, system, rows)
    return system_page(request, person, system, "mitigations", "systems/mitigations.html", context)


@require_POST
@page
def change_status(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """From the board or the table: saved at once."""
    row = gate.mitigation(person, id, Right.TRACK)
    status = request.POST.get("status", "")
    if status not in STATUSES:
        raise Refusal(gettext("Choose one of the statuses"), field="status")
    if status == "verified" and row.status != "verified":
        messages.error(
            request, gettext("Verified is signed here, by somebody else than who did it.")
        )
        return redirect(f"{row_url(row)}#proof")
    register.change(row, person, version=version_of(request), values={"status": status})
    messages.success(
        request, gettext("%(title)s is %(status)s.") % {"title": row.title, "status": status}
    )
    return redirect(back(request))


@require_POST
@page
def delete(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.mitigation(person, id, Right.TRACK)
    register.delete(row, person, version=row.version)
    messages.success(
        request, gettext("%(title)s is taken out of the register.") % {"title": row.title}
    )
    return redirect("mitigations", row.system_id)


def version_of(request: HttpRequest) -> int:
    """Which state of a mitigation somebody saw; 0, which none has, where that is no number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def row_url(row: MitigationRow) -> str:
    return reverse("mitigation", args=[row.pk])


def _asked(
    request: HttpRequest, rows: QuerySet[MitigationRow], today: date
) -> QuerySet[MitigationRow]:
    asked = request.GET
    if (status := asked.get("status", "")) in STATUSES:
        rows = rows.filter(status=status)
    if owner := asked.get("owner", "")[:200]:
        rows = rows.filter(owner="" if owner == "nobody" else owner)
    if words := asked.get("q", "").strip()[:200]:
        rows = rows.filter(Q(title__icontains=words) | Q(note__icontains=words))
    if asked.get("due") == LATE:
        rows = rows.filter(status__in=TO_DO, due__lt=today)
    if asked.get("due") == SOON:
        soon = today + timedelta(days=SOON_DAYS)
        rows = rows.filter(status__in=TO_DO, due__range=(today, soon))
    return rows


def _owners(system: System) -> list[str]:
    found = gate.mitigations_in([system]).exclude(owner="").values_list("owner", flat=True)
    return sorted(set(found.order_by("owner").distinct()[:500]))


def _board(request: HttpRequest, system: System, rows: QuerySet[MitigationRow]) -> dict[str, Any]:
    counted = dict(rows.order_by().values_list("status").annotate(Count("id")))
    order, columns = STATUSES, []
    for number, status in enumerate(order):
        cards = list(_dated(rows.filter(status=status))[:CARDS])
        # What was dropped is taken up again from the start; nobody verifies it by a way back.
        before = "planned" if status == "dropped" else order[number - 1] if number else ""
        after = order[number + 1] if number + 1 < len(order) else ""
        columns.append(Column(status, cards, counted.get(status, 0), before, after))
    shown = [card for column in columns for card in column.cards]
    return {"columns": columns, "names": _first_names(system, shown)}


def _table(request: HttpRequest, system: System, rows: QuerySet[MitigationRow]) -> dict[str, Any]:
    paged = Paginator(_dated(rows), PAGE).get_page(request.GET.get("page"))
    shown = list(paged.object_list)
    return {"paged": paged, "rows": shown, "names": _first_names(system, shown)}


def _people(request: HttpRequest, system: System, rows: QuerySet[MitigationRow]) -> dict[str, Any]:
    """Workload: what each owner has on hand, what of it is late, what comes next."""
    today = timezone.localdate()
    soon = today + timedelta(days=SOON_DAYS)
    open_ones = Q(status__in=TO_DO)
    found = rows.order_by("owner").values("owner").annotate(
        open=Count("id", filter=open_ones),
        late=Count("id", filter=open_ones & Q(due__lt=today)),
        soon=Count("id", filter=open_ones & Q(due__range=(today, soon))),
        large=Count("id", filter=open_ones & Q(effort="large")),
        medium=Count("id", filter=open_ones & Q(effort="medium")),
        small=Count("id", filter=open_ones & Q(effort="small")),
        done=Count("id", filter=Q(status__in=IN_PLACE)),
    )  # fmt: skip
    return {"people": sorted(found, key=lambda one: (-one["late"], -one["open"], one["owner"]))}


SHOWN = {"board": _board, "table": _table, "people": _people}


def _dated(rows: QuerySet[MitigationRow]) -> QuerySet[MitigationRow]:
    """What is due first comes first; without a day it comes last."""
    return rows.annotate(answers=Count("findings")).order_by(
        F("due").asc(nulls_last=True), "created_at", "id"
    )


def _first_names(system: System, rows: Sequence[MitigationRow]) -> dict[Any, list[Any]]:
    """For each mitigation the first few findings that it answers: key, threat, element."""
    keys = register.first_findings(rows, NAMED)
    names = names_of(system, {key for found in keys.values() for key in found})
    return {id: [(key, *names[key]) for key in found] for id, found in keys.items()}


def names_of(system: System, keys: set[str]) -> Names:
    """For each finding's key: what it is called, threat and element."""
    catalog, document = catalogs.of(system), document_of(system)
    found = {}
    for key in keys:
        threat, element = parted(key)
        found[key] = (threat_title(document, catalog, threat), full_name(document, element))
    return found
