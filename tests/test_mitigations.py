"""Mitigations: planned, owned, proven, and closed by one person at a time."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog import load
from tests import cast
from tests.cast import send
from tests.linking import FAR, link
from threatmodel.gate import Forbidden, NotFound
from threatmodel.models import Attachment, LogEntry
from threatmodel.rows import mitigation as value_of
from threatmodel.services import attachments, benefit, comments, mitigations, proofs, runs
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db


def upload(name: str, body: bytes) -> SimpleUploadedFile:
    """With the name as a hostile browser sends it: Django would cut folders off at once."""
    file = SimpleUploadedFile("x", body)
    setattr(file, "_name", name)  # noqa: B010  # its setter for `name` is what would cut
    return file


def key_of(system) -> str:
    return system.findings.filter(applies="yes").order_by("-residual", "key").first().key


def planned(system, by, **values):
    return mitigations.plan(
        system, by, findings=[key_of(system)], values={"title": "Do it", **values}
    )


def changed(row, by, **values):
    row.refresh_from_db()
    return mitigations.change(row, by, version=row.version, values=values)


@pytest.mark.parametrize(
    "day", ["0000-01-01", "9999-12-31", "1999-12-31", "tomorrow", "0001-01-01"]
)
def test_a_day_that_nobody_means_is_refused_in_a_sentence(olga, system, day):
    client, path = cast.browser(olga[1]), f"/api/v1/systems/{system.pk}/mitigations/"
    answer = send(client, "post", path, {"title": "Do it", "due": day})
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "due"
    assert len(answer.json()["error"]["message"]) > 20
    assert not system.mitigations.exists()


def test_a_status_that_does_not_exist_is_refused_whoever_asks(olga, system):
    with pytest.raises(Refusal, match="one of planned, in progress"):
        planned(system, olga[1], status="in_progress")
    assert not system.mitigations.exists()


def test_an_owner_is_somebody_who_belongs_here_or_an_address(olga, system):
    bob = cast.member(olga[0], "editor", "bob")
    bob.user.first_name, bob.user.last_name = "Bob", "Builder"
    bob.user.save()
    for said in ("bob", "BOB@example.org", "bob builder"):
        row = planned(system, olga[1], owner=said)
        assert (row.owner, row.owner_user) == ("Bob Builder", bob.user)
    row = changed(row, olga[1], owner="team@example.net")
    assert (row.owner, row.owner_user) == ("team@example.net", None)
    twin = cast.member(olga[0], "viewer", "bob2")
    twin.user.first_name, twin.user.last_name = "Bob", "Builder"
    twin.user.save()
    with pytest.raises(Refusal, match="user name"):
        changed(row, olga[1], owner="Bob Builder")


def test_of_two_people_who_close_it_at_once_one_wins_and_the_other_is_told(olga, system):
    row = planned(system, olga[1])
    client, path = cast.browser(olga[1]), f"/api/v1/systems/{system.pk}/mitigations/{row.pk}/"
    before = LogEntry.objects.count()
    bodies = [{"version": 1, "status": status} for status in ("implemented", "dropped")]
    first, second = (send(client, "patch", path, body) for body in bodies)
    assert (first.status_code, second.status_code) == (200, 409)
    assert "meanwhile" in second.json()["error"]["message"]
    assert LogEntry.objects.count() == before + 1
    row.refresh_from_db()
    assert (row.status, row.version) == ("implemented", 2)


def test_verified_is_another_persons_word_on_every_line_of_the_checklist(olga, system):
    ann, bob = cast.member(olga[0], "approver", "ann"), cast.member(olga[0], "editor", "bob")
    control = next(one for one in load().controls.values() if len(one.verify.checklist) > 1)
    row = planned(system, bob, control=control.id)
    lines = list(control.verify.checklist)
    row = changed(row, ann, status="implemented")
    with pytest.raises(Forbidden):
        changed(row, bob, status="verified", checklist=lines)
    with pytest.raises(Refusal, match="Somebody else"):
        changed(row, ann, status="verified", checklist=lines)
    with pytest.raises(Refusal, match="every line"):
        changed(row, olga[1], status="verified", checklist=lines[:1])
    row = changed(row, olga[1], status="verified", checklist=lines)
    assert (row.status, row.verified_by, row.verified_alone) == ("verified", "olga", False)
    assert row.checklist == lines
    row = changed(row, bob, status="in progress")
    assert (row.verified_by, row.checklist, row.implemented_on) == ("", [], None)


def test_who_is_alone_signs_alone_and_it_is_marked_so(olga, system):
    row = planned(system, olga[1])
    row = changed(row, olga[1], status="verified", checklist=list(proofs.OWN))
    assert (row.status, row.verified_alone) == ("verified", True)
    keys = [key_of(system), system.findings.exclude(key=key_of(system)).first().key]
    row = mitigations.change(row, olga[1], version=row.version, values={}, findings=keys)
    assert row.status == "implemented", "what was proven for one finding is not for another"


def test_a_control_that_a_test_measures_is_not_verified_by_a_click(olga, system):
    control = next(one for one in load().controls.values() if one.verify.kind == "technical")
    threat = next(
        one
        for one in load().threats.values()
        if any(pair.control == control.id for pair in one.answered_by)
        and set(control.verify.tests) & set(one.tests)
    )
    keys = [one.key for one in system.findings.filter(threat=threat.id)]
    assert keys, "the small drawing has the threat"
    row = mitigations.plan(system, olga[1], findings=keys, values={"control": control.id})
    row = changed(row, olga[1], status="implemented")
    with pytest.raises(Refusal, match="has held yet"):
        changed(row, olga[1], status="verified", checklist=list(proofs.OWN))
    row.refresh_from_db()
    assert row.status == "implemented"


def two_keys(system) -> list[str]:
    return [one.key for one in system.findings.filter(applies="yes").order_by("key")[:2]]


def test_what_it_buys_is_what_then_comes_true(olga, system):
    for control in sorted(load().controls.values(), key=lambda one: one.id):
        answered = [
            one.key
            for one in system.findings.filter(applies="yes")
            if any(pair.control == control.id for pair in load().threats[one.threat].answered_by)
        ]
        found = benefit.of(system, benefit.proposed(control.id, answered)) if answered else None
        if found and found.falling:
            break
    else:
        raise AssertionError("no control helps the small drawing")
    before = {one.key: one.residual for one in system.findings.all()}
    values = {"control": control.id, "status": "implemented"}
    row = mitigations.plan(system, olga[1], findings=answered, values=values)
    after = {one.key: one.residual for one in system.findings.all()}
    told = {one.finding: (one.now, one.implemented) for one in (*found.falling, *found.rising)}
    really = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert {key: both for key, both in told.items() if both[0] != both[1]} == really
    stands = benefit.of(system, value_of(row))
    assert stands.stands
    assert [(one.finding, one.now) for one in stands.falling] == [
        (one.finding, one.now) for one in found.falling
    ], "in place it is told what it buys, against without it"
    assert {one.key: one.residual for one in system.findings.all()} == after


def test_what_a_break_leaves_open_falls_once_it_is_verified_as_its_finding_says(olga, system):
    model = link(system, olga[1], description=FAR)
    run = runs.start(model, olga[1], "hopskipjump", {"samples": 10, "budget": 1000})
    runs.execute(str(run.pk))
    broken = system.findings.get(key__startswith="evasion-query@")
    proposed = benefit.proposed("adversarial-training", [broken.key])
    [bought] = benefit.of(system, proposed).falling
    assert bought.verified < bought.now
    mitigations.plan(system, olga[1], findings=[broken.key], values={"control": proposed.control})
    broken.refresh_from_db()
    assert bought.verified == broken.planned


HOSTILE = [
    ("page.html", b"<script>alert(1)</script>", "text"),
    ("picture.svg", b"<svg onload='alert(1)'/>", "text"),
    ("../../etc/passwd", b"root", "text"),
    ("photo.pdf\u202egnp.exe", b"%PDF-1.7 x", "PDF"),
    ("a" * 400 + ".png", b"\x89PNG\r\n\x1a\n", "PNG picture"),
    ("\r\nSet-Cookie: a=b.txt", b"x", "text"),
]


@pytest.mark.parametrize(("name", "body", "kind"), HOSTILE)
def test_a_file_is_told_by_its_bytes_and_given_out_as_a_download_only(
    olga, system, name, body, kind
):
    row, client = planned(system, olga[1]), cast.browser(olga[1])
    answer = client.post(f"/mitigations/{row.pk}/attach/", {"file": upload(name, body)})
    assert answer.status_code == 302
    one = row.attachments.get()
    assert (one.kind, one.size, one.sha256) == (kind, len(body), sha256(body).hexdigest())
    assert one.file.name == f"attachments/{one.pk}", "its name on disk is ours"
    assert len(one.name) <= 200 and not set(one.name) & set("/\\\r\n\u202e")
    got = client.get(f"/attachments/{one.pk}/")
    assert b"".join(got.streaming_content) == body
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    client.post(f"/attachments/{one.pk}/remove/")
    assert not row.attachments.exists()


def test_files_that_are_not_kept_are_refused_in_a_sentence(olga, system, monkeypatch):
    row, client = planned(system, olga[1]), cast.browser(olga[1])
    folder = Path(Attachment().file.storage.path("attachments"))
    before, told = set(folder.glob("*")), []
    for name, body in [
        ("tool.exe", b"MZ\x90\x00\xff"),
        ("model.pkl", b"\x80\x04\x95"),
        ("empty.txt", b""),
        ("big.txt", b"a" * (attachments.LIMIT + 1)),
    ]:
        answer = client.post(
            f"/mitigations/{row.pk}/attach/", {"file": upload(name, body)}, follow=True
        )
        told += [str(one) for one in answer.context["messages"]]
    assert ["not kept" in one or "empty" in one or "larger" in one for one in told] == [True] * 4
    monkeypatch.setattr(attachments, "QUOTA", 3)
    with pytest.raises(Refusal, match="fill"):
        attachments.add(row, olga[1], upload("a.txt", b"four"))
    assert not row.attachments.exists()
    assert set(folder.glob("*")) == before, "nothing of what was refused stays on disk"


def test_the_board_the_table_and_the_workload_agree(olga, system):
    today = system.as_of
    for number, owner in enumerate(["olga", "olga", ""]):
        planned(system, olga[1], title=f"No {number}", owner=owner, due=today - timedelta(days=1))
    client, path = cast.browser(olga[1]), f"/systems/{system.pk}/mitigations/"
    board = client.get(path).context
    assert [column.total for column in board["columns"]] == [3, 0, 0, 0, 0]
    backward = {column.status: column.before for column in board["columns"]}
    assert (backward["implemented"], backward["dropped"]) == ("in progress", "planned")
    assert len(client.get(path + "?view=table&due=late").context["rows"]) == 3
    assert len(client.get(path + "?view=table&owner=nobody").context["rows"]) == 1
    people = client.get(path + "?view=people").context["people"]
    assert [(one["owner"], one["open"], one["late"]) for one in people] == [
        ("olga", 2, 2), ("", 1, 1)
    ]  # fmt: skip


def test_who_loses_the_race_on_the_page_keeps_the_words(olga, system):
    row, client = planned(system, olga[1]), cast.browser(olga[1])
    form = {"title": "Mine", "status": "planned", "version": 1, "note": "long words"}
    changed(row, olga[1], note="theirs")
    answer = client.post(f"/mitigations/{row.pk}/", form)
    assert answer.status_code == 409
    assert "meanwhile" in answer.content.decode() and "long words" in answer.content.decode()
    row.refresh_from_db()
    assert row.note == "theirs"


def test_planning_shows_what_it_buys_and_keeps_nothing_until_one_commits(olga, system):
    client, path = cast.browser(olga[1]), f"/systems/{system.pk}/mitigations/new/"
    body = {"control": "", "finding": two_keys(system), "status": "planned"}
    body["control"] = next(
        pair.control
        for key in body["finding"]
        for pair in load().threats[key.partition("@")[0]].answered_by
    )
    shown = client.post(path, body | {"do": "preview"})
    assert shown.status_code == 200 and shown.context["buys"] is not None
    assert not system.mitigations.exists()
    assert client.post(path, body).status_code == 302
    row = system.mitigations.get()
    assert sorted(link.finding for link in row.findings.all()) == two_keys(system)
    page = client.get(f"/mitigations/{row.pk}/findings/")
    assert page.status_code == 200
    form = {"version": row.version, "shown": two_keys(system), "finding": two_keys(system)[:1]}
    client.post(f"/mitigations/{row.pk}/findings/", form)
    assert [link.finding for link in row.findings.all()] == two_keys(system)[:1]


def test_people_talk_about_a_mitigation(olga, system):
    row, client = planned(system, olga[1]), cast.browser(olga[1])
    client.post(f"/mitigations/{row.pk}/comment/", {"text": "<b>When?</b>"})
    thread = system.comments.get()
    client.post(f"/mitigations/{row.pk}/comment/", {"text": "Soon", "thread": str(thread.pk)})
    page = client.get(f"/mitigations/{row.pk}/").content.decode()
    assert "&lt;b&gt;When?&lt;/b&gt;" in page and "Soon" in page


def test_a_mitigation_that_was_deleted_is_not_talked_about_any_more(olga, system):
    row = planned(system, olga[1])
    mitigations.delete(row, olga[1], version=1)
    with pytest.raises(Refusal):
        comments.say(system, olga[1], text="x", about=f"mitigation:{row.pk}")
    with pytest.raises((Refusal, NotFound)):
        comments.say(system, olga[1], text="x", about="mitigation:nonsense")
