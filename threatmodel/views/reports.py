"""Reports: ask for one, see it come, take it along; how they look, and options under a name."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from threatmodel import gate
from threatmodel.forms import FORMATS, ReportForm
from threatmodel.gate import Person, Right
from threatmodel.models import System
from threatmodel.reports import letters
from threatmodel.reports.sections import OPTIONAL, SECTIONS
from threatmodel.services import jobs, looks
from threatmodel.services import reports as making
from threatmodel.services.jobs import ACTIVE
from threatmodel.services.refusal import Refusal

from .frame import page, system_page

CHOICES = [(name, SECTIONS[name].title) for name in OPTIONAL]


class AskForm(ReportForm):
    """What a report is to be; without a section every one of them."""

    sections = forms.MultipleChoiceField(
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Sections"),
    )
    name = forms.CharField(
        max_length=80, required=False, label=gettext_lazy("Save these choices as")
    )

    def options(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        found = {name: chosen[name] for name in ("paper", "classification", "sections")}
        if len(found["sections"]) == len(OPTIONAL):
            found["sections"] = []
        return found


class LookForm(forms.Form):
    accent = forms.CharField(max_length=7, required=False, label=gettext_lazy("Colour"))
    logo = forms.FileField(required=False, label=gettext_lazy("Logo (PNG or JPEG, up to 1 MiB)"))
    bare = forms.BooleanField(required=False, label=gettext_lazy("Take the logo away"))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def report(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    form, dress = AskForm(initial=_initial(request, system)), LookForm(initial=_look(system))
    if request.method == "POST":
        done = {"look": _dress, "cancel": _cancel, "forget": _forget}.get(
            request.POST.get("do", "")
        )
        if done is not None:
            done(request, person, system)
            return redirect("report", system.pk)
        form = AskForm(request.POST)
        if form.is_valid() and _ask(request, person, system, form):
            return redirect("report", system.pk)
    shown = jobs.in_line(system.reports.all())[:30]
    context = {
        "form": form,
        "dress": dress,
        "has_logo": bool(looks.of(system.workspace).logo),
        "profiles": system.workspace.report_profiles.all(),
        "reports": [(one, FORMATS[one.format][0], making.ahead(one)) for one in shown],
        "running": ACTIVE,
        "lost": letters.named(making.unprintable(system)),
    }
    status = 400 if form.errors else 200
    return system_page(request, person, system, "report", "systems/report.html", context, status)


def _ask(request: HttpRequest, person: Person, system: System, form: AskForm) -> bool:
    """Make it, and keep the choices where a name stands with them."""
    options, name = form.options(), form.cleaned_data["name"]
    try:
        if name:
            gate.system(person, system.pk, Right.DRAW)
            looks.save(system.workspace, person, name, options)
        making.request_report(system, person, format=form.cleaned_data["format"], options=options)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _dress(request: HttpRequest, person: Person, system: System) -> None:
    owned = gate.workspace(person, system.workspace_id, Right.CATALOG)
    form = LookForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for many in form.errors.values() for one in many))
        return
    file = form.cleaned_data["logo"]
    body = file.read(looks.MAX_LOGO + 1) if file else None
    try:
        bare = form.cleaned_data["bare"]
        looks.dress(owned, person, accent=form.cleaned_data["accent"], logo=body, bare=bare)
    except Refusal as refusal:
        messages.error(request, str(refusal))


def _cancel(request: HttpRequest, person: Person, system: System) -> None:
    found = gate.report(person, request.POST.get("report", ""), Right.DRAW)
    making.cancel(found, person)


def _forget(request: HttpRequest, person: Person, system: System) -> None:
    gate.system(person, system.pk, Right.DRAW)
    looks.forget(system.workspace, person, str(gate.uuid_of(request.POST.get("profile", ""))))


def _initial(request: HttpRequest, system: System) -> dict[str, Any]:
    """The choices of the profile that the address names; every section where it names none."""
    wanted = request.GET.get("profile", "")
    known = system.workspace.report_profiles
    row = known.filter(pk=gate.uuid_of(wanted)).first() if wanted else None
    kept = dict(row.options) if row else {}
    return {**kept, "sections": kept.get("sections") or list(OPTIONAL)}


def _look(system: System) -> dict[str, Any]:
    return {"accent": looks.of(system.workspace).accent}
