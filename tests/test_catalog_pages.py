"""The catalog as a reference book: one search, its filters, and what an entry stands beside."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog import load
from catalog.search import SORTS as SEARCHED
from tests import cast
from tests.own import uploaded
from threatmodel.live.catalogs import newest

pytestmark = pytest.mark.django_db
SORTS = {
    "threats": load().threats,
    "controls": load().controls,
    "components": load().component_types,
    "adversaries": load().adversaries,
    "frameworks": load().frameworks,
}


def entry(client, sort: str, id: str):
    return client.get(reverse("catalog-entry", args=[sort, id]))


def found(client, sort: str = "", **query: str):
    address = reverse("catalog-sort", args=[sort]) if sort else reverse("catalog")
    return client.get(address, query)


def listed(answer) -> set[str]:
    return {hit.id for hit in answer.context["page"].paginator.object_list}


@pytest.mark.parametrize("sort", SORTS)
def test_every_entry_is_listed_and_the_search_narrows_the_list(client, sort):
    assert listed(found(client, sort)) == set(SORTS[sort])
    first = next(iter(SORTS[sort]))
    assert first in listed(found(client, sort, q=first))
    assert not listed(found(client, sort, q="zzzz"))


def test_beside_the_prior_stands_how_far_a_threat_has_come_in_the_world(client):
    by_relevance = {one.success.relevance: id for id, one in load().threats.items()}
    assert set(by_relevance) == {"feasible", "demonstrated", "realized"}
    for relevance, id in by_relevance.items():
        page = entry(client, "threats", id).content.decode()
        told = [one for one in ("Feasible", "Demonstrated", "Realized") if f"{one}: it has" in page]
        assert told == [relevance.capitalize()] and "not a probability" in page


def test_one_search_goes_over_everything_and_counts_each_kind(client):
    answer = found(client, q="model")
    groups = {name: hits for name, _, hits in answer.context["groups"]}
    assert {"threats", "controls", "entries"} <= set(groups)
    assert set(answer.context["counts"]) == set(SEARCHED)
    assert all(answer.context["counts"][name] >= len(hits) for name, hits in groups.items())


def test_an_id_of_another_list_leads_to_its_page(client):
    answer = found(client, q="AML.T0020")
    assert reverse("catalog-listed", args=["atlas", "AML.T0020"]) in answer.content.decode()


def test_filters_narrow_and_stay_with_the_tabs(client):
    answer = found(client, "threats", stage="training", framework="owasp-ml-2023")
    assert 0 < answer.context["page"].paginator.count < len(load().threats)
    assert "stage=training&amp;framework=owasp-ml-2023" in answer.content.decode()


def test_a_tactic_is_one_of_atlas_until_a_list_is_chosen(client):
    answer = found(client, "entries", heading="AML.TA0011")
    assert answer.context["wanted"].framework == "atlas"
    assert "AML.T0031" in listed(answer)
    other = found(client, "entries", framework="nist-csf", heading="AML.TA0011")
    assert other.context["wanted"].heading == ""


@pytest.mark.parametrize(
    "query", [{"stage": "no"}, {"framework": "no"}, {"heading": "no"}, {"page": "x"}]
)
def test_a_choice_that_nobody_offered_counts_as_none(client, query):
    assert listed(found(client, "threats", **query)) == set(SORTS["threats"])


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "x" * 5000, "' OR 1=1"])
def test_hostile_words_find_nothing_and_break_nothing(client, words):
    answer = found(client, q=words)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_search_without_a_hit_says_what_to_try(client):
    assert "Try fewer words" in found(client, q="zzzz").content.decode()
    assert "None of them here" in found(client, "adversaries", q="watermark").content.decode()


def test_many_entries_come_in_pages(client):
    first = found(client, "entries")
    assert first.context["page"].paginator.num_pages > 5
    second = found(client, "entries", page="2")
    assert {hit.id for hit in first.context["page"]} != {hit.id for hit in second.context["page"]}


@pytest.mark.parametrize("sort", SORTS)
def test_an_entry_has_its_page(client, sort):
    for id, known in list(SORTS[sort].items())[:: max(len(SORTS[sort]) // 8, 1)]:
        title = getattr(known, "title", "") or known.name
        assert entry(client, sort, id).context["title"] == title


def test_an_entry_names_the_threats_that_it_has_to_do_with(client):
    def related(sort: str, id: str) -> set[str]:
        return {one.id for one in entry(client, sort, id).context["related"]}

    threat = load().threats["evasion-query"]
    assert all(threat.id in related("controls", pair.control) for pair in threat.answered_by)
    assert threat.id in related("components", "inference-endpoint")
    assert all(threat.id in related("frameworks", name) for name in threat.references)
    assert related("adversaries", "outsider") == set()


def test_a_threat_s_page_links_what_others_call_it(client):
    page = entry(client, "threats", "evasion-query")
    cited = {(group.id, one.id) for group in page.context["references"] for one in group.entries}
    threat = load().threats["evasion-query"]
    assert cited == {(name, id) for name, ids in threat.references.items() for id in ids}
    shown = page.content.decode()
    assert all(reverse("catalog-listed", args=one) in shown for one in cited)


def test_a_threat_s_page_says_where_it_applies_with_examples_and_what_helps(client):
    shown = entry(client, "threats", "rag-injection-exfiltration").content.decode()
    assert "All of these hold" in shown
    assert "A flow goes out to Agent tool" in shown
    assert "Does not apply" in shown
    assert "Passed by:" in shown


def test_an_entry_of_a_list_tells_its_place_its_links_and_who_of_ours_names_it(client):
    answer = client.get(reverse("catalog-listed", args=["atlas", "AML.T0051.001"]))
    shown = answer.content.decode()
    assert answer.context["above"][0].id == "AML.T0051"
    assert "indirect-injection" in {one.id for one in answer.context["threats"]}
    assert "https://atlas.mitre.org/techniques/AML.T0051.001" in shown
    assert {one.crosswalk.by for one in answer.context["theirs"]} == {"publisher"}


def test_links_of_ours_are_told_from_those_that_were_published(client):
    shown = client.get(reverse("catalog-listed", args=["nist-aml", "NISTAML.015"])).content.decode()
    assert "Links that we drew" in shown
    assert "Our reading" in shown
    assert "Published by" in shown


@pytest.mark.parametrize(
    ("framework", "id"),
    [("gdpr", "Article 5"), ("nist-ai-rmf", "GOVERN 1.1"), ("stride", "tampering")],
)
def test_an_id_with_a_space_has_its_page(client, framework, id):
    answer = client.get(reverse("catalog-listed", args=[framework, id]))
    assert answer.status_code == 200
    assert id in answer.content.decode()


@pytest.mark.parametrize("name", load().frameworks)
def test_every_entry_of_a_list_can_be_opened_from_its_page(client, name):
    shown = entry(client, "frameworks", name).content.decode()
    for id in list(load().frameworks[name].entries)[::37]:
        assert reverse("catalog-listed", args=[name, id]) in shown


def test_a_workspace_s_own_entries_are_found_and_marked(olga):
    workspace, person = olga
    uploaded(workspace, person)
    client = cast.browser(person)
    (own,) = set(newest(workspace.pk).threats) - set(load().threats)
    assert own in listed(found(client, "threats", q=own))
    assert "your workspace's own" in entry(client, "threats", own).content.decode()
    there = client.get(
        reverse("catalog-entry", args=["threats", own]), {"workspace": str(workspace.pk)}
    )
    assert f"/catalog/components/smart-meter/?workspace={workspace.pk}" in there.content.decode()
    stranger = cast.browser(cast.outsider())
    assert own not in listed(found(stranger, "threats"))
    assert found(stranger, workspace=str(workspace.pk)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/catalog/nothing/",
        "/catalog/threats/nothing/",
        "/catalog/frameworks/nothing/AML.T0020/",
        "/catalog/frameworks/atlas/nothing/",
    ],
)
def test_what_is_not_in_the_catalog_is_not_found(client, path):
    assert client.get(path).status_code == 404
