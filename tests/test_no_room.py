"""A disk that takes nothing, or has lost a file: said in a sentence, and nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.stored import nothing_changes
from threatmodel.models import Attachment
from threatmodel.services import attachments, mitigations, reports

pytestmark = pytest.mark.django_db
SEEN = b"seen by all of us"


@pytest.fixture
def mitigation(olga, system):
    return mitigations.plan(system, olga[1], findings=[], values={"title": "Do it"})


def blocked(folder: str) -> None:
    """A file stands where the folder should: even a superuser's write fails there."""
    place = Path(default_storage.path(folder))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")


def test_a_report_that_cannot_be_stored_ends_as_failed_and_says_so(olga, system):
    blocked("reports")
    row = reports.request_report(system, olga[1], format="json")
    reports.make(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.file.name) == ("failed", "")
    assert row.message.startswith("There was no room to store the report")
    page = cast.browser(olga[1]).get(f"/systems/{system.pk}/report/").content.decode()
    assert row.message in page


def test_a_file_for_which_there_is_no_room_is_refused_whole(olga, system, mitigation):
    blocked("attachments")
    place = f"/api/v1/systems/{system.pk}/mitigations/{mitigation.pk}/attachments/"
    with nothing_changes():
        file = SimpleUploadedFile("done.txt", SEEN)
        answer = cast.browser(olga[1]).post(place, {"file": file})
    assert 400 <= answer.status_code < 500
    assert "There was no room to store the file" in answer.content.decode()


def test_a_file_that_the_disk_lost_is_missed_in_words(olga, mitigation):
    one = attachments.add(mitigation, olga[1], SimpleUploadedFile("done.txt", SEEN))
    client = cast.browser(olga[1])
    assert b"".join(client.get(f"/api/v1/attachments/{one.pk}/").streaming_content) == SEEN
    Path(one.file.path).unlink()
    answer = client.get(f"/api/v1/attachments/{one.pk}/")
    assert answer.status_code == 404
    assert attachments.content(Attachment.objects.get()) is None
