"""What is too much for one request: asked for, done in counted portions by a worker, told."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from threatmodel import live, tasks
from threatmodel.gate import Person
from threatmodel.models import DecisionRow, Errand, LogEntry, MitigationRow, Notice, System
from threatmodel.models.errand import ErrandKind
from threatmodel.services import bulk, carryout, errands, imports, jobs, mitigations, systems
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db
ACCEPT = {"action": "accept", "reason": "Known"}


@pytest.fixture
def olga():
    return cast.workspace()


@pytest.fixture
def system(olga):
    return cast.system(*olga)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """As if five findings were many, so that these tests need no crowd."""
    monkeypatch.setattr(bulk, "AT_ONCE", 4)
    monkeypatch.setattr(bulk, "PORTION", 4)
    monkeypatch.setattr(bulk, "PAUSE_S", 0)


def keys(system: System) -> list[str]:
    return list(system.findings.order_by("key").values_list("key", flat=True))


def ask(system: System, by: Person, **values: Any) -> Errand:
    return bulk.ask(by, ErrandKind.DECIDE, {system: keys(system)}, values or ACCEPT)


def done(row: Errand) -> Errand:
    carryout.execute(str(row.pk))
    row.refresh_from_db()
    return row


def decided(system: System) -> int:
    return DecisionRow.objects.filter(system=system).count()


def stop_after(portions: int, monkeypatch, then) -> None:
    """Have `then` happen once so many portions are done."""
    real, seen = bulk._portion, list[int]()

    def portion(row: Errand, *rest: Any) -> None:
        if len(seen) == portions:
            then(row)
        seen.append(1)
        real(row, *rest)

    monkeypatch.setattr(bulk, "_portion", portion)


def test_a_decision_about_many_by_rest_is_an_errand_that_a_worker_does_in_portions(system, olga):
    client, count = cast.browser(olga[1]), len(keys(system))
    where = f"/api/v1/systems/{system.pk}/decisions/"
    few = cast.send(client, "post", where, ACCEPT | {"findings": keys(system)[:4]})
    assert (few.status_code, few.json()["count"]) == (201, 4)
    answer = cast.send(client, "post", where, ACCEPT | {"findings": keys(system)})
    told = answer.json()
    assert (answer.status_code, told["state"], told["size"]) == (202, "queued", count)
    assert decided(system) == 4, "nothing happens within the request"
    before = LogEntry.objects.filter(system=system, kind="decision").count()
    tasks.do_errand(told["id"])
    told = client.get(answer["Location"]).json()
    assert (told["state"], told["progress"], told["entered"]) == ("succeeded", 1, count)
    assert told["message"] == f"{count} of {count} findings decided"
    assert decided(system) == 4 + count
    entries = LogEntry.objects.filter(system=system, kind="decision").count() - before
    assert entries == -(-count // 4)
    assert not system.findings.exclude(treatment="accepted").exists()
    assert client.get("/api/v1/errands/").json()["results"][0]["id"] == told["id"]
    (notice,) = Notice.objects.filter(kind="ended")
    assert (notice.title, notice.path) == (told["message"], f"/errands/{told['id']}/")
    page = client.get(notice.path).content.decode()
    assert told["message"] in page and "data-job=" not in page


def test_others_are_let_in_between_two_portions(system, olga, monkeypatch):
    """SQLite's one writer is taken by whoever asks next, not by who waits longest."""
    paused, row = list[float](), ask(system, olga[1])
    monkeypatch.setattr(bulk, "PAUSE_S", 1)
    monkeypatch.setattr(bulk, "sleep", paused.append)
    assert done(row).state == "succeeded"
    assert sum(paused) == -(-row.size // 4) - 1 > 1


def test_what_a_cancelled_decision_says_is_what_was_done(system, olga, monkeypatch):
    row, client = ask(system, olga[1]), cast.browser(olga[1])
    page = client.get(f"/errands/{row.pk}/").content.decode()
    assert f'data-job="/api/v1/errands/{row.pk}/"' in page and "Cancel" in page
    path = f"/api/v1/errands/{row.pk}/cancel/"
    stop_after(1, monkeypatch, lambda _: cast.send(client, "post", path, {}))
    assert done(row).state == "cancelled"
    count = len(keys(system))
    assert row.message == f"Cancelled: 4 of {count} findings decided, the rest is untouched"
    assert decided(system) == row.result["entered"] == 4
    assert system.findings.filter(treatment="accepted").count() == 4
    assert done(row).state == "cancelled", "it ends once"
    early = ask(system, olga[1])
    client.post(f"/errands/{early.pk}/cancel/")
    early.refresh_from_db()
    assert early.message == f"Cancelled: nothing was decided, all {count} findings are untouched"
    client.post(f"/errands/{early.pk}/cancel/")
    assert Errand.objects.get(pk=early.pk).message == early.message


def test_another_worker_goes_on_behind_what_one_that_died_has_counted(system, olga, monkeypatch):
    row = ask(system, olga[1])

    def die(_: Errand) -> None:
        raise SystemExit

    stop_after(2, monkeypatch, die)
    with pytest.raises(SystemExit):
        carryout.execute(str(row.pk))
    assert decided(system) == 8
    assert done(row).state == "running", "the lease of the dead holds"
    Errand.objects.filter(pk=row.pk).update(lease_until="2020-01-01T00:00:00Z")
    monkeypatch.undo()
    assert done(row).state == "succeeded" and row.attempt == 2
    assert sorted(DecisionRow.objects.values_list("finding", flat=True)) == keys(system)


def test_what_is_gone_or_refused_by_then_is_told_and_the_rest_is_done(olga):
    one, other = cast.system(*olga), cast.system(*olga)
    space, paula = cast.workspace("paula")
    third = cast.system(space, paula)
    member = space.members.create(user=olga[1].user, role="approver")
    chosen = {each: keys(each) for each in (one, other, third)}
    row = bulk.ask(olga[1], ErrandKind.DECIDE, chosen, ACCEPT)
    assert row.workspace is None and row.system is None
    cast.edit(one, olga[1], cast.change("component", "c-data", remove=True))
    systems.delete(other, olga[1])
    member.delete()
    gone = len(chosen[one]) - len(keys(one))
    assert done(row).state == "succeeded"
    assert decided(one) == row.result["entered"] == len(chosen[one]) - gone > 0 < gone
    assert row.result["gone"] == gone and set(row.result["gone_keys"]) <= set(chosen[one])
    assert [each["count"] for each in row.result["refused"]] == [
        len(chosen[other]),
        len(chosen[third]),
    ]
    page = cast.browser(olga[1]).get(f"/errands/{row.pk}/").content.decode()
    assert "no findings any more" in page and "Another system" in page
    assert cast.browser(paula).get(f"/errands/{row.pk}/").status_code == 404
    nothing = bulk.ask(olga[1], ErrandKind.DECIDE, {one: keys(one)}, ACCEPT)
    systems.delete(one, olga[1])
    assert done(nothing).state == "failed" and "There is no such system" in nothing.message
    tasks.sweep()
    assert Notice.objects.filter(
        title__startswith=f"Deciding about {nothing.size} findings failed"
    ).exists()


def test_what_makes_no_sense_is_refused_before_anybody_waits(system, olga, monkeypatch):
    tries: list[tuple[dict[str, Any], list[str], str]] = [
        ({"action": "accept", "reason": " "}, keys(system), "Say why"),
        (ACCEPT, [*keys(system), "no@thing"], "no@thing"),
        (ACCEPT, [f"t@{number}" for number in range(10_001)], "10,000"),
        ({"action": "rate", "reason": "x"}, keys(system), "likelihood"),
    ]
    for values, findings, said in tries:
        with pytest.raises(Refusal, match=said):
            bulk.ask(olga[1], ErrandKind.DECIDE, {system: findings}, values)
    plan = {"title": "Do it", "owner": "Ann"}
    monkeypatch.setattr(mitigations, "MOST_FINDINGS", 3)
    for more, said in (({"due": date(9999, 1, 1)}, "Choose a day"), ({}, "at most 3 findings")):
        with pytest.raises(Refusal, match=said):
            bulk.ask(olga[1], ErrandKind.ASSIGN, {system: keys(system)}, plan | more)
    assert not Errand.objects.exists()
    for _ in range(errands.MOST_WAITING):
        ask(system, olga[1])
    with pytest.raises(Refusal, match="waiting"):
        ask(system, olga[1])


def test_all_of_a_view_are_decided_about_though_a_page_shows_few(system, olga):
    client = cast.browser(olga[1])
    shown = client.get(f"/systems/{system.pk}/findings/?group=threat").context
    applying = system.findings.filter(applies="yes")
    body = ACCEPT | {"all": str(shown["matching"]), "query": "group=threat"}
    where = f"/systems/{system.pk}/findings/decide/"
    wrong = client.post(where, body | {"all": "3"}, follow=True)
    assert "look again" in wrong.content.decode() and not Errand.objects.exists()
    answer = client.post(where, body)
    row = Errand.objects.get()
    assert answer["Location"].startswith(f"/errands/{row.pk}/?back=")
    assert (row.size, done(row).state) == (applying.count(), "succeeded")
    assert not applying.exclude(treatment="accepted").exists()
    assert 'href="/systems/' in client.get(answer["Location"]).content.decode()
    narrow = "element=c-api&treatment=accepted"
    found = system.findings.filter(applies="yes", element="c-api").count()
    assigned = {"action": "assign", "reason": "Do it", "owner": "Ann", "query": narrow}
    client.post("/register/decide/", assigned | {"all": str(found)})
    plan = Errand.objects.get(kind="assign")
    assert done(plan).message == f"{found} of {found} findings assigned"
    (made,) = MitigationRow.objects.filter(system=system)
    assert (made.owner, made.findings.count()) == ("Ann", found)


def large(name: str = "Large", **more: Any) -> SimpleUploadedFile:
    data = cast.drawing() | {"system": {"name": name, "description": "x" * 9000}} | more
    notes = [{"id": f"n-{number}", "text": "y" * 9000} for number in range(40)]
    return SimpleUploadedFile("large.json", json.dumps(data | {"notes": notes}).encode())


def test_a_large_file_is_imported_by_a_worker_whole_with_its_loss_report(olga):
    client = cast.browser(olga[1])
    assert imports.is_large(large()) and not imports.is_large(SimpleUploadedFile("s", b"{}" * 9))
    answer = client.post("/api/v1/systems/import/", {"file": large(nonsense=1)})
    told = answer.json()
    assert (answer.status_code, told["kind"], told["name"]) == (202, "import", "large.json")
    row = Errand.objects.get()
    assert default_storage.exists(row.file.name) and not System.objects.exists()
    tasks.do_errand(told["id"])
    told = client.get(answer["Location"]).json()
    made = System.objects.get()
    assert (told["state"], told["system"], made.name) == ("succeeded", str(made.pk), "Large")
    assert told["format"] == "bartizan" and told["report"]["kept"]
    assert not default_storage.exists(row.file.name), "it is of no use any more"
    tasks.do_errand(told["id"])
    assert System.objects.count() == 1, "delivered again it does nothing"
    (notice,) = Notice.objects.filter(kind="ended")
    page = client.get(notice.path).content.decode()
    assert "Large is imported" in page and "nonsense" in page
    systems.delete(made, olga[1])
    page = client.get(notice.path).content.decode()
    assert "Large is imported" in page and str(made.pk) not in page, "there is nothing to open"
    shown = client.post("/systems/import/", {"file": large("Second")}, follow=True)
    assert "Importing large.json" in shown.content.decode()


def test_a_large_file_that_cannot_be_used_changes_nothing_and_says_why(olga, monkeypatch):
    client = cast.browser(olga[1])
    bad = large(components=[{"id": "c-a", "type": 7}])
    row = imports.ask(olga[0], olga[1], bad)
    assert done(row).state == "failed" and "components[0]" in row.message
    assert not System.objects.exists() and not default_storage.exists(row.file.name)
    tasks.sweep()
    (notice,) = Notice.objects.filter(kind="ended")
    assert notice.system is None and "components[0]" in notice.title
    assert notice.title.startswith("Importing large.json failed: ")
    assert notice.title in client.get("/notices/").content.decode()
    assert client.get("/api/v1/notices/").json()["results"][0]["system"] is None
    page = client.get(f"/errands/{row.pk}/").content.decode()
    assert re.search(r"components\[0\]", page) and "Nothing was imported." in page
    late = imports.ask(olga[0], olga[1], large())
    client.post(f"/errands/{late.pk}/cancel/")
    assert done(late).message == "Cancelled: nothing was imported"
    assert not default_storage.exists(late.file.name)
    viewer = cast.member(olga[0], "editor", "eve")
    theirs = imports.ask(olga[0], viewer, large())
    viewer.user.memberships.update(role="viewer")
    assert done(theirs).state == "failed" and "role" in theirs.message
    assert not System.objects.exists()


def test_a_worker_that_was_replaced_ends_nothing_of_its_successor_s(olga, monkeypatch):
    row = imports.ask(olga[0], olga[1], large())

    def replaced(*_: Any) -> None:
        Errand.objects.filter(pk=row.pk).update(lease_until="2020-01-01T00:00:00Z")
        assert jobs.claim(Errand, row.pk, errands.LEASE)
        raise Refusal("Too late")

    monkeypatch.setattr(imports, "read_any", replaced)
    assert (done(row).state, row.attempt) == ("running", 2)
    assert default_storage.exists(row.file.name), "the other one reads it"


def test_an_errand_whose_file_is_gone_asks_for_it_again(olga):
    row = imports.ask(olga[0], olga[1], large())
    default_storage.delete(row.file.name)
    assert done(row).state == "failed"
    assert row.message == "The file that was uploaded is gone; upload it again"


def test_an_import_that_is_cancelled_while_it_is_stored_leaves_nothing(olga, monkeypatch):
    row, real = imports.ask(olga[0], olga[1], large()), live.create

    def create(*args: Any) -> Any:
        errands.cancel(row)
        return real(*args)

    monkeypatch.setattr(live, "create", create)
    assert done(row).state == "cancelled"
    assert not System.objects.exists() and row.system is None


def test_how_long_it_takes_is_told_by_what_the_latest_took(system, olga):
    first = ask(system, olga[1])
    assert errands.estimate_s(first) is None and errands.left_s(first) is None
    done(first)
    Errand.objects.update(started_at="2026-01-01T00:00:00Z", ended_at="2026-01-01T00:00:10Z")
    row = ask(system, olga[1])
    assert errands.estimate_s(row) == errands.left_s(row) == 10
    behind, client = ask(system, olga[1]), cast.browser(olga[1])
    assert (jobs.ahead(behind), errands.left_s(behind)) == (1, 20)
    assert "1 ahead, about 20 s left" in client.get(f"/errands/{behind.pk}/").content.decode()
    Errand.objects.filter(pk=first.pk).update(ended_at="2026-01-01T00:02:00Z")
    assert "1 ahead, about 4 min left" in client.get(f"/errands/{behind.pk}/").content.decode()


def test_somebody_else_s_errand_is_nobody_s_to_see_or_end(system, olga):
    row = ask(system, olga[1])
    approver = cast.browser(cast.member(olga[0], "approver"))
    assert approver.get(f"/api/v1/errands/{row.pk}/").status_code == 403
    assert approver.post(f"/errands/{row.pk}/cancel/").status_code == 403
    assert approver.get("/api/v1/errands/").json()["count"] == 0
    assert cast.browser(cast.outsider()).get(f"/errands/{row.pk}/").status_code == 404


def test_home_shows_what_is_under_way_with_its_progress_and_its_page(
    system, olga, django_assert_max_num_queries, django_assert_num_queries
):
    client = cast.browser(olga[1])
    first = ask(system, olga[1])
    Errand.objects.filter(pk=first.pk).update(state="running", progress=0.5, message="4 of 9")
    with django_assert_max_num_queries(40) as one:
        page = client.get("/").content.decode()
    assert f'data-job="/api/v1/errands/{first.pk}/"' in page
    assert f'href="/errands/{first.pk}/"' in page and 'value="0.5"' in page and "4 of 9" in page
    for _ in range(2):
        imports.ask(olga[0], olga[1], large())
    with django_assert_num_queries(len(one)):
        page = client.get("/").content.decode()
    assert page.count("data-job=") == 3 and "Importing large.json" in page and "2 ahead" in page
    approver = cast.browser(cast.member(olga[0], "approver"))
    assert "data-job=" not in approver.get("/").content.decode(), "what is another's is not told"
    Errand.objects.update(state="cancelled")
    assert "Under way" not in client.get("/").content.decode()
