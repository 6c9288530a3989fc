"""Reports: ask for one, see it come, take it along."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from threatmodel import gate
from threatmodel.forms import RUNNING, ReportForm
from threatmodel.gate import Person, Right
from threatmodel.services import reports as making

from .frame import page, system_page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def report(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        options = {name: form.cleaned_data[name] for name in ("paper", "classification")}
        making.request_report(system, person, format=form.cleaned_data["format"], options=options)
        return redirect("report", system.pk)
    context = {"form": form, "reports": system.reports.all()[:30], "running": RUNNING}
    status = 400 if form.errors else 200
    return system_page(request, person, system, "report", "systems/report.html", context, status)
