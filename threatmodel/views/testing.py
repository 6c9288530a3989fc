"""What to test next on a system: what each run may move, all of it at once, what runs by itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog.types import Catalog
from threatmodel import gate
from threatmodel.core.document import Document
from threatmodel.core.naming import control_title, full_name, threat_title
from threatmodel.core.testing import Move
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import Occasion
from threatmodel.robustness.naming import test_name
from threatmodel.services import batches, pairs, schedules, untested
from threatmodel.services.refusal import Refusal

from .frame import document_of, page, system_page

BUDGET = 300_000
FILES = {"md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8"}


@require_safe
@page
def following(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """What could be tested now, the most telling first."""
    system = gate.system(person, id, Right.READ)
    document, catalog = document_of(system), catalogs.of(system)
    could = [_shown(one, document, catalog) for one in batches.options(system)]
    context = {
        "could": could,
        "linked": list({one["model"].pk: one["model"] for one in could}.values()),
        "telling": [one for one in could if one["raised"] or one["lowered"]],
        "quiet": [one for one in could if not one["raised"] and not one["lowered"]],
        "rows": sum(one["cost"].rows for one in could),
        "budget": BUDGET,
        "occasions": Occasion.choices,
        "schedules": [
            (one, test_name(one.test), full_name(document, one.element_id))
            for one in schedules.of(system)
        ],
        "alerts": [
            (one, test_name(one.run.test), full_name(document, one.run.element_id))
            for one in system.alerts.select_related("run")[:20]
        ],
        "gaps": len(untested.gaps(system, document)),
    }
    return system_page(request, person, system, "tests", "systems/testing.html", context)


@require_POST
@page
def everything(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Start all that can be tested within a budget."""
    system = gate.system(person, id, Right.RUN)
    text = request.POST.get("budget", "").replace(",", "").replace(" ", "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Refusal(gettext("budget must be a whole number of queries"), field="budget")
    batch = batches.start(system, person, int(text))
    said = gettext("%(count)s tests are started.") % {"count": len(batch.runs)}
    if batch.left_out:
        left = gettext("The budget does not reach: %(tests)s.")
        said += " " + left % {"tests": ", ".join(batch.left_out)}
    messages.success(request, said)
    return redirect("tests", system.pk)


@require_POST
@page
def schedule(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Run a test of a model again and again."""
    model = gate.linked_model(person, id, Right.RUN)
    given = request.POST
    made = schedules.make(model, person, given.get("test", ""), {}, given.get("occasion", ""))
    messages.success(
        request,
        gettext("It runs %(occasion)s from now on.") % {"occasion": made.get_occasion_display()},
    )
    return redirect("testing", model.system_id)


@require_POST
@page
def unschedule(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    found = gate.schedule(person, id, Right.RUN)
    schedules.remove(found, person)
    messages.success(request, gettext("It runs no more by itself."))
    return redirect("testing", found.system_id)


@require_POST
@page
def take_note(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """An alert has been seen."""
    alert = gate.alert(person, id, Right.RUN)
    pairs.take_note(alert, person)
    return redirect("testing", alert.system_id)


@require_safe
@page
def plan(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """What is untested, as a file for penetration testers."""
    system = gate.system(person, id, Right.READ)
    kind = request.GET.get("as", "md")
    if kind not in FILES:
        raise Refusal(gettext("as: use one of %(join)s") % {"join": ", ".join(FILES)}, field="as")
    found = untested.gaps(system, document_of(system))
    text = untested.to_csv(found) if kind == "csv" else untested.to_markdown(found, system.name)
    answer = HttpResponse(text, content_type=FILES[kind])
    answer["Content-Disposition"] = f'attachment; filename="test-plan.{kind}"'
    return answer


@require_safe
@page
def compare(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """A run beside an earlier one of the same test, target by target."""
    run = gate.run(person, id, Right.READ)
    others = pairs.comparable(run)
    named = request.GET.get("with", "")
    other = gate.run(person, named, Right.READ) if named else next(iter(others), None)
    if other is not None and other.system_id != run.system_id:
        raise gate.NotFound(gettext("There is no such run"))
    document, catalog = document_of(run.system), catalogs.of(run.system)
    found = pairs.compare(other, run) if other else None
    controls = [found[side] for side in ("controls_before", "controls_now")] if found else []
    context = {
        "run": run,
        "controls": [[control_title(catalog, one) for one in side] for side in controls],
        "other": other,
        "others": others,
        "test": test_name(run.test),
        "component": full_name(document, run.element_id),
        "found": found,
    }
    return system_page(request, person, run.system, "tests", "systems/pair.html", context)


def _shown(one: batches.Option, document: Document, catalog: Catalog) -> dict[str, Any]:
    return {
        "model": one.model,
        "test": one.test,
        "component": full_name(document, one.model.element_id),
        "cost": one.cost,
        "raised": [_move(move, document, catalog) for move in one.worth.raised],
        "lowered": [_move(move, document, catalog) for move in one.worth.lowered],
    }


def _move(move: Move, document: Document, catalog: Catalog) -> dict[str, Any]:
    title = threat_title(document, catalog, move.threat)
    return {"finding": move.finding, "title": title, "now": move.now, "then": move.then}
