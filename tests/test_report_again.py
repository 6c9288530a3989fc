"""The whole report, exported and imported again: the same document, decisions and mitigations."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from tests import cast
from tests.reports.everything import everything
from threatmodel.core.document import digest
from threatmodel.core.inputs import Inputs
from threatmodel.formats.carried import carrying
from threatmodel.models import Report
from threatmodel.services import exports, imports, reports, told

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SECTIONS = ("The answer", "What changed since the last baseline", "Evidence", "Workshops")


def entered(inputs: Inputs) -> tuple[object, ...]:
    """What people decided and track, whatever place it came from and what it is called there."""
    plain = [replace(one, id="", origin="entered") for one in inputs.decisions]
    # What was verified there is implemented here, until somebody here verifies it.
    status = {"verified": "implemented"}
    tracked = [
        replace(one, id="", status=status.get(one.status, one.status), measured={})
        for one in inputs.mitigations
    ]
    return sorted(map(str, plain)), sorted(map(str, tracked))


def test_a_report_of_everything_is_imported_as_the_system_that_it_was_made_of():
    olga = cast.workspace()
    system = everything(olga)
    before = exports.snapshot(system.pk)
    row = reports.request_report(system, olga[1], format="pdf")
    reports.make(str(row.pk))
    with Report.objects.get(pk=row.pk).file.open("rb") as file:
        body = file.read()
    said = " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    assert all(one in said for one in SECTIONS)
    mallory = cast.workspace("mallory")
    found = imports.import_file(*mallory, SimpleUploadedFile("report.pdf", body))
    after = exports.snapshot(found.system.pk)
    assert digest(carrying(after.document, after.catalog)) == digest(
        carrying(before.document, before.catalog)
    )
    assert entered(after.inputs) == entered(before.inputs)
    assert len(after.inputs.decisions) == len(before.inputs.decisions) >= 5
    assert len(after.inputs.evidence) == len(before.inputs.evidence) == 3
    kept = told.brought(found.system)
    assert (len(kept.comments), len(kept.workshops)) == (1, 1)
    assert found.system.baselines.get().name == "Approved for the pilot"
