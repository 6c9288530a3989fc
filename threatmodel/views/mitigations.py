"""Mitigations: what is being done, by whom, until when."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from threatmodel import gate
from threatmodel.forms import MitigationForm
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import MitigationRow
from threatmodel.reports.naming import element_name, threat_title
from threatmodel.services import mitigations as register
from threatmodel.services.refusal import Refusal

from .frame import document_of, page, system_page


@require_safe
@page
def mitigations(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    rows = system.mitigations.filter(deleted_at=None).prefetch_related("findings")
    status = request.GET.get("status", "")
    shown = [row for row in rows if not status or row.status == status]
    context = {
        "rows": shown,
        "total": len(rows),
        "status": status,
        "statuses": ("planned", "in progress", "implemented", "verified", "dropped"),
        "today": timezone.localdate(),
        "names": names_of(person, system.pk, shown),
    }
    return system_page(request, person, system, "mitigations", "systems/mitigations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def mitigation(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    right = Right.TRACK if request.method == "POST" else Right.READ
    row = gate.mitigation(person, id, right)
    catalog = catalogs.of(row.system)
    if request.method == "POST":
        form = MitigationForm(catalog, request.POST)
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in register.FIELDS}
            version = form.cleaned_data["version"] or 0
            register.change(row, person, version=version, values=values)
            messages.success(request, "Saved.")
            return redirect("mitigations", row.system_id)
    else:
        initial = {name: getattr(row, name) for name in (*register.FIELDS, "version")}
        form = MitigationForm(catalog, initial=initial)
    context = {
        "row": row,
        "form": form,
        "control": catalog.controls.get(row.control),
        "names": names_of(person, row.system_id, [row]),
    }
    status = 400 if form.errors else 200
    template = "systems/mitigation.html"
    return system_page(request, person, row.system, "mitigations", template, context, status)


@require_POST
@page
def change_status(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """From the table: one select, saved at once."""
    row = gate.mitigation(person, id, Right.TRACK)
    version, status = request.POST.get("version", ""), request.POST.get("status", "")
    if status not in dict(MitigationForm.base_fields["status"].choices):  # type: ignore[attr-defined]  # a ChoiceField
        raise Refusal("Choose one of the states", field="status")
    register.change(
        row,
        person,
        version=int(version) if version.isascii() and version.isdigit() else 0,
        values={"status": status},
    )
    messages.success(request, f"{row.title} is {status}.")
    return redirect("mitigations", row.system_id)


@require_POST
@page
def delete(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.mitigation(person, id, Right.TRACK)
    register.delete(row, person, version=row.version)
    messages.success(request, f"{row.title} is taken out of the register.")
    return redirect("mitigations", row.system_id)


def names_of(
    person: Person, system_id: uuid.UUID, rows: list[MitigationRow]
) -> dict[str, tuple[str, str]]:
    """For each finding's key: what it is called, threat and element."""
    system = gate.system(person, system_id, Right.READ)
    catalog, document = catalogs.of(system), document_of(system)
    keys = {link.finding for row in rows for link in row.findings.all()}
    found = {}
    for key in keys:
        threat, _, element = key.partition("@")
        found[key] = (threat_title(document, catalog, threat), element_name(document, element))
    return found
