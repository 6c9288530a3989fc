"""Reports: asked for, made once, handed over; what a worker that lost its job may not do."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import cast
from threatmodel.models import Report
from threatmodel.models.job import JobState
from threatmodel.services import jobs, reports

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    return cast.workspace()


@pytest.fixture
def system(olga):
    return cast.system(*olga)


@pytest.fixture
def client(olga):
    return cast.browser(olga[1])


BEGINS = {
    "pdf": b"%PDF-",
    "html": b"<!doctype html>",
    "xlsx": b"PK",
    "csv": b"\xef\xbb\xbfkey,",
    "bartizan": b"{",
    "json": b"{",
    "sarif": b"{",
    "atlas-layer": b"{",
}


@pytest.mark.parametrize("format", BEGINS)
def test_a_report_is_asked_for_made_and_handed_over(client, system, format):
    client.post(reverse("report", args=[system.pk]), {"format": format, "paper": "A4"})
    row = Report.objects.get()
    reports.make(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.progress) == ("succeeded", 1.0)
    answer = client.get(f"/api/v1/reports/{row.pk}/file/")
    body = b"".join(answer.streaming_content)
    assert len(body) == row.size
    assert body.startswith(BEGINS[format])


def test_a_format_that_is_not_made_is_refused_in_words(client, system):
    answer = cast.send(client, "post", f"/api/v1/systems/{system.pk}/reports/", {"format": "docx"})
    assert answer.status_code == 400
    assert "pdf, html, xlsx, csv, bartizan, json, sarif" in answer.json()["error"]["message"]


def test_a_report_is_made_once_however_often_the_bell_rings(olga, system):
    row = reports.request_report(system, olga[1], format="json")
    reports.make(str(row.pk))
    row.refresh_from_db()
    first = row.sha256, row.attempt, row.ended_at
    reports.make(str(row.pk))
    row.refresh_from_db()
    assert (row.sha256, row.attempt, row.ended_at) == first


def test_a_worker_that_lost_its_job_changes_nothing_any_more(olga, system):
    row = reports.request_report(system, olga[1], format="json")
    Report.objects.filter(pk=row.pk).update(state="running", attempt=1)
    row.refresh_from_db()
    Report.objects.filter(pk=row.pk).update(attempt=2)
    assert not jobs.stop(row, JobState.FAILED, "too late")
    row.refresh_from_db()
    assert row.state == "running"


def test_a_report_that_cost_three_workers_ends_as_failed(olga, system):
    row = reports.request_report(system, olga[1], format="json")
    Report.objects.filter(pk=row.pk).update(
        state="running", attempt=3, lease_until="2020-01-01T00:00Z"
    )
    reports.sweep()
    row.refresh_from_db()
    assert row.state == "failed"
    assert "ask for it again" in row.message
