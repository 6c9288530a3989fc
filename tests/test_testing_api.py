"""What to test by REST: options, costs, a large run confirmed, schedules, alerts, a comparison."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.linking import link
from threatmodel.models import Alert, Run
from threatmodel.robustness import attacks
from threatmodel.services import costs, runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(olga, system):
    return link(system, olga[1])


def test_every_test_is_listed_with_its_cost_or_why_it_cannot_be_run(client, system, model):
    listed = client.get(f"/api/v1/systems/{system.pk}/tests/").json()["results"]
    could = [one for one in listed if one["cost"]]
    first = next(one for one in could if one["test"] == "hopskipjump")
    assert first["if_broken"][0]["then"] and first["levels"] > 0 and first["params"]["eps"] == 0.25
    assert all(one["why_not"] for one in listed if not one["cost"])
    told = client.get(f"/api/v1/models/{model.pk}/costs/").json()
    assert told.keys() == {one["test"] for one in could} and told["hopskipjump"] == first["cost"]
    asked = f"/api/v1/models/{model.pk}/costs/?test=hopskipjump&samples=10&budget=200"
    assert client.get(asked).json()["hopskipjump"]["rows"] == 160 + 2 * 16 + 10 * 200
    wrong = client.get(asked + "&eps=far")
    assert wrong.status_code == 400 and wrong.json()["error"]["field"] == "params.eps"


def test_tests_are_listed_without_a_question_for_each(client, system, model):
    where = f"/api/v1/systems/{system.pk}/tests/"
    assert len(client.get(where).json()["results"]) == len(attacks.load())
    with CaptureQueriesContext(connection) as one:
        client.get(where)
    model.pk, model.element_id = uuid.uuid4(), "c-data"
    model.save(force_insert=True)
    with CaptureQueriesContext(connection) as two:
        assert len(client.get(where).json()["results"]) == 2 * len(attacks.load())
    assert len(two) - len(one) <= 5


def test_a_large_run_begins_once_it_is_confirmed(client, model, monkeypatch):
    monkeypatch.setattr(costs, "LARGE_ROWS", 1000)
    body = {"model": str(model.pk), "test": "hopskipjump", "params": {"samples": 10}}
    refused = cast.send(client, "post", "/api/v1/runs/", body)
    assert refused.status_code == 409 and refused.json()["error"]["code"] == "large"
    page = client.post(
        reverse("start-run", args=[model.pk]), {"test": "hopskipjump", "param-samples": "10"}
    )
    text = page.content.decode()
    assert "is a large run" in text and 'name="param-samples" value="10"' in text
    assert not Run.objects.exists()
    sent = {"test": "hopskipjump", "param-samples": "10", "confirmed": "yes"}
    client.post(reverse("start-run", args=[model.pk]), sent)
    assert cast.send(client, "post", "/api/v1/runs/", body | {"confirmed": True}).status_code == 201
    assert [run.params["samples"] for run in Run.objects.all()] == [10, 10]


def test_schedules_alerts_and_comparisons_are_had_by_rest(client, olga, system, model):
    path = f"/api/v1/systems/{system.pk}/schedules/"
    body = {"model": str(model.pk), "test": "corruption", "occasion": "nightly"}
    made = cast.send(client, "post", path, body)
    assert made.status_code == 201 and client.get(path).json()["count"] == 1
    assert cast.send(client, "post", path, body).status_code == 409
    assert client.delete(f"/api/v1/schedules/{made.json()['id']}/").status_code == 204
    params = {"samples": 12, "budget": 100}
    first, second = (runs.start(model, olga[1], "hopskipjump", params) for _ in range(2))
    for run in (first, second):
        runs.execute(str(run.pk))
    compared = client.get(f"/api/v1/runs/{second.pk}/compare/").json()
    assert compared["comparison"]["before"] == str(first.pk)
    assert compared["comparison"]["targets_in_both"] == 12
    alert = Alert.objects.create(system=system, run=second, earlier=first, told={})
    path = f"/api/v1/systems/{system.pk}/alerts/"
    assert client.get(path + "?seen=no").json()["results"][0]["run"] == str(second.pk)
    seen = cast.send(client, "post", f"/api/v1/alerts/{alert.pk}/seen/", {})
    assert seen.json()["seen_by"] == olga[1].name
    assert client.get(path + "?seen=no").json()["count"] == 0
