"""REST as a program sees it: what it answers, and what it makes of bad input."""

from __future__ import annotations

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.cast import change, send
from threatmodel.api.throttles import PerAct
from threatmodel.models import (
    AuditEntry,
    DecisionRow,
    ElementRow,
    EvidenceRow,
    FindingRow,
    LogEntry,
    MitigationRow,
    Report,
    System,
)
from threatmodel.services import reports

pytestmark = pytest.mark.django_db
KEPT = (System, ElementRow, LogEntry, FindingRow, DecisionRow, MitigationRow, EvidenceRow)


def state() -> dict[str, list[object]]:
    """Everything that is kept, to compare before and after."""
    return {kind.__name__: list(kind.objects.order_by("pk").values()) for kind in KEPT}


def error_of(answer) -> dict[str, str]:
    found = answer.json()["error"]
    assert set(found) == {"code", "message", "field"}
    assert "Traceback" not in found["message"] and "/work" not in found["message"]
    return found


def test_a_system_is_made_listed_opened_renamed_deleted_and_brought_back(client):
    made = send(client, "post", "/api/v1/systems/", {"name": "New"})
    assert made.status_code == 201
    path = f"/api/v1/systems/{made.json()['id']}/"
    assert client.get("/api/v1/systems/").json()["count"] == 1
    assert client.get(path).json()["revision"] == 0
    assert send(client, "patch", path, {"name": "Renamed"}).json()["name"] == "Renamed"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get("/api/v1/systems/").json()["count"] == 0
    assert client.post(path + "undelete/").json()["name"] == "Renamed"
    assert client.post(path + "undelete/").status_code == 409


def test_an_edit_by_rest_is_an_operation_like_any_other(client, url, system):
    op = str(uuid.uuid4())
    changes = [change("component", "c-api", set={"attributes.returns_scores": True})]
    done = send(client, "post", url + "operations/", {"id": op, "changes": changes})
    assert done.json() == {"id": op, "revision": 2, "skipped": []}
    component = client.get(url + "document/").json()["components"][0]
    assert component["attributes"] == {"returns_scores": True}
    log = client.get(url + "log/").json()
    assert [entry["revision"] for entry in log["results"]] == [2, 1]
    assert log["results"][0]["by"]["name"] == "olga"
    after = client.get(url + "log/?after=1").json()["results"]
    assert [entry["op"] for entry in after] == [op]
    back = send(client, "post", url + "undo/", {"op": op})
    assert back.json()["revision"] == 3
    assert client.get(url + "document/?revision=2").json()["components"][0]["attributes"]
    assert send(client, "post", url + "restore/", {"revision": 2}).json() == {"revision": 4}


def test_document_and_findings_answer_304_to_who_has_them(client, url):
    for path in ("document/", "findings/"):
        tag = client.get(url + path)["ETag"]
        assert client.get(url + path, headers={"If-None-Match": tag}).status_code == 304
    changes = [change("component", "c-api", set={"name": "Other"})]
    send(client, "post", url + "operations/", {"id": str(uuid.uuid4()), "changes": changes})
    assert client.get(url + "findings/", headers={"If-None-Match": tag}).status_code == 200


def test_findings_are_filtered_ordered_grouped_and_opened(client, url):
    found = client.get(url + "findings/").json()
    levels = [row["risk"]["residual"] for row in found["results"] if row["applies"] == "yes"]
    order = ["very high", "high", "moderate", "low", "very low"]
    assert found["count"] > 0 and levels == sorted(levels, key=order.index)
    one = found["results"][0]
    narrow = client.get(url + f"findings/?threat={one['threat']}&element={one['element']}").json()
    assert [row["key"] for row in narrow["results"]] == [one["key"]]
    groups = client.get(url + "findings/?group=threat").json()
    assert sum(len(group["findings"]) for group in groups["results"]) == found["count"]
    opened = client.get(url + f"findings/{one['key']}/").json()
    assert opened["steps"] and opened["explanation"]["children"] and opened["pairs"] is not None


