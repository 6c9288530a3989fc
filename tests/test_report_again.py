"""The whole report, exported and imported again: the same document, decisions and mitigations."""

from __future__ import annotations

import uuid
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from tests import cast
from tests.reports.everything import everything
from threatmodel.core.document import digest
from threatmodel.core.inputs import Inputs, Status
from threatmodel.formats.carried import carrying
from threatmodel.gate import Person
from threatmodel.models import Report, System
from threatmodel.services import demo, exports, imports, reports, told

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SECTIONS = ("The answer", "What changed since the last baseline", "Evidence", "Workshops")


def entered(inputs: Inputs) -> tuple[object, ...]:
    """What people decided and track, whatever place it came from and what it is called there."""
    plain = [replace(one, id="", origin="entered") for one in inputs.decisions]
    # What was verified there is implemented here, until somebody here verifies it.
    status: dict[Status, Status] = {"verified": "implemented"}
    tracked = [
        replace(one, id="", status=status.get(one.status, one.status), measured={})
        for one in inputs.mitigations
    ]
    return sorted(map(str, plain)), sorted(map(str, tracked))


def printed(system: System, by: Person) -> bytes:
    row = reports.request_report(system, by, format="pdf")
    reports.make(str(row.pk))
    with Report.objects.get(pk=row.pk).file.open("rb") as file:
        body: bytes = file.read()
    return body


def brought(system: System, body: bytes) -> System:
    """Imported elsewhere: the same drawing, decisions and mitigations as here."""
    before = exports.snapshot(system.pk)
    mallory = cast.workspace("mallory")
    found = imports.import_file(*mallory, SimpleUploadedFile("report.pdf", body)).system
    after = exports.snapshot(found.pk)
    assert digest(carrying(after.document, after.catalog)) == digest(
        carrying(before.document, before.catalog)
    )
    assert entered(after.inputs) == entered(before.inputs)
    return found


def test_a_report_of_the_demo_is_imported_as_the_system_that_it_was_made_of():
    _, person = cast.workspace()
    system = demo.load()
    assert system is not None
    brought(system, printed(system, person))


def test_a_report_of_everything_is_imported_as_the_system_that_it_was_made_of():
    olga = cast.workspace()
    system = everything(olga)
    body = printed(system, olga[1])
    said = " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    assert all(one in said for one in SECTIONS)
    found = brought(system, body)
    before, after = exports.snapshot(system.pk), exports.snapshot(found.pk)
    assert len(after.inputs.decisions) == len(before.inputs.decisions) >= 5
    assert len(after.inputs.evidence) == len(before.inputs.evidence) == 3
    kept = told.brought(found)
    assert (len(kept.comments), len(kept.workshops)) == (1, 1)
    assert (len(kept.proofs), len(kept.models), len(kept.runs)) == (1, 1, 2)
    measured = set(found.evidence.values_list("pk", flat=True))
    assert {uuid.UUID(one.evidence) for one in kept.runs} <= measured
    assert found.baselines.get().name == "Approved for the pilot"
    assert found.saved_views.get().query == "risk=high"
    row = found.mitigations.get(title="Task 2")
    assert row.note == "See <b>the file</b>"
    assert row.tickets.get().url == "https://tickets.example/T-1"
    # What people attached is named in the report and goes to none of its readers.
    assert not row.attachments.exists()
    assert b"sign-off.txt" in next(iter(PdfReader(BytesIO(body)).attachment_list)).content
