"""Reminders: each person is told once, of their own things, as they wish."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.utils import timezone

from tests import cast
from threatmodel.models import DecisionRow, FindingRow, LinkedModel, Notice, Report, Run
from threatmodel.services import branches, decisions, mitigations, notices, reminders, systems

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(settings, tmp_path):
    """A mail server's place taken by Django's own back end that writes files."""
    settings.REMINDER_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return lambda: [read(one) for one in sorted(Path(tmp_path).glob("*.log"))]


def read(path: Path):
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def own(system, by, owner: str, days: int, title: str = "Do it"):
    due = timezone.now().date() + timedelta(days=days)
    values = {"title": title, "owner": owner, "due": due}
    return mitigations.plan(system, by, findings=[], values=values)


def told(person) -> list[str]:
    return sorted(Notice.objects.filter(user=person.user).values_list("kind", flat=True))


def test_owners_are_told_once_before_and_once_after_the_day(olga, system):
    bob = cast.member(olga[0], "editor", "bob")
    row = own(system, olga[1], "bob", 3)
    own(system, olga[1], "bob", 30)
    assert [reminders.remind() for _ in range(3)] == [1, 0, 0]
    assert told(bob) == ["due"]
    later = timezone.now().date() + timedelta(days=4)
    assert [reminders.remind(later) for _ in range(2)] == [1, 0]
    assert told(bob) == ["due", "overdue"]
    row.refresh_from_db()
    moved = {"due": later + timedelta(days=5)}
    mitigations.change(row, olga[1], version=row.version, values=moved)
    assert reminders.remind(later) == 1, "another day is another occasion"
    assert told(olga[1]) == []


def test_what_nobody_here_owns_is_told_to_who_made_the_system(olga, system):
    own(system, olga[1], "somebody@example.net", -1)
    reminders.remind()
    assert told(olga[1]) == ["overdue"]


def test_what_a_branch_brought_along_is_reminded_of_in_the_other_system_alone(olga, system):
    bob = cast.member(olga[0], "editor", "bob")
    own(system, olga[1], "bob", -1)
    system.refresh_from_db()
    made = branches.branch(system, olga[1], system.revision)
    assert reminders.remind() == 1
    assert (told(bob), told(olga[1])) == (["overdue"], [])
    log = cast.browser(olga[1]).get(f"/systems/{made.pk}/history/").content.decode()
    assert "Brought along 1 mitigation" in log and f"from {system.name}" in log
    copied = made.mitigations.get()
    mitigations.change(copied, olga[1], version=copied.version, values={"note": "Here, too"})
    own(made, olga[1], "bob", 2)
    assert reminders.remind() == 2, "what somebody takes up in the branch is its own"
    assert (told(bob), told(olga[1])) == (["due", "overdue"], ["overdue"])


def test_a_branch_that_outlives_the_other_system_reminds_of_what_it_brought_along(olga, system):
    bob = cast.member(olga[0], "editor", "bob")
    own(system, olga[1], "bob", -1)
    system.refresh_from_db()
    branches.branch(system, olga[1], system.revision)
    systems.delete(system, olga[1])
    assert [reminders.remind() for _ in range(2)] == [1, 0]
    assert (told(bob), told(olga[1])) == ([], ["overdue"]), "who made the branch can hand it on"


def test_who_left_is_told_nothing_and_sees_nothing(olga, system):
    bob = cast.member(olga[0], "editor", "bob")
    own(system, olga[1], "bob", 1)
    reminders.remind()
    bob.user.memberships.all().delete()
    own(system, olga[1], "bob", 2)
    assert cast.browser(bob).get("/notices/unread/").json() == {"unread": 0}
    assert told(bob) == ["due"]


def test_lapsing_acceptances_stale_evidence_and_ended_jobs_are_told(olga, system):
    found = system.findings.filter(applies="yes").order_by("key")
    key, until = found[0].key, system.as_of + timedelta(days=10)
    decisions.decide(system, olga[1], finding=key, action="accept", reason="why", until=until)
    assert DecisionRow.objects.filter(by=olga[1].user).exists()
    FindingRow.objects.filter(pk=found[1].pk).update(verdict="stale")
    assert reminders.remind() == 2
    assert reminders.remind() == 0
    ended = {"system": system, "created_by": olga[1].user, "ended_at": timezone.now()}
    Report.objects.create(format="pdf", state="succeeded", **ended)
    Report.objects.create(format="pdf", state="cancelled", **ended)
    Report.objects.create(format="pdf", state="failed", **ended | {"created_by": None})
    assert [reminders.tell_ended() for _ in range(2)] == [1, 0]
    assert told(olga[1]) == ["ended", "lapsing", "stale"]
    assert not Run.objects.exists()


def test_who_asked_for_a_run_is_told_how_it_ended(olga, system):
    model = LinkedModel.objects.create(
        system=system, element_id="c-api", name="m", digest="d", size=1
    )
    ended = {"system": system, "model": model, "element_id": "c-api", "test": "corruption"}
    ended |= {"created_by": olga[1].user, "ended_at": timezone.now()}
    for state in ("succeeded", "failed", "timed_out"):
        Run.objects.create(state=state, **ended)
    Run.objects.create(state="succeeded", **ended | {"created_by": None})
    assert [reminders.tell_ended() for _ in range(2)] == [3, 0]
    titles = Notice.objects.order_by("title").values_list("title", flat=True)
    name = "Everyday damage to pictures on Scoring API"
    ends = ("failed", "is ready", "took too long and was ended")
    assert list(titles) == [f"{name} {end}" for end in ends]


def test_a_mail_says_titles_and_places_and_comes_once(olga, system, letters):
    own(system, olga[1], "olga", 1, "Rotate keys\r\nBcc: all@example.org")
    own(system, olga[1], "olga", 2, "Limit queries")
    reminders.remind()
    assert [notices.send_mail() for _ in range(2)] == [1, 0]
    (mail,) = letters()
    assert mail["To"] == "olga@example.org" and mail["Bcc"] is None
    assert mail["Subject"] == "[Bartizan] 2 things wait for you"
    text = mail.get_content()
    assert "Limit queries" in text and "/notices/" in text
    secret = system.findings.filter(applies="yes").first()
    assert secret.key not in text and "likelihood" not in text


def test_a_mail_server_that_refuses_is_asked_again(olga, system, settings, tmp_path, letters):
    own(system, olga[1], "olga", 1)
    reminders.remind()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    settings.REMINDER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert notices.send_mail() == 0
    settings.REMINDER_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert notices.send_mail() == 1
    assert len(letters()) == 1


@pytest.mark.parametrize("lost", ["membership", "system"])
def test_a_mail_that_waited_tells_nothing_of_what_may_not_be_read_any_more(
    olga, system, letters, lost
):
    bob, other = cast.member(olga[0], "editor", "bob"), cast.system(*cast.workspace("paula"))
    cast.member(other.workspace, "editor", "bob")
    own(system, olga[1], "bob", 1, "Rotate keys")
    own(other, olga[1], "bob", 1, "Limit queries")
    reminders.remind()
    assert told(bob) == ["due", "due"]
    if lost == "membership":
        bob.user.memberships.filter(workspace=olga[0]).delete()
    else:
        systems.delete(system, olga[1])
    assert [notices.send_mail() for _ in range(2)] == [1, 0]
    (mail,) = letters()
    assert "Limit queries" in mail.get_content() and "Rotate keys" not in mail.get_content()
    bob.user.memberships.all().delete()
    Notice.objects.update(mailed_at=None, wants_mail=True)
    assert notices.send_mail() == 0 and len(letters()) == 1


def test_people_choose_what_they_hear_and_whether_by_mail(olga, system, letters):
    client = cast.browser(olga[1])
    kinds = [kind for kind in notices.KINDS if kind != "due"]
    client.post("/notices/", {"wanted": kinds})
    own(system, olga[1], "olga", 1)
    own(system, olga[1], "olga", -1)
    assert reminders.remind() == 1
    assert told(olga[1]) == ["overdue"]
    assert notices.send_mail() == 0 and letters() == []
    strange = client.post("/notices/", {"wanted": ["everything"]}, follow=True)
    assert "no kind" in str([str(one) for one in strange.context["messages"]])


def test_the_bell_counts_what_is_unread_and_home_says_what_waits(olga, system):
    row = own(system, olga[1], "olga", -1, "Late <b>thing</b>")
    reminders.remind()
    client = cast.browser(olga[1])
    assert client.get("/notices/unread/").json() == {"unread": 1}
    home = client.get("/").content.decode()
    assert "1 unread notice<" in home and "What waits for me" in home
    assert "Late &lt;b&gt;thing&lt;/b&gt;" in home
    notice = Notice.objects.get()
    assert client.post(f"/notices/{notice.pk}/").url == f"/mitigations/{row.pk}/"
    assert client.get("/notices/unread/").json() == {"unread": 0}
    mallory = cast.browser(cast.outsider())
    assert mallory.post(f"/notices/{notice.pk}/").status_code == 404
