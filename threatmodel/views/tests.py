"""Tests: linked models, what can be tested on them, and what the runs measured."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.core.document import Document
from threatmodel.core.naming import full_name
from threatmodel.forms import ModelForm
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import LinkedModel, Run, System
from threatmodel.reports import measurement
from threatmodel.reports.svg import SCREEN
from threatmodel.robustness.naming import test_name
from threatmodel.services import costs, models, pairs, runs
from threatmodel.services.jobs import ACTIVE
from threatmodel.services.refusal import Refusal

from .findings import shown
from .frame import document_of, page, system_page

# A dataset.yaml of pictures to copy, as docs/models.md shows it.
EXAMPLE = """\
role: holdout
image: {shape: [8, 8], range: [0, 1]}
eps: {value: 1.0, norm: l2, reason: An eighth of the range of each pixel is a smudge.}
"""

# Wide enough to read, and narrow enough to be read on a telephone.
CHART = 400.0


@require_safe
@page
def tests(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    return _tests_page(request, person, system)


@require_POST
@page
def link(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Link a model with its data set to a component."""
    system = gate.system(person, id, Right.LINK_MODELS)
    form = ModelForm(_components(document_of(system)), request.POST, request.FILES)
    if not form.is_valid():
        return _tests_page(request, person, system, form)
    chosen = form.cleaned_data
    files = {
        "model": chosen["model"],
        "data": chosen["dataset"],
        "description": chosen["description"],
    }
    try:
        models.link_upload(system, person, chosen["component"], files, chosen["name"])
    except Refusal as refusal:
        field = {"data": "dataset"}.get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, refusal.message)
        return _tests_page(request, person, system, form)
    messages.success(request, gettext("The model is linked. Run a test on it."))
    return redirect("tests", system.pk)


@require_POST
@page
def unlink(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    model = gate.linked_model(person, id, Right.LINK_MODELS)
    models.unlink(model, person)
    messages.success(
        request,
        gettext("%(model_name)s is unlinked; what it measured stays in the ledger.")
        % {"model_name": model.name},
    )
    return redirect("tests", model.system_id)


@require_POST
@page
def start(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    model = gate.linked_model(person, id, Right.RUN)
    typed = {
        name: value
        for name, value in request.POST.items()
        if name.startswith("param-") and isinstance(value, str) and value.strip()
    }
    given = {name.removeprefix("param-"): runs.typed(value) for name, value in typed.items()}
    test, confirmed = request.POST.get("test", ""), "confirmed" in request.POST
    try:
        run = runs.start(model, person, test, given, confirmed=confirmed)
    except Refusal as refusal:
        if refusal.code != "large":
            raise
        return _confirm(request, person, model, test, typed)
    return redirect("run", run.pk)


def _confirm(
    request: HttpRequest, person: Person, model: LinkedModel, test_id: str, typed: dict[str, str]
) -> HttpResponse:
    """Ask once more before a large run, with what it costs."""
    given = {name.removeprefix("param-"): runs.typed(value) for name, value in typed.items()}
    test, values = runs.settled(model, test_id, given)
    context = {
        "model": model,
        "test": test,
        "typed": typed,
        "values": values,
        "cost": costs.of(model, test.id, values),
        "component": full_name(document_of(model.system), model.element_id),
    }
    return system_page(request, person, model.system, "tests", "systems/large-run.html", context)


@require_POST
@page
def cancel(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    run = runs.cancel(gate.run(person, id, Right.RUN), person)
    return redirect("run", run.pk)


@require_safe
@page
def run(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """One run: its state while it goes, its measurement afterwards."""
    row = gate.run(person, id, Right.READ)
    catalog, document = catalogs.of(row.system), document_of(row.system)
    moved = row.system.findings.filter(element=row.element_id, data__ledger__0__isnull=False)
    context = {
        "run": row,
        "test": test_name(row.test),
        "running": ACTIVE,
        "component": full_name(document, row.element_id),
        "told": runs.row(row),
        "result": row.result["summary"] if row.result else None,
        "comparable": bool(pairs.comparable(row)),
        "moved": [
            (shown(one, document, catalog), line["text"])
            for one in moved
            for line in _lines(one.data, row)
        ],
        "shown": measurement.of(row.result, SCREEN, CHART) if row.result else None,
    }
    return system_page(request, person, row.system, "tests", "systems/run.html", context)


def _tests_page(
    request: HttpRequest, person: Person, system: System, form: ModelForm | None = None
) -> HttpResponse:
    document = document_of(system)
    linked = [
        (models.row(one), full_name(document, one.element_id), costs.every(one))
        for one in models.linked(system)
    ]
    components = _components(document)
    context = {
        "models": linked,
        "runs": [
            (one, test_name(one.test), full_name(document, one.element_id))
            for one in system.runs.select_related("model")[:50]
        ],
        "measured": system.evidence.count(),
        "waiting": system.evidence.filter(adopted=False).count(),
        "running": ACTIVE,
        "components": components,
        "example": EXAMPLE,
        "form": form or ModelForm(components, initial={"component": _served(document)}),
    }
    status = 400 if form else 200
    return system_page(request, person, system, "tests", "systems/tests.html", context, status)


def _components(document: Document) -> list[tuple[str, str]]:
    return [(one.id, one.name or one.id) for one in document.components.values()]


def _served(document: Document) -> str | None:
    """The component that most probably is the model to link."""
    served = (one.id for one in document.components.values() if one.type == "inference-endpoint")
    return next(served, None)


def _lines(data: dict[str, Any], run: Run) -> list[dict[str, Any]]:
    """What the ledger of a finding says of a run."""
    taken = getattr(run, "evidence", None)
    ids = {str(run.pk), str(taken.pk) if taken else ""}
    return [line for line in data.get("ledger", ()) if line["evidence"] in ids]
