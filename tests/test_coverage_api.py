"""Coverage over REST: every list in counts, one list entry by entry."""

from __future__ import annotations

import pytest

from catalog import load
from catalog.coverage import Coverage
from tests import cast

pytestmark = pytest.mark.django_db
LISTS = load().frameworks


def asked(client, system, **query: str):
    return client.get(f"/api/v1/systems/{system.pk}/coverage/", query)


def test_the_catalog_counts_each_kind_of_entry_of_each_list(client):
    answer = client.get("/api/v1/catalog/coverage/")
    told = {one["framework"]: one for one in answer.json()["results"]}
    assert set(told) == set(LISTS)
    assert (told["atlas"]["view"], told["owasp-asi"]["view"]) == ("matrix", "list")
    for tally, kind in zip(
        Coverage.of(load()).tallies("atlas"), told["atlas"]["kinds"], strict=True
    ):
        assert kind == {"kind": tally.kind, "entries": tally.of, **tally.by}
    again = client.get("/api/v1/catalog/coverage/", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304


def test_a_system_is_counted_against_every_list(client, system):
    told = asked(client, system).json()
    assert told["count"] == len(LISTS)
    atlas = next(one for one in told["results"] if one["framework"] == "atlas")
    assert 0 < atlas["applies"] <= atlas["reached"] <= atlas["of"]


@pytest.mark.parametrize("name", ["atlas", "nist-csf", "saif"])
def test_one_list_comes_entry_by_entry_and_agrees_with_its_counts(client, system, name):
    told = asked(client, system, framework=name).json()
    shares = asked(client, system).json()["results"]
    share = next(one for one in shares if one["framework"] == name)
    direct = [one for one in told["results"] if one["basis"] != "links"]
    assert told["count"] == share["of"] == len(LISTS[name].entries)
    assert sum(bool(one["findings"]) for one in direct) == share["applies"]
    assert sum(bool(one["tested"]) for one in direct) == share["tested"]


def test_the_findings_of_an_entry_are_findings_of_the_system(client, system):
    told = asked(client, system, framework="owasp-ml-2023").json()["results"]
    keys = {key for one in told for key in one["findings"]}
    assert keys and keys <= {row.key for row in system.findings.filter(applies="yes")}


def test_an_answer_is_sent_again_only_when_the_system_has_changed(client, system, olga):
    first = asked(client, system, framework="atlas")
    path = f"/api/v1/systems/{system.pk}/coverage/?framework=atlas"
    assert client.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    cast.edit(system, olga[1], cast.change("component", "c-data", remove=True))
    assert client.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_a_list_that_is_not_there_is_refused_in_words(client, system):
    answer = asked(client, system, framework="nothing")
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "framework"
    assert "owasp-asi" in answer.json()["error"]["message"]
