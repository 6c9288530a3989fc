"""Attack paths and the plan over REST: what they say, that they are kept, and bad questions."""

from __future__ import annotations

import pytest
import yaml

from tests import cast
from tests.cast import change, edit
from tests.core.attacked import ROOT
from threatmodel.core.paths import telling
from threatmodel.live import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(olga):
    data = yaml.safe_load((ROOT / "tests/systems/rag-assistant.yaml").read_text())
    return cast.system(*olga, data)


def test_each_path_says_what_it_takes_and_what_stops_it(client, system, url):
    found = client.get(url + "paths/").json()
    assert found["revision"] == system.revision
    handbook = next(one for one in found["assets"] if one["asset"] == "a-handbook")
    assert handbook["likelihood"]["low"] < handbook["likelihood"]["value"]
    assert handbook["ways_text"] == "The 5 likeliest ways."
    way = handbook["paths"][0]
    assert way["adversary"] == {"id": "customer", "name": "Registered customer"}
    assert way["interval"][0] <= way["chance"] <= way["interval"][1]
    access, first, call, last = way["steps"][1:]
    assert access["elements"] == ["c-writer", "f-write", "c-docs"]
    assert (first["finding"], first["flow"]) == ("indirect-injection@c-agent", None)
    assert (call["finding"], call["flow"]) == (None, "f-search")
    stop = last["stops"][0]
    assert stop["control"] == "permission-aware-retrieval"
    assert stop["title"] and stop["place_name"] == "Handbook search" and stop["fall"] > 0.1
    assert found["bounds"]["findings_followed"] <= found["bounds"]["findings"]


def test_as_many_paths_as_are_asked_for(client, url):
    found = client.get(url + "paths/?paths=1").json()
    assert all(len(one["paths"]) == 1 for one in found["assets"])


@pytest.mark.parametrize("query", ["paths=0", "paths=11", "paths=many", "paths=-1"])
def test_a_number_of_paths_that_cannot_be_is_refused(client, url, query):
    answer = client.get(url + f"paths/?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "paths"


def test_what_was_worked_out_is_kept_until_the_system_changes(
    client, olga, system, url, monkeypatch
):
    asked = []
    counted = telling.attack_paths

    def counting(attack, k):
        asked.append(k)
        return counted(attack, k)

    monkeypatch.setattr("threatmodel.planning.attack_paths", counting)
    first = client.get(url + "paths/")
    assert client.get(url + "paths/").json() == first.json()
    tag = {"If-None-Match": first["ETag"]}
    assert client.get(url + "paths/", headers=tag).status_code == 304
    assert len(asked) == 1
    done = edit(system, olga[1], change("component", "c-agent", set={"name": "Helper"}))
    again = client.get(url + "paths/", headers=tag)
    assert again.status_code == 200
    assert again.json()["revision"] == done.revision
    assert len(asked) == 2


def test_few_systems_are_kept_at_a_time(client, olga, url, monkeypatch):
    first = client.get(url + "paths/").json()
    for _ in range(kept.MOST_ATTACKS + 1):
        other = cast.system(*olga)
        client.get(f"/api/v1/systems/{other.pk}/plan/")
    woven = [one for one in kept._kept.values() if one.attack is not None]
    assert len(woven) == kept.MOST_ATTACKS
    assert client.get(url + "paths/").json() == first
    assert client.get(url + "plan/").status_code == 200
    monkeypatch.setattr(kept, "MOST_STATES", 1)
    client.get(url + "plan/")
    assert len(kept._kept) == 1


def test_the_plan_is_a_basket_with_what_it_buys_and_leaves(client, url):
    found = client.get(url + "plan/?appetite=moderate").json()
    assert (found["appetite"], found["method"], found["days"]) == ("moderate", "exact", 5)
    (pick,) = found["picks"]
    assert (pick["control"], pick["place"]) == ("credential-broker", "c-agent")
    assert pick["buys"][0] | {"title": "", "element_name": ""} == {
        "finding": "agent-credential-exposure@c-agent",
        "title": "",
        "element": "c-agent",
        "element_name": "",
        "before": "high",
        "after": "moderate",
    }
    assert found["left"] == []
    assert found["levels_above"] == {"before": 1, "after": 0}
    for asset in found["assets"]:
        assert asset["after"]["value"] <= asset["before"]["value"]


def test_the_systems_own_appetite_counts_and_a_lower_one_takes_more(client, url):
    low = client.get(url + "plan/").json()
    assert low["appetite"] == "low"
    assert low["days"] > client.get(url + "plan/?appetite=moderate").json()["days"]
    assert low["levels_above"]["after"] < low["levels_above"]["before"]


def test_a_basket_of_ones_own_is_reckoned(client, url):
    query = "plan/?appetite=low&pick=human-approval@c-agent&pick=credential-broker@c-agent"
    found = client.get(url + query).json()
    assert found["method"] == "chosen"
    assert [one["control"] for one in found["picks"]] == ["human-approval", "credential-broker"]
    empty = client.get(url + "plan/?appetite=low&pick=").json()
    assert (empty["picks"], empty["method"]) == ([], "chosen")
    assert empty["levels_above"]["after"] > found["levels_above"]["after"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("appetite=huge", "appetite"),
        ("pick=human-approval", "pick"),
        ("pick=human-approval@nowhere", "pick"),
        ("pick=%F0%9F%92%A9@%3Cb%3E", "pick"),
        ("pick=" + "x" * 5_000 + "@y", "pick"),
        ("&".join(["pick=a@b"] * 101), "pick"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_one_sentence(client, url, query, field):
    answer = client.get(url + f"plan/?{query}")
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["field"] == field
    assert len(error["message"]) < 500


def test_an_empty_system_has_no_paths_and_an_empty_plan(client, olga):
    data = {"format": "bartizan/1", "system": {"name": "Empty"}}
    url = f"/api/v1/systems/{cast.system(*olga, data).pk}/"
    assert client.get(url + "paths/").json()["assets"] == []
    assert client.get(url + "plan/").json()["picks"] == []
