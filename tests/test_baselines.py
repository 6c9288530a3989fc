"""Baselines, comparisons and branches, by REST and on pages."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import cast, own
from tests.cast import change, edit, send
from tests.linking import link, measured
from threatmodel.core.wire import finding_to_data
from threatmodel.models import AuditEntry, Baseline, System, Ticket
from threatmodel.services import (
    attachments,
    baselines,
    branches,
    catalogs,
    decisions,
    evidence,
    mitigations,
    proofs,
)

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def rows(system: System) -> dict[str, Any]:
    return dict(system.findings.values_list("key", "data"))


def grow(system: System, by) -> None:
    """A new data set, a removed one, a changed interface, and a decision."""
    here = system.findings.filter(applies="yes", element="c-api")
    key = here.order_by("key").values_list("key", flat=True)[0]
    decisions.decide(system, by, finding=key, action="accept", reason="It is insured.")
    edit(system, by, change("component", "c-api", set={"attributes.returns_scores": True}))
    edit(system, by, change("component", "c-new", add={"type": "data-set", "name": "New data"}))
    edit(system, by, change("component", "c-data", remove=True))
    system.refresh_from_db()


def test_a_baseline_keeps_the_whole_assessment_whatever_comes_after(olga, system):
    before = rows(system)
    row = baselines.keep(system, olga[1], "Approved", "By the board.")
    grow(system, olga[1])
    kept = baselines.kept(Baseline.objects.get(pk=row.pk))
    assert {one.key: finding_to_data(one) for one in kept.assessment.findings} == before
    assert kept.assessment.document == row.document_digest
    assert sorted(kept.document.components) == ["c-api", "c-data", "c-user"]
    assert kept.inputs.decisions == ()


def test_a_baseline_reads_as_before_when_the_catalog_is_another(olga, system):
    before = rows(system)
    row = baselines.keep(system, olga[1], "Approved")
    own.uploaded(*olga)
    catalogs.apply(system, olga[1], catalogs.preview(system).after.catalog.digest)
    kept = baselines.kept(Baseline.objects.get(pk=row.pk))
    assert kept.catalog.digest == row.catalog_digest
    assert {one.key: finding_to_data(one) for one in kept.assessment.findings} == before


def test_a_baseline_is_kept_listed_and_read_by_rest(client, url, system):
    made = send(client, "post", url + "baselines/", {"name": " Approved ", "note": "Why."})
    assert made.status_code == 201
    told = made.json()
    assert (told["name"], told["revision"], told["by"]["name"]) == ("Approved", 1, "olga")
    assert client.get(url + "baselines/").json()["results"] == [told]
    whole = client.get(f"/api/v1/baselines/{told['id']}/").json()
    assert [one["id"] for one in whole["document"]["components"]] == ["c-api", "c-data", "c-user"]
    assert {one["key"] for one in whole["assessment"]["findings"]} == set(rows(system))
    assert AuditEntry.objects.filter(action="baseline").exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": ["a"]}, "name"),
        ({"name": "a", "note": "x" * 10_001}, "note"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_a_baseline_without_a_proper_name_is_refused(client, url, body, field):
    answer = send(client, "post", url + "baselines/", body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    assert not Baseline.objects.exists()


def test_a_name_is_given_once(client, url):
    assert send(client, "post", url + "baselines/", {"name": "One"}).status_code == 201
    answer = send(client, "post", url + "baselines/", {"name": "One"})
    assert answer.status_code == 409
    assert "another name" in answer.json()["error"]["message"]


def test_nobody_keeps_what_they_have_not_seen(client, olga, url, system):
    edit(system, olga[1], change("component", "c-api", set={"name": "Meanwhile"}))
    answer = send(client, "post", url + "baselines/", {"name": "Seen", "revision": 1})
    assert (answer.status_code, answer.json()["error"]["field"]) == (409, "revision")
    assert (
        send(client, "post", url + "baselines/", {"name": "Seen", "revision": 2}).status_code == 201
    )


def test_what_differs_is_told_with_the_risk_before_and_after(client, olga, url, system):
    kept = baselines.keep(system, olga[1], "Approved")
    grow(system, olga[1])
    told = client.get(f"{url}compare/?from={kept.pk}").json()
    assert told["from"]["baseline"] == {"id": str(kept.pk), "name": "Approved"}
    assert told["to"]["revision"] == system.revision
    how = {(one["kind"], one["id"]): one["how"] for one in told["elements"]}
    assert how == {
        ("component", "c-api"): "changed",
        ("component", "c-new"): "added",
        ("component", "c-data"): "removed",
        ("flow", "f-train"): "removed",
    }
    names = {one["id"]: one["name"] for one in told["elements"]}
    assert (names["c-data"], names["c-new"]) == ("History", "New data")
    assert told["counts"] == {"added": 1, "removed": 2, "changed": 1, "moved": 0}
    (changed,) = [one for one in told["elements"] if one["how"] == "changed"]
    assert changed["properties"] == [
        {"name": "attributes.returns_scores", "before": None, "after": True}
    ]
    treated = [d for f in told["findings"]["changed"] for d in f["differs"]]
    assert {"name": "treatment", "before": "open", "after": "accepted"} in treated
    assert {one["element"] for one in told["findings"]["gone"]} == {"c-api"}
    assert told["findings"]["new"]
    assert told["risk"]["after"]["by_level"] == system.summary["by_level"]


def test_revisions_are_compared_as_they_were_assessed_then(client, olga, url, system):
    before = dict(system.summary)
    grow(system, olga[1])
    told = client.get(url + "compare/?from=1&to=2").json()
    assert told["elements"] == []
    assert [one["differs"][0]["after"] for one in told["findings"]["changed"]] == ["accepted"]
    assert told["risk"]["before"]["by_level"] == before["by_level"]
    nothing = client.get(url + "compare/?from=1&to=1").json()
    assert nothing["findings"] == {"new": [], "changed": [], "gone": [], "reworded": 0}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?from=x",
        "?from=99",
        "?from=-1",
        "?from=1&to=99",
        f"?from={uuid.UUID(int=7)}",
        "?from=²",
    ],
)
def test_a_state_that_is_not_there_is_refused_by_name(client, url, query):
    answer = client.get(url + "compare/" + query)
    error = answer.json()["error"]
    assert answer.status_code == 404 or answer.status_code == 400
    assert error["field"] in ("from", "to") and "revision" in error["message"]


def test_a_baseline_of_another_system_is_no_state_of_this_one(client, olga, url):
    other = baselines.keep(cast.system(*olga), olga[1], "Other")
    assert client.get(f"{url}compare/?from={other.pk}").json()["error"]["field"] == "from"


def test_a_step_of_the_log_shows_the_drawing_of_then(client, olga, url, system):
    grow(system, olga[1])
    step = client.get(url + "log/1/").json()
    assert [one["id"] for one in step["document"]["components"]] == ["c-api", "c-data", "c-user"]
    assert step["risk"]["before"]["risk"] is None
    exported = AuditEntry.objects.filter(action="exported").count()
    assert exported == 0
    assert client.get(url + "log/0/").json()["document"].get("components", []) == []
    assert client.get(url + "log/99/").status_code == 404


def test_the_log_says_in_words_what_an_entry_did(client, olga, url, system):
    edit(system, olga[1], change("component", "c-api", remove=True))
    newest = client.get(url + "log/").json()["results"][0]
    assert newest["told"].startswith("Removed 3 elements: ")
    assert "Scoring API" in newest["told"]
    assert newest["risk"]["before"] != newest["risk"]["after"]


def test_the_log_calls_nothing_by_its_id(client, olga, url, system):
    words = "Ask the bank who may call the interface at night, and who looks at its log then."
    edit(system, olga[1], change("note", "n-1", add={}))
    edit(system, olga[1], change("note", "n-2", add={}))
    edit(
        system,
        olga[1],
        change("note", "n-1", set={"text": f"{words} {words}", "box": [1, 2, 160, 96]}),
    )
    edit(system, olga[1], change("assumption", "as-1", add={"text": f"{words} {words}"}))
    ends = {"kind": "data", "source": "c-api", "target": "c-api"}
    edit(system, olga[1], change("flow", "f-1", add=ends))
    edit(system, olga[1], change("flow", "f-1", remove=True))
    found = client.get(url + "log/?brief=true").json()["results"][:6]
    short = f"{words} Ask the bank who may call the…"
    assert [one["told"] for one in found] == [
        "Removed flow: Scoring API to Scoring API",
        "Added flow: Scoring API to Scoring API",
        f"Added assumption: {short}",
        f"Changed note: {short} (place, text)",
        "Added note: unnamed note",
        f"Added note: {short}",
    ]


def test_a_branch_is_a_system_of_its_own_with_what_was_entered(client, olga, url, system):
    grow(system, olga[1])
    answer = send(client, "post", url + "branch/", {"revision": 2})
    assert answer.status_code == 201
    made = System.objects.get(pk=answer.json()["system"]["id"])
    assert made.name == "Scoring: what if"
    assert rows(made) == then(system, 2)
    edit(made, olga[1], change("component", "c-api", remove=True))
    assert system.elements.filter(element_id="c-api", removed_at=None).exists()


def test_a_branch_takes_along_what_its_evidence_was_measured_on(olga, system):
    model = link(system, olga[1])
    evidence.bring(system, olga[1], measured(system, model))
    system.refresh_from_db()
    made = branches.branch(system, olga[1], system.revision)
    assert rows_but_ids(made) == rows_but_ids(system)
    copy = made.models.get()
    assert copy.file.name != model.file.name
    assert copy.file.read() == model.file.read()


def test_a_branch_keeps_what_was_noted_and_signed_and_leaves_what_belongs_to_the_work(olga, system):
    key = system.findings.filter(applies="yes").first().key
    row = mitigations.plan(system, olga[1], findings=[key], values={"title": "A", "note": "See 7"})
    lines = {"status": "verified", "checklist": list(proofs.OWN)}
    row = mitigations.change(row, olga[1], version=1, values=lines)
    Ticket.objects.create(mitigation=row, url="https://example.org/1", by_name="olga")
    attachments.add(row, olga[1], SimpleUploadedFile("proof.txt", b"done"))
    system.refresh_from_db()
    signed = branches.branch(system, olga[1], system.revision).mitigations.get()
    assert (signed.note, signed.implemented_by) == ("See 7", "olga")
    assert (signed.verified_by, signed.verified_on) == ("olga", row.verified_on)
    assert (signed.verified_alone, signed.checklist) == (True, list(proofs.OWN))
    assert not signed.attachments.exists() and not signed.tickets.exists()
    assert row.attachments.exists() and row.tickets.exists()
    before = branches.branch(system, olga[1], system.revision - 1, "Before").mitigations.get()
    assert (before.status, before.note) == ("planned", "See 7")
    assert (before.implemented_by, before.verified_by, before.checklist) == ("", "", [])


def rows_but_ids(system: System) -> dict[str, Any]:
    """The findings, without the ids of the evidence that they rest on."""
    found = rows(system)
    for one in found.values():
        one["ledger"] = [{**row, "evidence": ""} for row in one["ledger"]]
    return found


def then(system: System, revision: int) -> dict[str, object]:
    from threatmodel.services import comparison

    found = comparison.side(system, str(revision), "from").state.findings
    return {one.key: finding_to_data(one) for one in found}


@pytest.mark.parametrize(
    "body", [{"revision": 99}, {"revision": -1}, {"revision": "1"}, {"name": "x" * 201}]
)
def test_a_branch_from_nowhere_is_refused(client, url, body):
    assert send(client, "post", url + "branch/", body).status_code in (400, 404)
    assert System.objects.count() == 1


def test_the_history_page_shows_baselines_and_what_moved_the_risk(client, olga, system):
    baselines.keep(system, olga[1], "Approved")
    grow(system, olga[1])
    page = client.get(reverse("history", args=[system.pk])).content.decode()
    assert "Baseline: Approved" in page
    assert "Keep a baseline" in page
    assert "became" in page


def test_the_log_is_filtered_by_person_and_kind(client, olga, system):
    ann = cast.member(olga[0], "editor", "ann")
    edit(system, ann, change("component", "c-api", set={"name": "Door"}))
    grow(system, olga[1])
    path = reverse("history", args=[system.pk])
    lines = client.get(path + "?by=ann").context["lines"]
    assert [one["line"].entry.by_name for one in lines] == ["ann"]
    lines = client.get(path + "?kind=decision").context["lines"]
    assert [one["line"].entry.kind for one in lines] == ["decision"]
    offered = dict(client.get(path + "?by=nobody").context["kinds"])
    assert (offered["operation"], offered["clock"], offered["vote"]) == ("Edit", "New day", "Vote")
    assert b"No entry fits" in client.get(path + "?by=nobody").content


def test_the_compare_page_begins_with_the_last_baseline(client, olga, system):
    kept = baselines.keep(system, olga[1], "Approved")
    grow(system, olga[1])
    answer = client.get(reverse("compare", args=[system.pk]))
    assert answer.context["chosen"]["from"] == str(kept.pk)
    page = answer.content.decode()
    for word in ("Approved", "New data", "History", "returns scores", "Treatment: open"):
        assert word in page


def test_a_baseline_is_kept_from_the_page_by_who_may(client, olga, system):
    path = reverse("baseline-keep", args=[system.pk])
    assert client.post(path, {"name": "Approved", "note": "", "revision": 1}).status_code == 302
    assert Baseline.objects.get().name == "Approved"
    editor = cast.browser(cast.member(olga[0], "editor"))
    assert editor.post(path, {"name": "Mine"}).status_code == 403
    assert b"Keep a baseline" not in editor.get(reverse("history", args=[system.pk])).content


def test_a_branch_from_the_page_opens_its_diagram(client, system):
    answer = client.post(reverse("branch", args=[system.pk, 1]))
    made = System.objects.exclude(pk=system.pk).get()
    assert answer.url == reverse("diagram", args=[made.pk])
