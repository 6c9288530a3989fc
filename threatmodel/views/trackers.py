"""Trackers of a workspace, and the tickets of a mitigation."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from threatmodel import gate
from threatmodel.gate import Person, Right
from threatmodel.models import MitigationRow, Workspace
from threatmodel.services import deliveries, pushes, tickets
from threatmodel.services import trackers as register
from threatmodel.services.refusal import Refusal

from .frame import page

SHOWN = 50
KINDS = [
    ("github", gettext_lazy("GitHub issues")),
    ("jira", "Jira"),
    ("webhook", gettext_lazy("Webhook: a signed message for every change")),
]


class TrackerForm(forms.Form):
    kind = forms.ChoiceField(choices=KINDS, label=gettext_lazy("Kind"))
    name = forms.CharField(max_length=80, required=False, label=gettext_lazy("Name"))
    url = forms.CharField(
        max_length=2000,
        required=False,
        label=gettext_lazy("Address"),
        help_text=gettext_lazy(
            "For GitHub empty, unless it is your own server; Jira's own; the webhook's."
        ),
    )
    place = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Repository or project"),
        help_text=gettext_lazy("owner/name for GitHub, the key of the project for Jira."),
    )
    account = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Account"),
        help_text=gettext_lazy("Jira in the cloud: the e-mail address that the token belongs to."),
    )
    secret = forms.CharField(
        max_length=4000,
        required=False,
        label=gettext_lazy("Token or secret"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept encrypted and never shown again."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def trackers(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    workspace = gate.workspace(person, id, Right.TRACKERS)
    if request.method != "POST":
        return _page(request, workspace, TrackerForm())
    form = TrackerForm(request.POST)
    if form.is_valid():
        try:
            row = register.set_up(workspace, person, **form.cleaned_data)
        except Refusal as refusal:
            known = refusal.field if refusal.field in form.fields else None
            form.add_error(known, refusal.message)
        else:
            messages.success(
                request,
                gettext("%(name)s is set up. Try it before others rely on it.")
                % {"name": row.name},
            )
            return redirect("trackers", workspace.pk)
    return _page(request, workspace, form, 400)


@require_POST
@page
def attempt(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """See whether it works: a look at the repository or project, a message to a webhook."""
    row = gate.tracker(person, id, Right.TRACKERS)
    if row.kind == "webhook":
        deliveries.attempt(row, person)
        messages.success(request, gettext("A message is on its way; what came of it shows below."))
    else:
        messages.success(request, gettext("%(attempt)s.") % {"attempt": register.attempt(row)})
    return redirect("trackers", row.workspace_id)


@require_POST
@page
def remove(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.tracker(person, id, Right.TRACKERS)
    register.remove(row, person)
    messages.success(
        request,
        gettext("%(name)s is called no more, and its secret is forgotten.") % {"name": row.name},
    )
    return redirect("trackers", row.workspace_id)


@require_POST
@page
def again(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.delivery(person, id)
    deliveries.again(row, person)
    messages.success(request, gettext("It is sent again."))
    return redirect("trackers", row.tracker.workspace_id)


@require_POST
@page
def ticket(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Push a mitigation to a tracker, or put a link beside it."""
    row = gate.mitigation(person, id, Right.TRACK)
    if named := request.POST.get("tracker", ""):
        used = gate.tracker(person, named, Right.TRACK)
        pushes.push(row, person, used)
        messages.success(
            request,
            gettext("A ticket in %(used_name)s is on its way; it shows here.")
            % {"used_name": used.name},
        )
    else:
        tickets.link(row, person, request.POST.get("url", ""))
        messages.success(request, gettext("The link is kept."))
    return _to(row)


@require_POST
@page
def push_again(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.ticket(person, id, Right.TRACK)
    pushes.again(row, person)
    messages.success(
        request, gettext("It is tried again; if it was made meanwhile, that one is taken.")
    )
    return _to(row.mitigation)


@require_POST
@page
def look(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.ticket(person, id, Right.TRACK)
    found = tickets.read(row)
    messages.success(
        request, gettext("%(key)s is %(state)s.") % {"key": found.key, "state": found.state}
    )
    return _to(row.mitigation)


@require_POST
@page
def unlink(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.ticket(person, id, Right.TRACK)
    tickets.remove(row, person)
    messages.success(request, gettext("The link is gone; the ticket itself stays where it is."))
    return _to(row.mitigation)


def _to(row: MitigationRow) -> HttpResponse:
    return redirect(f"{reverse('mitigation', args=[row.pk])}#tickets")


def _page(
    request: HttpRequest, workspace: Workspace, form: TrackerForm, status: int = 200
) -> HttpResponse:
    context = {
        "section": "people",
        "workspace": workspace,
        "trackers": gate.trackers(workspace.pk),
        "deliveries": gate.deliveries(workspace).select_related("tracker")[:SHOWN],
        "form": form,
    }
    return render(request, "people/trackers.html", context, status=status)
