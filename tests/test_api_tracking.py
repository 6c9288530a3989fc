"""What stands beside a mitigation, by REST: files, tickets, trackers, what it buys; and notices,
and how reports look."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalog import load
from tests import cast
from tests.cast import send
from threatmodel.models import Delivery, MitigationRow, Notice
from threatmodel.services import looks, mitigations, tokens, trackers

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def at(olga, system) -> str:
    key = system.findings.filter(applies="yes").first().key
    row = mitigations.plan(system, olga[1], findings=[key], values={"title": "Do it"})
    return f"{API}systems/{system.pk}/mitigations/{row.pk}/"


def test_a_file_is_attached_listed_taken_along_as_a_download_and_removed(client, at):
    file = SimpleUploadedFile("../seen.html", b"<script>alert(1)</script>")
    made = client.post(at + "attachments/", {"file": file})
    assert made.status_code == 201 and made.json()["name"] == "seen.html"
    (listed,) = client.get(at + "attachments/").json()["results"]
    assert listed == made.json()
    one = f"{API}attachments/{listed['id']}/"
    taken = client.get(one)
    assert taken["Content-Disposition"].startswith("attachment")
    assert taken["Content-Type"] == "application/octet-stream"
    assert b"".join(taken.streaming_content) == b"<script>alert(1)</script>"
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404
    nothing = client.post(at + "attachments/", {})
    assert (nothing.status_code, nothing.json()["error"]["field"]) == (400, "file")


def test_a_tracker_is_set_up_and_a_ticket_asked_for_whose_secret_nobody_sees(client, olga, at):
    body = {"kind": "github", "url": "https://example.org", "place": "a/b", "secret": "ghp_secret"}
    made = send(client, "post", API + "trackers/", body)
    assert made.status_code == 201 and "secret" not in made.content.decode()
    tracker = made.json()["id"]
    assert (
        send(client, "post", API + "trackers/", body | {"place": ".."}).json()["error"]["field"]
        == "place"
    )
    asked = send(client, "post", at + "tickets/", {"tracker": tracker})
    assert asked.status_code == 201 and asked.json()["push"]["state"] == "queued"
    assert str(Delivery.objects.get().pk) == asked.json()["id"]
    assert send(client, "post", at + "tickets/", {"tracker": tracker}).status_code == 409
    linked = send(client, "post", at + "tickets/", {"url": "https://example.org/x"})
    assert linked.json()["push"] is None
    for bad in ({}, {"tracker": tracker, "url": "https://example.org"}, {"url": "javascript:1"}):
        assert send(client, "post", at + "tickets/", bad).status_code == 400
    assert client.get(at + "tickets/").json()["count"] == 2
    one = f"{API}tickets/{asked.json()['id']}/"
    assert send(client, "post", one + "push/").status_code == 409, "it is on its way"
    assert client.delete(one).status_code == 204
    assert not Delivery.objects.exists(), "what was let go is not made"
    space = olga[0].pk
    assert client.get(f"{API}deliveries/?workspace={space}").json()["count"] == 0
    assert client.delete(f"{API}trackers/{tracker}/").status_code == 204
    assert client.get(f"{API}trackers/?workspace={space}").json()["count"] == 0


def test_a_webhooks_message_is_listed_and_tried(client, olga):
    hook = trackers.set_up(*olga, kind="webhook", url="https://example.org", secret="s" * 20)
    tried = send(client, "post", f"{API}trackers/{hook.pk}/try/")
    assert tried.json()["delivery"]["state"] == "waiting"
    (listed,) = client.get(f"{API}deliveries/").json()["results"]
    assert listed["event"] == "test"
    Delivery.objects.update(state="dead")
    again = send(client, "post", f"{API}deliveries/{listed['id']}/again/")
    assert again.json()["state"] == "waiting"


def test_what_it_buys_is_told_before_and_after_it_is_planned(client, system):
    base = f"{API}systems/{system.pk}/mitigations/"
    pairs = {one.id: one.answered_by for one in load().threats.values()}
    chosen = next(
        (key, pairs[key.partition("@")[0]][0].control)
        for key in system.findings.filter(applies="yes").values_list("key", flat=True)
        if pairs.get(key.partition("@")[0])
    )
    asked = {"control": chosen[1], "findings": [chosen[0]]}
    before = send(client, "post", base + "preview/", asked).json()
    told = [one["finding"] for name in ("falling", "staying") for one in before[name]]
    assert chosen[0] in told and before["stands"] is False
    assert not MitigationRow.objects.exists(), "nothing is kept"
    made = send(client, "post", base, asked).json()
    assert client.get(f"{base}{made['id']}/preview/").json() == before
    for bad, field in (
        ({"control": "nothing"}, "control"),
        ({"findings": []}, "findings"),
        ({"findings": ["no@thing"]}, "findings[0]"),
        ({"findings": 7}, "findings"),
    ):
        refused = send(client, "post", base + "preview/", asked | bad)
        assert (refused.status_code, refused.json()["error"]["field"]) == (400, field)


def test_notices_are_ones_own_and_no_token_silences_anybody(client, olga, system):
    for number in range(2):
        Notice.objects.create(
            user=olga[1].user, system=system, occasion=str(number), title="Due", path="/"
        )
    listed = client.get(API + "notices/?unread=yes").json()
    assert listed["count"] == 2
    one = listed["results"][0]["id"]
    assert send(client, "post", API + "notices/read/", {"notice": one}).json() == {"unread": 1}
    mallory = cast.browser(cast.outsider())
    assert send(mallory, "post", API + "notices/read/", {"notice": one}).status_code == 404
    wish = {"by_mail": False, "wanted": ["due"]}
    assert send(client, "put", API + "notices/wishes/", wish).json()["wanted"] == ["due"]
    wrong = send(client, "put", API + "notices/wishes/", wish | {"wanted": ["nonsense"]})
    assert wrong.status_code == 400
    _, secret = tokens.create(olga[0], olga[1], name="ci", scope="write")
    bearer = {"headers": {"Authorization": f"Bearer {secret}"}}
    token = cast.browser()
    assert token.get(API + "notices/", **bearer).json()["count"] == 2
    assert send(token, "put", API + "notices/wishes/", wish, **bearer).status_code == 403
    assert send(token, "post", API + "notices/read/", {}, **bearer).status_code == 403
    assert send(client, "post", API + "notices/read/", {}).json() == {"unread": 0}


def test_a_look_and_choices_of_reports_are_kept_for_a_workspace(client, olga):
    base = f"{API}workspaces/{olga[0].pk}/"
    profile = {"name": "Board", "paper": "Letter", "sections": ["risks"]}
    refused = send(client, "post", base + "report-profiles/", profile | {"sections": ["nothing"]})
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "sections")
    made = send(client, "post", base + "report-profiles/", profile | {"sections": []})
    assert made.json()["options"] == {"paper": "Letter"}
    (listed,) = client.get(base + "report-profiles/").json()["results"]
    assert listed["name"] == "Board"
    assert client.delete(f"{base}report-profiles/{listed['id']}/").status_code == 204
    assert client.delete(f"{base}report-profiles/{listed['id']}/").status_code == 404
    picture = BytesIO()
    Image.new("RGB", (20, 10), "navy").save(picture, "PNG")
    logo = SimpleUploadedFile("logo.png", picture.getvalue())
    dressed = client.post(base + "report-look/", {"accent": "#4449c6", "logo": logo})
    assert dressed.json() == {"accent": "#4449c6", "has_logo": True}
    assert client.post(base + "report-look/", {"accent": "#ffff00"}).status_code == 400
    bare = client.post(base + "report-look/", {"bare": "true"})
    assert bare.json() == {"accent": "#4449c6", "has_logo": False}
    assert looks.of(olga[0]).accent == "#4449c6"
