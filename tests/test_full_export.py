"""A full export holds what people said and did; elsewhere it is the record of another place."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import cast
from threatmodel.formats import history, read_any
from threatmodel.formats.history import History
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import Comment, LogEntry, Report, System, Workshop, Workspace
from threatmodel.services import comments, imports, reports, told, workshops

pytestmark = [pytest.mark.django_db, pytest.mark.store]
Owner = tuple[Workspace, Person]


@pytest.fixture
def olga() -> Owner:
    return cast.workspace()


@pytest.fixture
def system(olga: Owner) -> System:
    """One that was talked about, went through a workshop, and was edited."""
    made = cast.system(*olga)
    first = comments.say(made, olga[1], text="Who signs the data?", about="c-data")
    comments.say(made, olga[1], text="=The vendor", thread=first.pk)
    gone = comments.say(made, olga[1], text="never mind")
    comments.remove(gone)
    room = workshops.start(made, olga[1], title="First round")
    workshops.park(room, olga[1], "Ask the vendor")
    workshops.end(room, olga[1])
    cast.edit(made, olga[1], cast.change("component", "c-api", set={"name": "Scorer"}))
    made.refresh_from_db()
    return made


def exported(system: System, by: Person) -> bytes:
    row = reports.request_report(system, by, format="bartizan")
    reports.make(str(row.pk))
    with Report.objects.get(pk=row.pk).file.open("rb") as file:
        body: bytes = file.read()
    return body


def brought(to: Owner, body: bytes) -> imports.Import:
    return imports.import_file(to[0], to[1], SimpleUploadedFile("system.json", body))


def test_comments_workshops_and_log_are_carried_and_come_in_as_anothers(olga, system):
    body = exported(system, olga[1])
    whole = json.loads(body)
    assert [one.get("text", "") for one in whole["comments"]] == [
        "Who signs the data?",
        "=The vendor",
        "",
    ]
    assert whole["comments"][1]["thread"] == whole["comments"][0]["id"]
    (room,) = whole["workshops"]
    assert room["record"]["parked"][0]["text"] == "Ask the vendor"
    assert [one["revision"] for one in whole["log"]] == [*range(system.revision, 0, -1)]
    found = brought(cast.workspace("mallory"), body)
    kept = told.brought(found.system)
    assert (len(kept.comments), len(kept.workshops)) == (3, 1)
    assert {one.origin for one in (*kept.comments, *kept.workshops, *kept.log)} == {"imported"}
    assert "3 comments" in [one.what for one in found.report.kept]
    # Nothing of it was said or done here.
    assert not Comment.objects.filter(system=found.system).exists()
    assert not Workshop.objects.filter(system=found.system).exists()
    assert LogEntry.objects.filter(system=found.system).count() == 1


def test_a_brought_record_is_exported_again_beside_our_own(olga, system):
    mallory = cast.workspace("mallory")
    made = brought(mallory, exported(system, olga[1])).system
    comments.say(made, mallory[1], text="Ours")
    again = read_any(exported(made, mallory[1]), "", catalogs.of(made), as_they_stand=True).history
    assert [(one.text, one.origin) for one in again.comments][0] == ("Ours", "entered")
    assert again.comments[1:] == told.brought(made).comments
    assert again.workshops == told.brought(made).workshops


def test_an_export_is_read_as_it_stands_without_a_change(olga, system):
    catalog = catalogs.of(system)
    found = read_any(exported(system, olga[1]), "", catalog, as_they_stand=True).history
    assert found == told.told(system)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"comments": [7]}, "comments[0]"),
        ({"comments": [{"id": "x", "by": "A"}]}, "comments[0].at"),
        ({"comments": [{"id": "x", "by": "A", "at": "yesterday"}]}, "comments[0].at"),
        ({"comments": {"a": 1}}, "comments"),
        ({"workshops": [{"id": "x", "title": "T", "leader": "L", "record": 7}]}, "record"),
        ({"log": [{"revision": -1, "kind": "x", "by": "", "at": "2026-01-01T00:00:00Z"}]},
         "log[0].revision"),
        ({"log": [{"revision": 1, "kind": "x", "by": "", "at": "2026-01-01T00:00:00Z",
                   "changes": [{"__proto__": 1}]}]}, "log[0].changes"),
        ({"log": [{"evil": 1}]}, "log[0].evil"),
    ],
)  # fmt: skip
def test_a_record_that_is_no_record_is_refused_by_its_place(olga, line, said):
    whole = {"format": "bartizan/1", "system": {"name": "Bad"}, **line}
    client = cast.browser(olga[1])
    file = BytesIO(json.dumps(whole).encode())
    file.name = "bad.json"
    answer = client.post("/api/v1/systems/import/", {"workspace": str(olga[0].pk), "file": file})
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"] + answer.json()["error"].get("field", "")
    assert not System.objects.exists()


def test_what_a_file_has_no_room_for_is_counted_and_told(olga, system):
    rows = history.to_rows(told.told(system), 2_500)
    assert rows["log_left_out"] == system.revision - len(rows.get("log", ()))
    whole = {"format": "bartizan/1", "system": {"name": "Short"}, **rows}
    found = read_any(json.dumps(whole).encode(), "", catalogs.of(system))
    assert "older lines of log" in " ".join(one.what for one in found.report.dropped)
    assert isinstance(found.history, History)


def test_the_history_page_of_what_was_brought_still_opens(olga, system):
    made = brought(olga, exported(system, olga[1])).system
    answer = cast.browser(olga[1]).get(reverse("history", args=[made.pk]))
    assert answer.status_code == 200
