"""One mitigation: planned with what it buys in sight, changed, proven, talked about."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from threatmodel import gate
from threatmodel.core.inputs import STATUSES, Mitigation
from threatmodel.core.retest import Retest, sentences
from threatmodel.forms import MitigationForm
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import FindingRow, MitigationRow, System, Tracker
from threatmodel.rows import mitigation as value_of
from threatmodel.services import attachments, benefit, comments, proofs, pushes
from threatmodel.services import mitigations as register
from threatmodel.services.jobs import ACTIVE
from threatmodel.services.refusal import Refusal
from threatmodel.trackers import TICKETS

from .frame import page, system_page
from .mitigations import names_of, version_of

SHOWN = 100
# A control in many places was tried in many; the ledger has them all.
MOST_TRIED, MOST_RUNS = 10, 20
# What somebody types beside the state; the state has buttons of its own.
TYPED = ("title", "control", "owner", "due", "effort", "note")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def mitigation(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.mitigation(person, id, Right.TRACK if request.method == "POST" else Right.READ)
    catalog = catalogs.of(row.system)
    if request.method != "POST":
        initial = {name: getattr(row, name) for name in (*register.FIELDS, "version")}
        return _page(request, person, row, MitigationForm(catalog, initial=initial))
    form = MitigationForm(catalog, request.POST)
    if not form.is_valid():
        return _page(request, person, row, form, 400)
    values = {name: form.cleaned_data[name] for name in register.FIELDS}
    try:
        register.change(row, person, version=form.cleaned_data["version"] or 0, values=values)
    except Refusal as refusal:
        # What was typed stays on the page: the loser of a race has not lost the words as well.
        form.add_error(refusal.field if refusal.field in TYPED else None, refusal.message)
        return _page(request, person, row, form, 409 if refusal.code == "conflict" else 400)
    messages.success(request, gettext("Saved."))
    return redirect("mitigation", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Plan one: choose findings and a control, see what it buys, then commit to it."""
    system = gate.system(person, id, Right.TRACK)
    catalog = catalogs.of(system)
    asked = request.POST if request.method == "POST" else request.GET
    keys = list(dict.fromkeys(asked.getlist("finding")))[: register.MOST_FINDINGS]
    if request.method == "POST" and "do" not in asked:
        form = MitigationForm(catalog, asked)
        if form.is_valid() and (row := _planned(person, system, form, keys)):
            messages.success(
                request, gettext("Planned. It counts for the residual risk once it stands.")
            )
            return redirect("mitigation", row.pk)
    else:
        form = MitigationForm(catalog, initial={name: asked.get(name, "") for name in TYPED})
    return _new_page(request, person, system, form, keys)