def test_why_a_threat_does_not_apply_is_explained(client, url):
    told = client.get(url + "explain/evasion-query/c-data/").json()
    assert told["truth"] is False and told["children"]
    assert client.get(url + "explain/no-such/c-data/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "findings/?order=system__workspace__members__user__password",
        "findings/?order=-risk,threat",
        "findings/?level=enormous",
        "findings/?group=_connector",
        "findings/?page_size=1000000000",
        "findings/?page=-1",
        "findings/?page=0",
        "findings/?page=%E2%91%A0",
        "log/?after=-5",
        "log/?page_size=abc",
        "document/?revision=99",
        "mitigations/?status=verifed",
    ],
)
def test_a_bad_query_is_refused_and_named(client, url, query):
    answer = client.get(url + query)
    assert answer.status_code == 400
    assert error_of(answer)["field"] in query


def test_a_threat_of_ones_own_stands_in_the_register(client, url):
    body = {"title": "What about the cleaner?", "element": "c-api", "dimension": "integrity"}
    made = send(client, "post", url + "scenarios/", body)
    assert made.status_code == 201
    row = client.get(url + f"findings/{made.json()['key']}/").json()
    assert row["title"] == body["title"] and row["applies"] == "yes"


@pytest.mark.parametrize(
    ("more", "field"),
    [({"dimension": 7}, "dimension"), ({"id": "../x"}, "id"), ({"element": "c-x"}, "element")],
)
def test_a_bad_threat_of_ones_own_is_refused_by_its_field(client, url, more, field):
    before = state()
    answer = send(client, "post", url + "scenarios/", {"title": "x", "element": "c-api"} | more)
    assert answer.status_code == 400 and error_of(answer)["field"] == field
    assert state() == before


def first_key(client, url) -> str:
    rows = client.get(url + "findings/?applies=yes").json()["results"]
    return str(rows[0]["key"])


def test_a_decision_sets_the_treatment_and_is_an_entry_of_the_log(client, url):
    key = first_key(client, url)
    body = {"finding": key, "action": "accept", "reason": "We can live with it"}
    made = send(client, "post", url + "decisions/", body)
    assert made.status_code == 201 and made.json()["accepted_level"]
    assert client.get(url + f"findings/{key}/").json()["treatment"] == "accepted"
    assert client.get(url + "log/").json()["results"][0]["kind"] == "decision"
    assert AuditEntry.objects.filter(action="finding: accept").count() == 1
    reopened = send(client, "post", url + "decisions/", {**body, "action": "reopen"})
    assert reopened.status_code == 201
    assert client.get(url + f"findings/{key}/").json()["treatment"] == "open"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "accept", "reason": "x", "finding": "no@such"}, "finding"),
        ({"action": "accept", "reason": "   "}, "reason"),
        ({"action": "forgive", "reason": "x"}, "action"),
        ({"action": "rate", "reason": "x"}, "likelihood"),
        ({"action": "rate", "reason": "x", "impact": "11"}, "impact"),
        ({"action": "accept", "reason": "x", "until": "2020-01-01"}, "until"),
        ({"action": "accept", "reason": "x", "until": "tomorrow"}, "until"),
        ({"action": "accept", "reason": "a" * 10_001}, "reason"),
        ({"action": ["accept"], "reason": "x"}, "action"),
        ({"action": "accept", "reason": {"a": 1}}, "reason"),
    ],
)
def test_a_bad_decision_changes_nothing(client, url, body, field):
    body = {"finding": first_key(client, url), **body}
    before = state()
    answer = send(client, "post", url + "decisions/", body)
    assert answer.status_code == 400 and error_of(answer)["field"] == field
    assert state() == before


def test_two_who_change_one_mitigation_meet_a_conflict(client, url):
    key = first_key(client, url)
    made = send(client, "post", url + "mitigations/", {"title": "Limit", "findings": [key]}).json()
    path = url + f"mitigations/{made['id']}/"
    won = send(client, "patch", path, {"version": 1, "status": "implemented"})
    lost = send(client, "patch", path, {"version": 1, "status": "dropped"})
    assert (won.status_code, lost.status_code) == (200, 409)
    assert error_of(lost) == {
        "code": "conflict",
        "message": "Somebody changed this mitigation meanwhile; look at it again",
        "field": "version",
    }
    now = client.get(path).json()
    assert (now["status"], now["version"]) == ("implemented", 2)
    assert client.delete(path + "?version=1").status_code == 409
    assert client.delete(path + "?version=2").status_code == 204
    assert client.get(path).status_code == 404


