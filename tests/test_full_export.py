"""A full export holds what people said and did; elsewhere it is the record of another place."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import cast
from threatmodel.core.document import DocumentError
from threatmodel.core.inputs import Evidence
from threatmodel.formats import history, read_any
from threatmodel.formats.history import History
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import Comment, LogEntry, Report, System, Workshop, Workspace
from threatmodel.services import (
    attachments,
    belongings,
    comments,
    evidence,
    imports,
    mitigations,
    proofs,
    reports,
    savedviews,
    tickets,
    told,
    workshops,
)
from threatmodel.services.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.store]
Owner = tuple[Workspace, Person]
BODY = "Signed off — Zoë".encode()


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


def tracked(system: System, by: Person) -> None:
    """A mitigation that is verified, with a file, a ticket, a shared view and a private one."""
    key = system.findings.filter(applies="yes").order_by("key")[0].key
    values = {"title": "Limit calls", "status": "implemented", "note": "<i>soon</i>"}
    row = mitigations.plan(system, by, findings=[key], values=values)
    attachments.add(row, by, SimpleUploadedFile("proof.txt", BODY))
    tickets.link(row, by, "https://tickets.example/T-1")
    mitigations.change(row, by, version=1, values={"status": "verified", "checklist": proofs.OWN})
    counted = Evidence("", "c-api", "square", "decision", False, system.as_of, "", 40, 2)
    source = evidence.Source("garak", "0.9", told={"file": "r.json", "probes": [["x", 2, 40]]})
    evidence.bring(system, by, counted, source)
    for name, shared in (("Ours", True), ("Mine", False)):
        savedviews.keep(
            system.workspace, by, system=system, name=name, query="risk=high", shared=shared
        )


def shape(body: bytes) -> dict[str, Any]:
    """An export without what tells of the place: ids, origins, and who put it there and when."""
    whole = json.loads(body)
    for row in (*whole["mitigations"], *whole["evidence"], *whole["proofs"]):
        for name in ("id", "mitigation", "origin", "adopted", "status", "current"):
            row.pop(name, None)
        for one in (*row.get("files", ()), *row.get("tickets", ())):
            one.pop("by", None), one.pop("at", None)
    return {name: whole[name] for name in ("mitigations", "evidence", "proofs", "views")}


def test_files_tickets_proofs_and_views_go_to_another_place_and_on_from_there(olga, system):
    tracked(system, olga[1])
    body, mallory = exported(system, olga[1]), cast.workspace("mallory")
    whole = json.loads(body)
    (row,) = whole["mitigations"]
    assert b64decode(row["files"][0]["content"]) == BODY
    assert [one["name"] for one in whole["views"]] == ["Ours"]
    found = brought(mallory, body)
    (made,) = found.system.mitigations.all()
    (kept,) = made.attachments.all()
    assert attachments.content(kept) == BODY
    assert (made.status, made.verified_by, made.checklist) == ("implemented", "", [])
    (proof,) = told.brought(found.system).proofs
    assert (proof.mitigation, proof.by, proof.alone) == (str(made.pk), olga[1].name, True)
    assert made.tickets.get().tracker is None
    assert found.system.evidence.get().tool == "garak"
    again = exported(found.system, mallory[1])
    assert shape(again) == shape(body)
    # Each has a file of its own: neither place can take the other's away.
    attachments.remove(kept, mallory[1])
    assert attachments.content(system.mitigations.get().attachments.get()) == BODY


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": b64encode(b"MZ\0\xff").decode(), "size": 4,
          "sha256": hashlib.sha256(b"MZ\0\xff").hexdigest()}, "kind of file"),
        ({"sha256": "0" * 64}, "size and digest"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_kept_refuses_the_whole_and_leaves_nothing(
    olga, system, change, said
):
    tracked(system, olga[1])
    whole = json.loads(exported(system, olga[1]))
    whole["mitigations"].append(
        {**whole["mitigations"][0], "id": "other", "tickets": [],
         "files": [{**whole["mitigations"][0]["files"][0], **change}]}
    )  # fmt: skip
    folder = Path(default_storage.path("attachments"))
    before = sorted(folder.iterdir())
    with pytest.raises((Refusal, DocumentError), match=said):
        brought(cast.workspace("mallory"), json.dumps(whole).encode())
    assert sorted(folder.iterdir()) == before
    assert System.objects.count() == 1


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


def test_ids_of_another_system_s_rows_and_circles_in_a_file_change_nothing_there(olga, system):
    tracked(system, olga[1])
    whole = json.loads(exported(system, olga[1]))
    whole["mitigations"][0]["title"] = "Taken over"
    whole["comments"][0]["thread"] = whole["comments"][1]["id"]
    with kept_as_it_was(system):
        made = brought(olga, json.dumps(whole).encode()).system
    (row,) = made.mitigations.all()
    assert (str(row.pk), row.title) != (whole["mitigations"][0]["id"], "Limit calls")
    assert told.brought(made).proofs[0].mitigation == str(row.pk)
    client = cast.browser(olga[1])
    for name in ("history", "findings", "evidence", "tests"):
        assert client.get(reverse(name, args=[made.pk])).status_code == 200


@contextmanager
def kept_as_it_was(system: System) -> Iterator[None]:
    """Nothing of what belongs to a system changes inside."""
    before = belongings.of(system), told.told(system)
    yield
    assert (belongings.of(system), told.told(system)) == before


@pytest.mark.parametrize(
    "source",
    [
        {"probes": [7, None, ["<b>", {}]], "scan": ["x", None, {"level": "<i>"}]},
        {"kind": {"a": 1}, "file": ["<script>alert(1)</script>"], "summary": {"notes": [{}, 7]}},
    ],
)
def test_whatever_a_file_says_of_a_measurement_its_page_opens(olga, system, source):
    tracked(system, olga[1])
    whole = json.loads(exported(system, olga[1]))
    whole["evidence"][0]["source"] = source
    whole["views"] = [{"name": "<script>x</script>", "query": 'risk=high&x="><script>'}]
    made = brought(olga, json.dumps(whole).encode()).system
    client = cast.browser(olga[1])
    for name in ("evidence", "findings"):
        page = client.get(reverse(name, args=[made.pk]))
        assert page.status_code == 200
        assert b"<script>alert" not in page.content and b"<script>x" not in page.content
    answer = client.get(f"/api/v1/systems/{made.pk}/evidence/")
    assert answer.json()["results"][0]["source"] == source
