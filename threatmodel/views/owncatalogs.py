"""A workspace's own entries: what is in them, their versions, the next upload."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from catalog import Catalog
from threatmodel import gate
from threatmodel.forms import OwnCatalogForm
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import Workspace
from threatmodel.services import audit, owncatalogs
from threatmodel.services.refusal import Refusal

from .frame import page

EXAMPLE = settings.BASE_DIR / "demo" / "own-catalog.yaml"
SORTS = {
    "components": gettext_lazy("Component types"),
    "threats": gettext_lazy("Threats"),
    "controls": gettext_lazy("Controls"),
}


@require_safe
@page
def own(request: HttpRequest, person: Person) -> HttpResponse:
    named = request.GET.get("workspace")
    workspace = (
        gate.workspace(person, named, Right.READ) if named else gate.home(person, Right.READ)
    )
    return _page(request, person, workspace, OwnCatalogForm())


@require_safe
@page
def example(request: HttpRequest, person: Person) -> HttpResponse:
    """A file to begin with, which can be uploaded as it is."""
    return _file(EXAMPLE.read_text(), EXAMPLE.name)


@require_POST
@page
def upload(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    workspace = gate.workspace(person, id, Right.CATALOG)
    form = OwnCatalogForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, person, workspace, form)
    try:
        row = owncatalogs.upload(workspace, person, form.cleaned_data["file"])
    except Refusal as refusal:
        form.add_error("file", refusal.message)
        return _page(request, person, workspace, form)
    told = gettext(
        "Systems keep their catalog until you apply the newer one, on each system's page."
    )
    messages.success(
        request,
        gettext("Version %(version)s is in. %(told)s") % {"version": row.version, "told": told},
    )
    return _to(workspace)


@require_POST
@page
def remove(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    workspace = gate.workspace(person, id, Right.CATALOG)
    owncatalogs.remove(workspace, person)
    messages.success(
        request, gettext("Taken away. Systems keep what they have until you apply that.")
    )
    return _to(workspace)


@require_safe
@page
def download(request: HttpRequest, person: Person, id: uuid.UUID, version: int) -> HttpResponse:
    """A version as it was uploaded."""
    workspace = gate.workspace(person, id, Right.READ)
    row = gate.own_catalog(workspace, version)
    audit.note(workspace, person, "exported", f"own catalog, version {version}")
    return _file(row.source, f"own-catalog-{version}.yaml")


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _to(workspace: Workspace) -> HttpResponse:
    return redirect(f"{reverse('own-catalog')}?workspace={workspace.pk}")


def _page(
    request: HttpRequest, person: Person, workspace: Workspace, form: OwnCatalogForm
) -> HttpResponse:
    versions = list(gate.own_catalogs(workspace))
    current = versions[0] if versions and versions[0].digest else None
    known = catalogs.newest(workspace.pk)
    context = {
        "section": "catalog",
        "workspace": workspace,
        "workspaces": gate.workspaces(person).order_by("created_at"),
        "versions": versions,
        "current": current,
        "unfit": current is not None and not known.own,
        "groups": [(words, sort, _entries(known, sort)) for sort, words in SORTS.items()],
        "form": form,
        "may_change": Right.CATALOG in person.rights(workspace.pk),
    }
    return render(request, "catalog/own.html", context, status=400 if form.errors else 200)


def _entries(known: Catalog, sort: str) -> list[dict[str, Any]]:
    """The own entries of one sort, by their titles."""
    found = [
        {"id": id, "title": raw.get("title") or raw.get("name"), "description": raw["description"]}
        for part, _, id, raw in ((*key.partition("/"), raw) for key, raw in known.own.items())
        if part == sort
    ]
    return sorted(found, key=lambda one: str(one["title"]).lower())
