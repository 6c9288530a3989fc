"""One decision about findings of several systems: each by its own rights, and told."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages

from tests import cast
from threatmodel.models import DecisionRow, LogEntry, MitigationRow, System

pytestmark = pytest.mark.django_db
DECIDE = "/register/decide/"


def named(system: System, count: int = 2) -> list[str]:
    keys = system.findings.filter(applies="yes").order_by("key").values_list("key", flat=True)
    return [f"{system.pk}/{key}" for key in keys[:count]]


def said(answer) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]


def body(*findings: str, **more: str) -> dict[str, object]:
    return {"action": "accept", "reason": "Known", "finding": findings, **more}


def entries(system: System) -> int:
    return LogEntry.objects.filter(system=system, kind="decision").count()


def test_one_decision_is_made_in_each_system_in_one_entry_and_comes_back_to_the_view(olga):
    one, other = cast.system(*olga), cast.system(*olga)
    client = cast.browser(olga[1])
    chosen = [*named(one, 3), *named(other, 2)]
    answer = client.post(DECIDE, body(*chosen, query="level=high&nonsense=1"))
    assert answer["Location"] == "/register/?level=high"
    assert said(answer) == ["Decided about 5 findings of 2 systems, in one entry of each."]
    assert (entries(one), entries(other)) == (1, 1)
    assert DecisionRow.objects.filter(system=one, action="accept").count() == 3
    opened = client.post(DECIDE, body(*chosen, action="reopen"))
    assert "5 findings" in said(opened)[0]
    assert not one.findings.exclude(treatment="open").exists()


def test_what_is_not_theirs_or_is_gone_stays_as_it_was_and_is_named(olga):
    one, gone = cast.system(*olga), cast.system(*olga)
    System.objects.filter(pk=gone.pk).update(name="Gone by now")
    space, paula = cast.workspace("paula")
    other = cast.system(space, paula)
    System.objects.filter(pk=other.pk).update(name="Only looked at")
    mallory = cast.outsider()
    hidden = cast.system(mallory.user.memberships.get().workspace, mallory)
    System.objects.filter(pk=hidden.pk).update(name="Secret")
    space.members.create(user=olga[1].user, role="editor")
    chosen = [*named(one), *named(other, 1), *named(hidden), f"{gone.pk}/no@thing", "nonsense"]
    told = " ".join(said(cast.browser(olga[1]).post(DECIDE, body(*chosen))))
    assert "Decided about 2 findings of 1 system," in told
    assert "1 finding of Only looked at stays as it was. Your role" in told
    assert "1 finding of Gone by now stays as it was. There is no such finding" in told
    assert "Secret" not in told
    assert [entries(each) for each in (one, other, hidden, gone)] == [1, 0, 0, 0]


def test_assigning_plans_what_is_to_be_done_for_somebody_and_leaves_the_treatment(olga):
    one, other = cast.system(*olga), cast.system(*olga)
    client = cast.browser(olga[1])
    chosen = [*named(one), *named(other)]
    ask = body(*chosen, action="assign", reason="Rotate the keys", until="2031-01-31")
    assert "Owner" in said(client.post(DECIDE, ask))[0], "nobody is named"
    assert not MitigationRow.objects.exists()
    client.post(DECIDE, ask | {"owner": "Ann Example"})
    rows = list(MitigationRow.objects.all())
    assert [(row.title, row.owner, str(row.due)) for row in rows] == [
        ("Rotate the keys", "Ann Example", "2031-01-31")
    ] * 2
    assert sorted(
        f"{row.system_id}/{link.finding}" for row in rows for link in row.findings.all()
    ) == sorted(chosen)
    assert not DecisionRow.objects.exists()
    client.post(
        f"/systems/{one.pk}/findings/decide/",
        ask | {"owner": "Bo", "finding": [key.partition("/")[2] for key in named(one)]},
    )
    assert MitigationRow.objects.filter(system=one, owner="Bo").count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"finding": []}, "at least one"),
        ({"action": "explode"}, "one of the decisions"),
        ({"reason": " "}, "Why"),
        ({"until": "0000-01-01"}, "Until"),
        ({"until": "1999-01-01"}, "past"),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(olga, more, words):
    system = cast.system(*olga)
    told = " ".join(said(cast.browser(olga[1]).post(DECIDE, body(*named(system)) | more)))
    assert words in told
    assert entries(system) == 0


def test_only_who_may_decide_somewhere_is_offered_to(olga):
    system = cast.system(*olga)
    viewer = cast.member(olga[0], "viewer")
    assert 'id="bulk"' not in cast.browser(viewer).get("/register/").content.decode()
    page = cast.browser(olga[1]).get("/register/").content.decode()
    assert 'id="bulk"' in page and f'value="{named(system)[0]}"' in page
