"""Reports: asked for, made once, handed over; what a worker that lost its job may not do."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from tests import cast
from threatmodel.models import Report
from threatmodel.models.job import JobState
from threatmodel.services import decisions, jobs, looks, reports

pytestmark = pytest.mark.django_db


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


def asked(format):
    """With the fewest sections, since what they say has tests of its own."""
    return {"format": format, "paper": "A4", "sections": ["terms"]}


@pytest.mark.parametrize("format", BEGINS)
def test_a_report_is_asked_for_made_and_handed_over(client, system, format):
    client.post(reverse("report", args=[system.pk]), asked(format))
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


def test_a_cancelled_report_is_over_and_its_worker_writes_nothing(client, olga, system, settings):
    row = reports.request_report(system, olga[1], format="json")
    claimed = jobs.claim(Report, row.pk, reports.LEASE)
    answer = cast.send(client, "post", f"/api/v1/reports/{row.pk}/cancel/", {})
    assert answer.json()["state"] == "cancelled"
    with pytest.raises(jobs.Lost):
        reports._store(claimed, b"{}")
    folder = Path(settings.MEDIA_ROOT) / "reports"
    assert not list(folder.glob(f"*{row.pk}*"))
    again = cast.send(client, "post", f"/api/v1/reports/{row.pk}/cancel/", {})
    assert again.json()["ended_at"] == answer.json()["ended_at"]


def test_who_waits_sees_how_many_are_ahead_and_how_long_it_takes(client, olga, system):
    first = reports.request_report(system, olga[1], format="json")
    reports.make(str(first.pk))
    for _ in range(2):
        last = reports.request_report(system, olga[1], format="json")
    told = client.get(f"/api/v1/reports/{last.pk}/").json()
    assert told["ahead"] == 1
    assert told["estimate_s"] >= 1
    page = client.get(reverse("report", args=[system.pk])).content.decode()
    assert "1 ahead" in page


def test_a_file_says_of_which_revision_it_is_and_that_the_system_went_on(client, olga, system):
    row = reports.request_report(system, olga[1], format="atlas-layer")
    reports.make(str(row.pk))
    address = reverse("report", args=[system.pk])
    assert ", now" not in said(client.get(address), "ATLAS layer")
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": "Another"}))
    revision = system.revision
    assert f"revision {revision}, now {revision + 1}" in said(client.get(address), "ATLAS layer")


def said(page, name: str) -> str:
    """The row of a file, by the name of its format."""
    return page.content.decode().partition(f'row-title">{name}<')[2].partition("</td>")[0]


def png(colour: str = "#336699", size: tuple[int, int] = (40, 20), kind: str = "PNG") -> bytes:
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return target.getvalue()


def look(client, system, **values):
    return client.post(reverse("report", args=[system.pk]), {"do": "look", **values}, follow=True)


def test_a_workspaces_logo_and_colour_stand_on_its_reports(client, olga, system):
    logo = SimpleUploadedFile("l.jpg", png(kind="JPEG"))
    look(client, system, accent="#205080", logo=logo)
    assert looks.of(olga[0]).logo.startswith(b"\x89PNG")
    row = reports.request_report(system, olga[1], format="html")
    reports.make(str(row.pk))
    body = b"".join(client.get(f"/api/v1/reports/{row.pk}/file/").streaming_content).decode()
    assert "#205080" in body
    assert 'src="data:image/png;base64,' in body
    look(client, system, accent="", bare="on")
    assert looks.of(olga[0]) == looks.Look()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"accent": "red"}, "written like #4449c6"),
        ({"accent": "#ffff00"}, "too light"),
        ({"accent": "#000000;"}, "at most 7"),
        ({"logo": SimpleUploadedFile("l.svg", b"<svg onload='x()'/>")}, "PNG or JPEG"),
        ({"logo": SimpleUploadedFile("l.png", png()[:36])}, "PNG or JPEG"),
        ({"logo": SimpleUploadedFile("l.png", b"\x89PNG" + b"x" * 1024 * 1024)}, "1 MiB"),
        ({"logo": SimpleUploadedFile("l.png", png(size=(3000, 2000)))}, "4 million"),
    ],
)
def test_a_look_that_cannot_be_used_is_refused_in_words(client, olga, system, values, said):
    for file in values.values():
        if not isinstance(file, str):
            file.seek(0)
    page = look(client, system, **values).content.decode()
    assert said in page
    assert looks.of(olga[0]) == looks.Look()


def test_choices_are_saved_under_a_name_and_taken_up_again(client, olga, system):
    address = reverse("report", args=[system.pk])
    chosen = {
        "format": "json",
        "paper": "Letter",
        "sections": ["findings"],
        "name": "For engineers",
    }
    client.post(address, chosen)
    profile = olga[0].report_profiles.get()
    assert profile.options["sections"] == ["findings"]
    assert Report.objects.get().options["paper"] == "Letter"
    form = client.get(address, {"profile": profile.pk}).context["form"]
    assert (form.initial["sections"], form.initial["paper"]) == (["findings"], "Letter")
    client.post(address, {"do": "forget", "profile": profile.pk})
    assert not olga[0].report_profiles.exists()


def test_only_an_owner_dresses_reports_and_only_who_draws_saves_choices(olga, system):
    viewer = cast.browser(cast.member(olga[0], "viewer"))
    assert look(viewer, system, accent="#205080").status_code == 403
    chosen = {"format": "json", "paper": "A4", "name": "Mine"}
    assert viewer.post(reverse("report", args=[system.pk]), chosen).status_code == 403
    assert not Report.objects.exists()


def test_a_section_that_does_not_exist_is_named(client, system):
    body = {"format": "pdf", "sections": ["gossip"]}
    answer = cast.send(client, "post", f"/api/v1/systems/{system.pk}/reports/", body)
    assert answer.status_code == 400
    assert "gossip" in answer.json()["error"]["message"]


def test_the_page_says_before_which_letters_the_pdf_cannot_print(client, olga, system):
    page = reverse("report", args=[system.pk])
    assert "cannot print" not in client.get(page).content.decode()
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": "Reader \U0010abcd"}))
    assert "U+10ABCD" in client.get(page).content.decode()


def test_what_was_left_out_or_accepted_is_told_whatever_sections_were_chosen(olga, system):
    left = cast.change("out_of_scope", "c-data", add={"reason": "Kept by the other department"})
    assert not cast.edit(system, olga[1], left).code
    key = system.findings.filter(applies="yes").first().key
    decisions.decide(system, olga[1], finding=key, action="accept", reason="The loss is insured")
    chosen = {"sections": ["terms"]}
    for format in ("html", "bartizan", "xlsx"):
        row = reports.request_report(system, olga[1], format=format, options=chosen)
        reports.make(str(row.pk))
        body = Report.objects.get(pk=row.pk).file.open("rb").read()
        said = sheets(body) if format == "xlsx" else body.decode()
        assert "Kept by the other department" in said, format
        assert "The loss is insured" in said, format


def sheets(body: bytes) -> str:
    """All that stands in a workbook."""
    book = load_workbook(BytesIO(body), read_only=True)
    return " ".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell)


def test_a_profile_of_a_report_has_a_name_and_there_is_an_end_to_them(olga, client):
    url = f"/api/v1/workspaces/{olga[0].pk}/report-profiles/"
    nameless = cast.send(client, "post", url, {"name": "  ", "paper": "A4"})
    assert (nameless.status_code, nameless.json()["error"]["field"]) == (400, "name")
    for number in range(looks.MAX_PROFILES):
        looks.save(*olga, f"Profile {number}", {})
    more = cast.send(client, "post", url, {"name": "One more", "paper": "A4"})
    assert more.status_code == 400 and "at most" in more.json()["error"]["message"]
    same = cast.send(client, "post", url, {"name": "Profile 0", "paper": "Letter"})
    assert same.status_code == 201
