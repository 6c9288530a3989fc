"""The plan page: a suggestion, a basket of one's own, and planning it in one step."""

from __future__ import annotations

import pytest
import yaml
from django.contrib.messages import get_messages
from django.urls import reverse

from tests import cast
from tests.core.attacked import ROOT
from threatmodel.models import FindingRow, LogEntry, MitigationRow

pytestmark = pytest.mark.django_db
PICKS = ["human-approval@c-agent", "credential-broker@c-agent"]


@pytest.fixture
def system(olga):
    data = yaml.safe_load((ROOT / "tests/systems/rag-assistant.yaml").read_text())
    return cast.system(*olga, data)


@pytest.fixture
def url(system):
    return reverse("basket", args=[system.pk])


def picked(answer) -> list[str]:
    return [f"{pick['control']}@{pick['place']}" for pick, _ in answer.context["picks"]]


def said(answer) -> str:
    return " ".join(str(one) for one in get_messages(answer.wsgi_request))


def test_it_suggests_a_basket_and_adds_up_its_days(client, url):
    answer = client.get(url, {"appetite": "moderate"})
    assert picked(answer) == ["credential-broker@c-agent"]
    assert [days for _, days in answer.context["picks"]] == [5]
    assert "Exact." in answer.content.decode()
    low = client.get(url).context
    assert low["plan"]["appetite"] == "low"
    assert low["picks"][-1][1] == low["plan"]["days"]
    assert {one.row["asset"] for one in low["assets"]} == {"a-files", "a-requests", "a-handbook"}
    assert all(one.helps for one in low["assets"])


def test_what_is_picked_is_reckoned_without_anything_being_written(client, system, url):
    before = system.revision
    answer = client.get(url, {"appetite": "low", "pick": ["", *PICKS]})
    assert picked(answer) == PICKS
    assert answer.context["plan"]["method"] == "chosen"
    empty = client.get(url, {"appetite": "low", "pick": ""})
    assert picked(empty) == []
    assert "Nothing is picked" in empty.content.decode()
    system.refresh_from_db()
    assert system.revision == before
    assert not MitigationRow.objects.exists()


def test_planning_a_basket_makes_its_mitigations_in_one_entry_of_the_log(client, system, url):
    basket = client.get(url, {"appetite": "low", "pick": PICKS}).context["plan"]
    done = client.post(url, {"appetite": "low", "pick": PICKS})
    assert done.status_code == 302
    rows = {row.control: row for row in system.mitigations.all()}
    assert [f"{control}@c-agent" for control in rows] == PICKS
    for pick in basket["picks"]:
        row = rows[pick["control"]]
        assert (row.status, row.effort) == ("planned", pick["effort"])
        assert row.title == f"{pick['title']}: Assistant"
        assert {link.finding for link in row.findings.all()} == set(pick["findings"])
    assert LogEntry.objects.filter(system=system, kind="mitigation").count() == 1
    history = client.get(reverse("history", args=[system.pk])).content.decode()
    assert "Planned 2 mitigations" in history
    lowered = {one["finding"]: one["after"] for one in basket["lowered"]}
    for finding in FindingRow.objects.filter(system=system, key__in=lowered):
        assert finding.data["planned"] == lowered[finding.key]


def test_what_is_in_the_register_is_not_planned_twice(client, system, url):
    client.post(url, {"pick": PICKS[:1]})
    client.post(url, {"pick": PICKS})
    assert sorted(row.control for row in system.mitigations.all()) == [
        "credential-broker",
        "human-approval",
    ]
    again = client.post(url, {"pick": PICKS})
    assert "planned already" in said(again)
    page = client.get(url, {"pick": PICKS})
    assert page.context["unplanned"] == 0
    assert "in the register already" in page.content.decode()


def test_a_dropped_mitigation_may_be_planned_again(client, system, url):
    client.post(url, {"pick": PICKS[:1]})
    system.mitigations.update(status="dropped")
    client.post(url, {"pick": PICKS[:1]})
    assert sorted(row.status for row in system.mitigations.all()) == ["dropped", "planned"]


@pytest.mark.parametrize(
    "asked",
    [
        {"appetite": "huge"},
        {"pick": "human-approval"},
        {"pick": "human-approval@nowhere"},
        {"pick": "<script>@c-agent"},
        {"pick": ["a@b"] * 101},
    ],
)
def test_a_basket_that_cannot_be_is_said_and_changes_nothing(client, system, url, asked):
    shown = client.get(url, asked)
    assert shown.status_code == 400
    assert "This is the basket suggested now" in shown.content.decode()
    assert "<script>@" not in shown.content.decode()
    refused = client.post(url, asked)
    assert refused.status_code == 302
    assert said(refused)
    assert not system.mitigations.exists()


def test_nothing_picked_is_nothing_to_plan(client, system, url):
    assert "at least one control" in said(client.post(url, {"pick": ""}))
    assert not system.mitigations.exists()


def test_an_empty_system_says_what_to_do_first(client, olga):
    empty = cast.system(*olga, {"format": "bartizan/1", "system": {"name": "Empty"}})
    text = client.get(reverse("basket", args=[empty.pk])).content.decode()
    assert "There is nothing to plan yet" in text


def test_who_may_only_look_sees_the_plan_and_cannot_commit_it(olga, system, url):
    viewer = cast.browser(cast.member(olga[0], "viewer"))
    assert "Plan these" not in viewer.get(url).content.decode()
    assert viewer.post(url, {"pick": PICKS}).status_code == 403