@require_POST
@page
def verify(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.mitigation(person, id, Right.VERIFY)
    signed = request.POST.getlist("line")
    values = {"status": "verified", "checklist": signed}
    register.change(row, person, version=version_of(request), values=values)
    messages.success(
        request, gettext("%(title)s is verified, signed by you.") % {"title": row.title}
    )
    return redirect("mitigation", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def findings(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Which findings it answers: search, tick, take away."""
    row = gate.mitigation(person, id, Right.TRACK)
    answered = set(row.findings.values_list("finding", flat=True))
    if request.method == "POST":
        shown = set(request.POST.getlist("shown"))
        keys = (answered - shown) | (set(request.POST.getlist("finding")) & shown)
        version = version_of(request)
        register.change(row, person, version=version, values={}, findings=sorted(keys))
        messages.success(request, gettext("It answers %(count)s now.") % {"count": len(keys)})
        return redirect("mitigation", row.pk)
    found, only = _found(row.system, request.GET.get("q", "")), request.GET.get("only", "")
    if only == "answered":
        answering = row.findings.values("finding")
        found = found.filter(key__in=answering)
    paged = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    keys_shown = [one.key for one in paged.object_list]
    context = {
        "row": row,
        "paged": paged,
        "answered": answered,
        "names": names_of(row.system, set(keys_shown)),
        "words": request.GET.get("q", ""),
        "only": only,
    }
    template = "systems/mitigation-findings.html"
    return system_page(request, person, row.system, "mitigations", template, context)


@require_POST
@page
def attach(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.mitigation(person, id, Right.TRACK)
    one = attachments.add(row, person, request.FILES.get("file"))
    messages.success(request, gettext("%(name)s is attached.") % {"name": one.name})
    return redirect(f"{reverse('mitigation', args=[row.pk])}#files")


@require_safe
@page
def attachment(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """As a download, whatever it is: nothing that somebody uploaded is shown by this site."""
    return cast(HttpResponse, attachments.download(gate.attachment(person, id, Right.READ)))


@require_POST
@page
def detach(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    one = gate.attachment(person, id, Right.TRACK)
    attachments.remove(one, person)
    messages.success(request, gettext("%(name)s is removed.") % {"name": one.name})
    return redirect(f"{reverse('mitigation', args=[one.mitigation_id])}#files")


@require_POST
@page
def comment(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.mitigation(person, id, Right.COMMENT)
    about, thread = f"{comments.MITIGATION}{row.pk}", request.POST.get("thread") or None
    comments.say(row.system, person, text=request.POST.get("text", ""), about=about, thread=thread)
    return redirect(f"{reverse('mitigation', args=[row.pk])}#talk")


def _page(
    request: HttpRequest,
    person: Person,
    row: MitigationRow,
    form: MitigationForm,
    status: int = 200,
) -> HttpResponse:
    system, catalog = row.system, catalogs.of(row.system)
    value = value_of(row)
    keys = list(value.findings[:SHOWN])
    names = names_of(system, set(keys))
    proof = proofs.proof_of(row)
    context = {
        "row": row,
        "form": form,
        "statuses": STATUSES,
        "today": timezone.localdate(),
        "control": catalog.controls.get(row.control),
        "answers": [(key, *names[key]) for key in keys],
        "count": len(value.findings),
        "buys": _bought(system, value),
        "proof": proof,
        "tried": [_tried(one) for one in proof.retests if one.attempts][:MOST_TRIED],
        "own_work": proofs.is_own_work(row, person) and not proofs.is_alone(system),
        "alone": proofs.is_alone(system),
        "files": row.attachments.all(),
        "talk": gate.talk_about(row),
        "tickets": [(one, pushes.of(one)) for one in row.tickets.select_related("tracker")],
        "pushable": _pushable(row),
        "kept": attachments.KNOWN,
        "running": ACTIVE,
    }
    template = "systems/mitigation.html"
    return system_page(request, person, system, "mitigations", template, context, status)


def _tried(found: Retest) -> dict[str, Any]:
    """What was tried to prove it, the newest runs first."""
    newest = found.attempts[::-1][:MOST_RUNS]
    return {"said": sentences(found), "rows": newest, "count": len(found.attempts)}


def _pushable(row: MitigationRow) -> list[Tracker]:
    """The trackers that keep tickets and have none of this mitigation yet."""
    there = {one.tracker_id for one in row.tickets.all()}
    found = gate.trackers(row.system.workspace_id).filter(kind__in=TICKETS)
    return [one for one in found if one.pk not in there]


def _bought(system: System, value: Mitigation) -> dict[str, Any] | None:
    """What it buys with its findings' names, the first of each list; None: nothing is reckoned."""
    if not value.control or not value.findings:
        return None
    found = benefit.of(system, value)
    lists = {name: getattr(found, name) for name in ("falling", "rising", "staying")}
    shown = {name: many[:SHOWN] for name, many in lists.items()}
    names = names_of(system, {one.finding for many in shown.values() for one in many})
    rows = {name: [(one, *names[one.finding]) for one in many] for name, many in shown.items()}
    counts = {name: len(many) for name, many in lists.items()}
    return {"rows": rows, "counts": counts, "stands": found.stands}


def _planned(
    person: Person, system: System, form: MitigationForm, keys: Sequence[str]
) -> MitigationRow | None:
    values = {name: value for name in TYPED if (value := form.cleaned_data[name])}
    try:
        return register.plan(system, person, findings=keys, values=values)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in TYPED else None, refusal.message)
        return None


def _new_page(
    request: HttpRequest,
    person: Person,
    system: System,
    form: MitigationForm,
    keys: Sequence[str],
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    control, words = asked.get("control", ""), asked.get("q", "")
    known = set(system.findings.values_list("key", flat=True))
    chosen = [key for key in keys if key in known]
    catalog = catalogs.of(system)
    can = control in catalog.controls and chosen
    found = _found(system, words)
    listed = list(found[:SHOWN])
    context = {
        "form": form,
        "chosen": set(chosen),
        "listed": [one.key for one in listed],
        "names": names_of(system, {one.key for one in listed}),
        "levels": {one.key: one.residual for one in listed},
        "total": found.count(),
        "words": words,
        "control": catalog.controls.get(control),
        "buys": _bought(system, benefit.proposed(control, chosen)) if can else None,
    }
    status = 400 if form.errors else 200
    template = "systems/mitigation-new.html"
    return system_page(request, person, system, "mitigations", template, context, status)


def _found(system: System, words: str) -> QuerySet[FindingRow]:
    """Findings that apply by words of their ids, the gravest first."""
    found = system.findings.filter(applies="yes").defer("data")
    for word in words[:200].split():
        found = found.filter(Q(threat__icontains=word) | Q(element__icontains=word))
    return found.order_by("-residual", "-score", "threat", "element")
