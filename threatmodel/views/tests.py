"""Tests: linked models, what can be tested on them, and what the runs measured."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from threatmodel import gate
from threatmodel.forms import RUNNING, ModelForm
from threatmodel.gate import Person, Right
from threatmodel.models import System
from threatmodel.reports.naming import element_name

from .frame import document_of, page, system_page


@require_safe
@page
def tests(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    return _tests_page(request, person, system)


def _tests_page(
    request: HttpRequest, person: Person, system: System, form: ModelForm | None = None
) -> HttpResponse:
    document = document_of(system)
    components = [(one.id, one.name) for one in document.components.values()]
    models = system.models.filter(deleted_at=None)
    context = {
        "models": [(model, element_name(document, model.element_id)) for model in models],
        "runs": system.runs.select_related("model")[:50],
        "running": RUNNING,
        "form": form or ModelForm(components),
        "components": components,
    }
    status = 400 if form else 200
    return system_page(request, person, system, "tests", "systems/tests.html", context, status)