def test_a_mitigation_by_a_control_takes_its_name_and_effort(client, url):
    controls = client.get("/api/v1/catalog/controls/").json()["results"]
    made = send(client, "post", url + "mitigations/", {"control": controls[0]["id"]}).json()
    assert made["title"] == controls[0]["title"] and made["effort"] == controls[0]["effort"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"control": "no-such-control"}, "control"),
        ({"title": "x", "findings": ["no@such"]}, "findings[0]"),
        ({"title": "x", "status": "finished"}, "status"),
        ({"title": "x", "due": "31.12.2026"}, "due"),
        ({"title": "x" * 201}, "title"),
        ({"title": "nul \u0000"}, "title"),
        ({"title": "half \ud800"}, "title"),
    ],
)
def test_a_bad_mitigation_changes_nothing(client, url, body, field):
    before = state()
    answer = send(client, "post", url + "mitigations/", body)
    assert answer.status_code == 400
    assert error_of(answer)["field"] == field
    assert state() == before


def test_fields_that_are_the_servers_cannot_be_set(client, url):
    body = {"title": "x", "version": 7, "created_by": "eve", "system": str(uuid.uuid4()), "id": 1}
    made = send(client, "post", url + "mitigations/", body).json()
    assert made["version"] == 1 and made["created_by"] == "olga"
    row = MitigationRow.objects.get(pk=made["id"])
    assert str(row.system_id) in url


def test_foreign_evidence_weighs_nothing_until_adopted(client, url):
    changes = [change("flow", "f-ask", set={"attributes.admits": "anyone"})]
    send(client, "post", url + "operations/", {"id": str(uuid.uuid4()), "changes": changes})
    body = {
        "element": "c-api",
        "test": "hopskipjump",
        "family": "decision",
        "handled": 40,
        "broken": 30,
        "eps": 0.3,
        "eps_reason": "seen in practice",
        "budget": 1000,
    }
    before = client.get(url + "findings/evasion-query@c-api/").json()
    made = send(client, "post", url + "evidence/", body)
    assert made.status_code == 201 and made.json()["adopted"] is False
    shown = client.get(url + "findings/evasion-query@c-api/").json()
    assert shown["likelihood"] == before["likelihood"]
    adopted = client.post(f"/api/v1/evidence/{made.json()['id']}/adopt/")
    assert adopted.json()["adopted"] is True
    noted = AuditEntry.objects.get(action="evidence adopted").subject
    assert noted == "Adversarial examples by asking for labels on Scoring API"
    after = client.get(url + "findings/evasion-query@c-api/").json()
    assert after["verdict"] == "broken" != before["verdict"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"broken": 41}, "broken"),
        ({"element": "c-none"}, "element"),
        ({"handled": -1}, "handled"),
        ({"eps": 1e300}, "eps"),
        ({"taken_on": "2999-01-01"}, "taken_on"),
        ({"broken": True and "many"}, "broken"),
    ],
)
def test_bad_evidence_changes_nothing(client, url, body, field):
    good = {"element": "c-api", "test": "t", "family": "f", "handled": 40, "broken": 1}
    before = state()
    answer = send(client, "post", url + "evidence/", good | body)
    assert answer.status_code == 400 and error_of(answer)["field"] == field
    assert state() == before


BODIES = {
    "nothing": b"",
    "not JSON": b"{",
    "a number": b"7",
    "a list": b"[]",
    "null": b"null",
    "NaN": b'{"id": NaN}',
    "infinity": b'{"id": 1e999}',
    "a long number": b'{"id": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"id": 1, "id": 2}',
    "deep": b"[" * 100_000,
    "deep and closed": b'{"id": ' + b"[" * 200 + b"]" * 200 + b"}",
    "not UTF-8": b'{"id": "\xff"}',
    "half a character": b'{"id": "\\ud800"}',
    "a NUL": b'{"id": "\\u0000"}',
    "trailing": b'{"id": 1} {}',
    "prototype": b'{"__proto__": {"admin": true}}',
}
TARGETS = (
    "operations/",
    "undo/",
    "restore/",
    "decisions/",
    "mitigations/",
    "evidence/",
    "scenarios/",
)


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_everywhere_and_changes_nothing(client, url, name):
    before = state()
    for target in TARGETS:
        answer = send(client, "post", url + target, BODIES[name])
        assert answer.status_code == 400, (target, answer.content)
        error_of(answer)
    for path in ("/api/v1/systems/", "/api/v1/workspaces/", "/api/v1/tokens/", "/api/v1/invites/"):
        assert send(client, "post", path, BODIES[name]).status_code == 400, path
    assert state() == before


