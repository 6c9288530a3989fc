"""No room on the disk while something is written: one sentence, nothing half, nothing left."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.linking import demo_bytes
from tests.stored import nothing_changes
from tests.test_errands import large
from tests.test_full_export import exported
from threatmodel.models import Errand, LinkedModel, Report, System
from threatmodel.services import imports, mitigations, reports
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db
ROOM = 4_000


@contextmanager
def no_room(room: int = ROOM) -> Iterator[None]:
    """Files can be written no further than this, as on a disk that has just become full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def files() -> set[Path]:
    return {one for one in Path(default_storage.path("")).rglob("*") if one.is_file()}


def refused(answer) -> str:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:200])
    return str(answer.json()["error"]["message"])


def test_an_upload_that_finds_no_room_is_refused_and_leaves_nothing(olga):
    system, client = cast.system(*olga), cast.browser(olga[1])
    key = system.findings.filter(applies="yes").first().key
    row = mitigations.plan(system, olga[1], findings=[key], values={"title": "Limit calls"})
    linked = {
        "system": str(system.pk),
        "component": "c-api",
        "model": SimpleUploadedFile("m.onnx", demo_bytes("model.onnx")),
        "data": SimpleUploadedFile("d.npz", demo_bytes("data.npz")),
        "description": SimpleUploadedFile("dataset.yaml", demo_bytes("dataset.yaml")),
    }
    proof = SimpleUploadedFile("proof.txt", b"x" * 3 * ROOM)
    uploads = {
        "/api/v1/systems/import/": {"file": large()},
        f"/api/v1/systems/{system.pk}/mitigations/{row.pk}/attachments/": {"file": proof},
        "/api/v1/models/": linked,
    }
    there = files()
    for path, body in uploads.items():
        with nothing_changes(), no_room():
            said = refused(client.post(path, body))
        assert "room" in said, (path, said)
        assert files() == there, path
    assert not Errand.objects.exists() and not LinkedModel.objects.exists()


def test_an_upload_too_large_for_memory_is_refused_where_it_cannot_be_laid_aside(
    olga, settings, tmp_path
):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    client = cast.browser(olga[1])
    body = {"file": SimpleUploadedFile("large.json", b" " * 3 * 2**20)}
    with nothing_changes(), no_room():
        assert "room" in refused(client.post("/api/v1/systems/import/", body))
    body = {"file": SimpleUploadedFile("large.json", b" " * 3 * 2**20)}
    with nothing_changes(), no_room():
        answer = client.post("/systems/import/", body)
    assert answer.status_code < 500
    assert list(tmp_path.iterdir()) == []


def test_a_file_s_attachments_that_find_no_room_keep_its_system_out(olga):
    first, client = cast.system(*olga), cast.browser(olga[1])
    key = first.findings.filter(applies="yes").first().key
    row = mitigations.plan(first, olga[1], findings=[key], values={"title": "Limit calls"})
    body = {"file": SimpleUploadedFile("proof.txt", b"x" * 300_000)}
    path = f"/api/v1/systems/{first.pk}/mitigations/{row.pk}/attachments/"
    assert client.post(path, body).status_code == 201
    whole = exported(first, olga[1])
    there = files()
    file = SimpleUploadedFile("system.json", whole)
    with nothing_changes(), no_room(250_000), pytest.raises(Refusal, match="room"):
        imports.import_file(*olga, file)
    assert System.objects.count() == 1 and files() == there


@pytest.mark.parametrize("format", ["pdf", "xlsx", "csv", "json"])
def test_a_report_that_finds_no_room_fails_and_says_so(olga, format, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    asked = {"sections": ["terms"]} if format == "pdf" else {}
    row = reports.request_report(cast.system(*olga), olga[1], format=format, options=asked)
    there = files()
    with no_room():
        reports.make(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.file.name, row.size) == ("failed", "", 0)
    assert "room" in row.message and files() == there
    assert not list(tmp_path.glob("openpyxl*"))
    again = reports.request_report(row.system, olga[1], format=format, options=asked)
    reports.make(str(again.pk))
    assert Report.objects.get(pk=again.pk).state == "succeeded", "once there is room"
