"""The ledger of a system: everything that was measured, by whom, and whether it weighs."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.core.naming import full_name
from threatmodel.formats.foreign import TOOLS
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import EvidenceRow, System
from threatmodel.robustness.naming import test_name
from threatmodel.rows import standing_digests
from threatmodel.services import brought, evidence, scans, signing
from threatmodel.services.refusal import Refusal

from .findings import shown
from .frame import back, document_of, page, system_page

MOST_SHOWN = 200
PAGE = "systems/evidence.html"


@dataclass(frozen=True, slots=True)
class Said:
    """What a measurement says about one finding."""

    finding: Any
    line: dict[str, Any]


@require_safe
@page
def ledger(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    return _page(request, person, gate.system(person, id, Right.READ))


@require_POST
@page
def bring(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Take the file of a result, ours or another tool's."""
    system = gate.system(person, id, Right.RUN)
    file = request.FILES.get("file")
    if file is None:
        raise Refusal(gettext("Choose the file of a result"), field="file")
    taken = brought.bring_file(system, person, request.POST.get("element", ""), file)
    messages.success(request, _told(taken))
    for one in taken.dropped:
        messages.info(
            request,
            gettext("Left out: %(what)s. %(why)s.")
            % {"what": one.what, "why": one.why[:1].upper() + one.why[1:]},
        )
    return redirect("evidence", system.pk)


@require_POST
@page
def scan(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Look through a model file for code that would run; the file itself is not kept."""
    system = gate.system(person, id, Right.LINK_MODELS)
    file = request.FILES.get("file")
    if file is None:
        raise Refusal(gettext("Choose a model file"), field="file")
    row = scans.scan(system, person, request.POST.get("element", ""), file)
    dangerous = sum(one["level"] == "dangerous" for one in row.source["scan"])
    if dangerous:
        told = gettext("A %(kind)s. It would run code when it is opened; the file was not kept.")
    else:
        told = gettext("A %(kind)s. Nothing known was found in it; the file was not kept.")
    messages.success(request, told % {"kind": row.source["kind"]})
    return redirect("evidence", system.pk)


@require_POST
@page
def adopt(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Let evidence from elsewhere count."""
    row = gate.evidence(person, id, Right.ADOPT)
    evidence.adopt(row, person)
    messages.success(request, gettext("Adopted. It counts from now on, under your name."))
    return redirect(back(request))


@require_POST
@page
def make_key(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """A key for a machine that measures elsewhere: seen on this one page, and never again."""
    system = gate.system(person, id, Right.ADOPT)
    key, private = signing.make(system.workspace, person, request.POST.get("purpose", ""))
    return _page(request, person, system, made=(key.name, private))


@require_POST
@page
def revoke_key(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    key = gate.signing_key(person, id)
    signing.revoke(key, person)
    messages.success(
        request,
        gettext("“%(key_name)s” signs nothing more that counts here.") % {"key_name": key.name},
    )
    return redirect(back(request))


def _told(taken: brought.Brought) -> str:
    count = len(taken.rows)
    if all(row.adopted for row in taken.rows):
        told = ngettext(
            "%(count)s measurement of %(tool)s, signed by a key of the workspace: "
            "it counts from now on.",
            "%(count)s measurements of %(tool)s, signed by a key of the workspace: "
            "it counts from now on.",
            count,
        )
    else:
        told = ngettext(
            "%(count)s measurement of %(tool)s: in the ledger, and without weight until an "
            "approver adopts it.",
            "%(count)s measurements of %(tool)s: in the ledger, and without weight until an "
            "approver adopts it.",
            count,
        )
    return told % {"count": count, "tool": taken.tool}


def _page(
    request: HttpRequest, person: Person, system: System, made: tuple[str, str] | None = None
) -> HttpResponse:
    system.refresh_from_db()
    document, catalog = document_of(system), catalogs.of(system)
    known = {test for threat in catalog.threats.values() for test in threat.tests}
    standing, said = standing_digests(system), _said(system)
    rows = gate.evidence_of(system)
    entries = [
        {
            "row": row,
            "test": test_name(row.test),
            "component": full_name(document, row.element_id),
            "model": _model(row, standing),
            "said": said[str(row.pk)],
            "known": row.test in known,
        }
        for row in rows[:MOST_SHOWN]
    ]
    context = {
        "entries": entries,
        "count": rows.count(),
        "most": MOST_SHOWN,
        "waiting": rows.filter(adopted=False).count(),
        "components": [(one.id, one.name or one.id) for one in document.components.values()],
        "tools": TOOLS,
        "keys": gate.signing_keys(system.workspace),
        "made": made,
    }
    return system_page(request, person, system, "tests", PAGE, context)


def _said(system: System) -> dict[str, list[Said]]:
    """By measurement, what it says about each finding."""
    document, catalog = document_of(system), catalogs.of(system)
    found: dict[str, list[Said]] = defaultdict(list)
    for row in system.findings.filter(data__ledger__0__isnull=False):
        finding = shown(row, document, catalog)
        for line in row.data["ledger"]:
            found[line["evidence"]].append(Said(finding, line))
    return found


def _model(row: EvidenceRow, standing: dict[str, str]) -> str:
    """Which model it is about, in words."""
    if "scan" in row.source:
        return gettext("the scanned file")
    if not row.digest:
        return gettext("names no model")
    stands = standing.get(row.element_id) == row.digest
    return gettext("stands now") if stands else gettext("another model")