CHANGES = {
    "nothing": [],
    "not a list": {"kind": "zone"},
    "of no kind": [{"kind": "unicorn", "id": "u", "add": {}}],
    "of a kind that is no text": [{"kind": ["zone"], "id": "u", "add": {}}],
    "two actions": [{"kind": "zone", "id": "z", "add": {}, "remove": True}],
    "prototype": [{"kind": "zone", "id": "__proto__", "add": {"name": "x"}}],
    "long id": [{"kind": "zone", "id": "z" * 65, "add": {"name": "x"}}],
    "path as id": [{"kind": "zone", "id": "../x", "add": {"name": "x"}}],
    "long label": [{"kind": "zone", "id": "z", "add": {"name": "x" * 201}}],
    "flow to nowhere": [
        {"kind": "flow", "id": "f", "add": {"kind": "data", "source": "c-api", "target": "c-x"}}
    ],
    "zone in itself": [{"kind": "zone", "id": "z-net", "set": {"parent": "z-net"}}],
    "zones in a ring": [
        {"kind": "zone", "id": "z-net", "set": {"parent": "z-prod"}},
        {"kind": "zone", "id": "z-prod", "set": {"parent": "z-net"}},
    ],
    "box of words": [{"kind": "zone", "id": "z-net", "set": {"box": ["a", 1, 2, 3]}}],
    "huge box": [{"kind": "zone", "id": "z-net", "set": {"box": [1e308, 1, 2, 3]}}],
    "unknown attribute": [{"kind": "component", "id": "c-api", "set": {"attributes.x": True}}],
    "attribute of wrong type": [
        {"kind": "component", "id": "c-api", "set": {"attributes.returns_scores": "yes"}}
    ],
    "removed system": [{"kind": "system", "id": "system", "remove": True}],
    "extra keys": [{"kind": "zone", "id": "z-net", "set": {}, "by": "root"}],
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_bad_edit_is_refused_with_its_place_and_changes_nothing(client, url, name):
    before = state()
    body = {"id": str(uuid.uuid4()), "changes": CHANGES[name]}
    answer = send(client, "post", url + "operations/", body)
    assert answer.status_code in (400, 409)
    assert error_of(answer)["field"]
    assert state() == before


def test_markup_in_labels_is_kept_as_text_and_drawn_as_text(client, url):
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"'
    changes = [change("component", "c-api", set={"name": evil})]
    send(client, "post", url + "operations/", {"id": str(uuid.uuid4()), "changes": changes})
    assert evil in [one["name"] for one in client.get(url + "document/").json()["components"]]
    picture = client.get(url + "diagram.svg")
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert b"<script" not in picture.content and b"<img" not in picture.content


def test_the_diagram_is_a_picture_too_made_again_only_when_it_differs(client, url):
    picture = client.get(url + "diagram.png")
    assert picture["Content-Type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    known = {"If-None-Match": picture["ETag"]}
    assert client.get(url + "diagram.png", headers=known).status_code == 304
    far = [change("component", "c-api", set={"box": [90_000, 90_000, 176, 64]})]
    send(client, "post", url + "operations/", {"id": str(uuid.uuid4()), "changes": far})
    refused = client.get(url + "diagram.png", headers=known)
    assert refused.status_code == 400 and "Take the SVG" in error_of(refused)["message"]


def test_a_file_is_imported_whole_with_its_loss_report(client):
    data = json.dumps(cast.drawing()).encode()
    answer = client.post("/api/v1/systems/import/", {"file": SimpleUploadedFile("s.json", data)})
    assert answer.status_code == 201, answer.content
    found = answer.json()
    assert found["system"]["components"] == 3 and found["system"]["revision"] == 1
    assert set(found["report"]) == {"read", "mapped", "kept", "dropped"}
    exported = client.get(f"/api/v1/systems/{found['system']['id']}/document/").json()
    assert [one["id"] for one in exported["flows"]] == ["f-ask", "f-train"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x", b"PK\x03\x04", b"%PDF-1.7", b"{", b"[" * 100_000, b"&a [*a]", b"!!python/x {}",
        b'{"format": "bartizan/1", "system": 7}', b"\xff\xfe{\x00",
        b'{"format": "bartizan/9", "system": {"name": "x"}, "components": 7}',
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_and_nothing_is_stored(client, olga, data):
    before = state()
    answer = client.post("/api/v1/systems/import/", {"file": SimpleUploadedFile("s.json", data)})
    assert answer.status_code == 400, answer.content
    assert state() == before


def test_an_import_without_a_file_names_the_field(client):
    answer = client.post("/api/v1/systems/import/", {})
    assert answer.status_code == 400 and error_of(answer)["field"] == "file"


@pytest.mark.parametrize("method", ["put", "trace", "options"])
def test_a_method_that_is_not_offered_is_refused(client, url, method):
    answer = getattr(client, method)(url + "operations/")
    assert answer.status_code in (200, 405)
    assert method == "options" or answer.status_code == 405


def test_other_content_types_are_refused(client, url):
    answer = client.post(url + "operations/", {"id": "x"})
    assert answer.status_code == 415
    answer = client.get(url, headers={"Accept": "text/html"})
    assert answer["Content-Type"] == "application/json"


def test_the_catalog_comes_at_once_and_only_once(client):
    whole = client.get("/api/v1/catalog/")
    found = whole.json()
    assert {"component_types", "zone_kinds", "flow_kinds", "threats", "controls"} <= set(found)
    assert found["levels"] == ["very low", "low", "moderate", "high", "very high"]
    assert found["tactics"][0] == {"id": "AML.TA0002", "name": "Reconnaissance"}
    assert "AML.TA0004" in found["threats"]["account-takeover"]["tactics"]
    again = client.get("/api/v1/catalog/", headers={"If-None-Match": whole["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert client.get("/api/v1/catalog/unicorns/").status_code == 404
    assert client.get("/api/v1/catalog/threats/no-such/").status_code == 404
    for kind in ("component-types", "threats", "controls", "adversaries", "frameworks"):
        assert client.get(f"/api/v1/catalog/{kind}/").json()["count"] > 0


def test_every_error_of_the_framework_has_our_shape(client, url):
    for answer in (
        client.get("/api/v1/systems/not-a-uuid/"),
        cast.browser().get(url),
        client.put(url),
        send(client, "post", url + "operations/", b"{"),
    ):
        if answer["Content-Type"] == "application/json":
            error_of(answer)
        assert answer.status_code < 500


def test_the_schema_describes_every_route(client):
    paths = client.get("/api/v1/schema/").json()["paths"]
    assert "/api/v1/systems/{id}/operations/" in paths and len(paths) > 30


def test_whoever_takes_a_copy_along_is_in_the_audit_log(client, url, olga, system):
    report = Report.objects.create(system=system, format="json")
    reports.make(str(report.pk))
    file = f"/api/v1/reports/{report.pk}/file/"
    tag = client.get(url + "document/")["ETag"]
    client.get(url + "document/", headers={"If-None-Match": tag})
    client.get(url + "diagram.svg")
    assert b"".join(client.get(file).streaming_content)
    send(cast.browser(cast.outsider()), "get", file)
    noted = AuditEntry.objects.filter(action="exported").order_by("at")
    assert [(entry.by_name, entry.workspace, entry.subject) for entry in noted] == [
        ("olga", olga[0], "Scoring: document at revision 1"),
        ("olga", olga[0], "Scoring: diagram at revision 1"),
        ("olga", olga[0], "Scoring: json report at revision 1"),
    ]


@pytest.mark.parametrize(("path", "act"), [("/api/v1/runs/", "run"), ("/api/v1/models/", "upload")])
def test_what_costs_is_counted_and_looking_is_not(client, path, act, monkeypatch):
    monkeypatch.setitem(PerAct.THROTTLE_RATES, act, "1/hour")
    assert [client.get(path).status_code for _ in range(3)] == [200] * 3
    assert client.post(path).status_code in (400, 415)
    again = client.post(path)
    assert (again.status_code, again.json()["error"]["code"]) == (429, "throttled")
    assert 0 < int(again.headers["Retry-After"]) <= 3601
    assert client.get(path).status_code == 200
