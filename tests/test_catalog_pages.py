"""The catalog as a reference book: its lists, and what an entry stands beside."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog import load
from tests import cast

pytestmark = pytest.mark.django_db
SORTS = {
    "threats": load().threats,
    "controls": load().controls,
    "components": load().component_types,
    "adversaries": load().adversaries,
    "frameworks": load().frameworks,
}


@pytest.fixture
def client():
    return cast.browser(cast.workspace()[1])


def entry(client, sort: str, id: str):
    return client.get(reverse("catalog-entry", args=[sort, id]))


@pytest.mark.parametrize("sort", SORTS)
def test_every_entry_is_listed_and_the_search_narrows_the_list(client, sort):
    listed = client.get(reverse("catalog-sort", args=[sort])).context
    assert {one.id for one, _ in listed["entries"]} == set(SORTS[sort])
    first = next(iter(SORTS[sort]))
    narrowed = client.get(reverse("catalog-sort", args=[sort]), {"q": first}).context
    assert first in {one.id for one, _ in narrowed["entries"]}
    assert not client.get(reverse("catalog-sort", args=[sort]), {"q": "no such"}).context["entries"]


@pytest.mark.parametrize("sort", SORTS)
def test_an_entry_has_its_page(client, sort):
    id, found = next(iter(SORTS[sort].items()))
    title = getattr(found, "title", "") or found.name
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
    cited = {one.id for group in page.context["references"] for one in group.entries}
    assert cited == {
        id for ids in load().threats["evasion-query"].references.values() for id in ids
    }
    assert all(id in page.content.decode() for id in cited)


@pytest.mark.parametrize("path", ["/catalog/nothing/", "/catalog/threats/nothing/"])
def test_what_is_not_in_the_catalog_is_not_found(client, path):
    assert client.get(path).status_code == 404
