"""Linked endpoints: linking one, agreeing to tests of it, stopping it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from threatmodel import gate
from threatmodel.core.naming import full_name
from threatmodel.gate import NotFound, Person, Right
from threatmodel.models import LinkedModel
from threatmodel.robustness import adapters
from threatmodel.services import endpoints, models
from threatmodel.services.refusal import Refusal

from .endpointforms import ConsentForm, EndpointForm
from .frame import document_of, page, system_page

LINKED = gettext_noop("The endpoint is linked. Nothing is sent to it before an approver agrees.")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def link(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Link an endpoint to a component; nothing is sent to it yet."""
    system = gate.system(person, id, Right.LINK_MODELS)
    components = [(one.id, one.name or one.id) for one in document_of(system).components.values()]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EndpointForm(components, *sent)
    if sent and form.is_valid():
        chosen = form.cleaned_data
        files = {"data": chosen["dataset"], "description": chosen["description"]}
        try:
            row = endpoints.link_upload(
                system, person, chosen["component"], form.address(), files, chosen["name"]
            )
        except Refusal as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, gettext(LINKED))
            return redirect("endpoint", row.pk)
    context = {"form": form, "adapters": adapters.formats().values()}
    status = 400 if form.errors else 200
    return system_page(
        request, person, system, "tests", "systems/endpoint-link.html", context, status
    )


@require_safe
@page
def show(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """One endpoint: its consent, its budget and what it was asked today."""
    return _shown(request, person, gate.linked_model(person, id, Right.READ))


@require_POST
@page
def agree(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.linked_model(person, id, Right.ACCEPT)
    form = ConsentForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            endpoints.agree(row, person, chosen["statement"], chosen["until"], form.budget())
        except Refusal as refusal:
            _refused(form, refusal)
        else:
            messages.success(
                request,
                gettext("Agreed, until %(until)s. Tests may run now.") % {"until": chosen["until"]},
            )
            return redirect("endpoint", row.pk)
    return _shown(request, person, row, form)


@require_POST
@page
def stop(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.linked_model(person, id, Right.RUN)
    endpoints.stop(row, person, request.POST.get("because", ""))
    messages.success(
        request, gettext("Stopped: nothing more is sent to %(name)s.") % {"name": row.name}
    )
    return redirect("endpoint", row.pk)


@require_POST
@page
def resume(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.linked_model(person, id, Right.ACCEPT)
    endpoints.resume(row, person)
    messages.success(request, gettext("%(name)s may be asked again.") % {"name": row.name})
    return redirect("endpoint", row.pk)


def _refused(form: Form, refusal: Refusal) -> None:
    field = {"data": "dataset"}.get(refusal.field, refusal.field)
    form.add_error(field if field in form.fields else None, refusal.message)


def _shown(
    request: HttpRequest, person: Person, row: LinkedModel, form: ConsentForm | None = None
) -> HttpResponse:
    told, reached = models.row(row), endpoints.of(row)
    if reached is None:
        raise NotFound
    agreed = reached.agreed_until is not None
    initial = told["endpoint"]["budget"] | {"statement": reached.statement} if agreed else None
    context = {
        "model": told,
        "endpoint": told["endpoint"],
        "component": full_name(document_of(row.system), row.element_id),
        "spoken": adapters.get(reached.adapter).name,
        "form": form or ConsentForm(initial=initial),
        "agreed": agreed,
    }
    status = 400 if form else 200
    return system_page(
        request, person, row.system, "tests", "systems/endpoint.html", context, status
    )
