"""Linked endpoints: consent, budgets, pace, stops, identity, secrets, and runs against them."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import numpy as np
import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from tests import cast
from tests.conftest import wait_until
from tests.endpoints import BIAS, WEIGHTS, Holder
from tests.environment import BROKER_PASSWORD, BROKER_PORT
from tests.linking import demo_bytes
from tests.simulator import PATH, Simulator
from threatmodel import events, rows
from threatmodel.models import Endpoint, EndpointAccount, EndpointHalt, LogEntry, Run
from threatmodel.robustness.errors import Cancelled, Forbidden
from threatmodel.robustness.framings import FRAMINGS
from threatmodel.robustness.talk import HARMLESS
from threatmodel.services import endpoints, mitigations, models, permits, runs, systems, vault
from threatmodel.services.endpoints import Address, Budget
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db
PLENTY = Budget(10_000, 1_000_000, 10_000, 1_000_000, per_second=1000)
SECRET = "sk-very-secret-7b1"
STATEMENT = "We run this endpoint ourselves and agree to these tests of it."
ROWS = np.random.default_rng(5).uniform(-1, 1, (60, 3)).astype(np.float32)
DESCRIPTION = b"""
eps: {value: 0.5, norm: l2, reason: Half of what the sensor drifts in a year.}
features: [{name: a, range: [-5, 5]}, {name: b, range: [-5, 5]}, {name: c, range: [-5, 5]}]
"""


def packed() -> bytes:
    labels = (ROWS.astype(np.float64) @ WEIGHTS + BIAS > 0).astype(np.int64)
    file = BytesIO()
    np.savez(file, x=ROWS, y=labels)
    return file.getvalue()


def tomorrow() -> date:
    return timezone.now().date() + timedelta(days=1)


@pytest.fixture
def holder(settings):
    with Holder() as server:
        settings.ALLOWED_ADDRESSES = frozenset({server.named})
        yield server


@pytest.fixture
def address(holder):
    path = "/v2/models/line/infer"
    return Address(holder.url + path, "kserve", {"output": "chances"}, SECRET, version="2031-1")


@pytest.fixture
def linked(olga, system, address):
    return endpoints.link(
        system, olga[1], "c-api", address, data=packed(), description=DESCRIPTION, name="Line"
    )


@pytest.fixture
def agreed(olga, linked):
    endpoints.agree(linked, olga[1], STATEMENT, tomorrow(), PLENTY)
    return linked


def done(row, by, test: str = "hopskipjump", **params):
    params = params or {"samples": 6, "budget": 60}
    run = runs.start(row, by, test, params)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    return run


def test_a_run_against_an_endpoint_moves_the_finding_and_every_row_is_on_the_books(
    olga, system, agreed, holder
):
    run = done(agreed, olga[1])
    assert run.state == "succeeded", run.message
    summary = run.result["summary"]
    assert 0 < summary["k"] <= summary["n"] == 6
    day, of_run = EndpointAccount.objects.order_by("period")
    booked = {one.period: (one.requests, one.rows) for one in (day, of_run)}
    assert set(booked) == {timezone.now().date().isoformat(), str(run.pk)}
    assert set(booked.values()) == {(len(holder.requests), holder.rows)}
    assert holder.rows == summary["rows"] + 2 * 8
    finding = system.findings.get(key="evasion-query@c-api")
    assert finding.verdict == "broken"
    agreed.refresh_from_db()
    assert agreed.digest == summary["model"] and summary["sandbox"] == "endpoint"


def test_a_run_on_an_endpoint_has_met_the_controls_in_front_of_it(olga, system, agreed):
    keys = ["evasion-query@c-api"]
    for control in ("input-transformation", "adversarial-training", "staff-training"):
        values = {"control": control, "status": "implemented"}
        mitigations.plan(system, olga[1], findings=keys, values=values)
    asked = done(agreed, olga[1])
    model = models.link(
        system, olga[1], "c-api", model=demo_bytes("model.onnx"), data=demo_bytes("data.npz"),
        description=demo_bytes("dataset.yaml"), name="File",
    )  # fmt: skip
    read = done(model, olga[1])
    met = [set(one.evidence.data["controls_on"]) for one in (asked, read)]
    assert met == [{"input-transformation", "adversarial-training"}, {"adversarial-training"}]


def test_nothing_is_sent_before_an_approver_agreed_and_after_the_last_day(olga, linked, holder):
    with pytest.raises(Refusal, match="nobody has agreed"):
        done(linked, olga[1])
    endpoints.agree(linked, olga[1], STATEMENT, tomorrow(), PLENTY)
    yesterday = timezone.now().date() - timedelta(days=1)
    Endpoint.objects.update(agreed_until=yesterday)
    with pytest.raises(Refusal, match=f"ended on {yesterday}"):
        done(linked, olga[1])
    assert holder.requests == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"requests_per_day": 3}, "today's requests is spent .3."),
        ({"rows_per_day": 70}, "today's rows is spent .70."),
        ({"requests_per_run": 2}, "this run's requests is spent .2."),
        ({"rows_per_run": 69}, "this run's rows is spent .69."),
        ({"cost_per_request": Decimal("0.5"), "cost_per_day": 2}, "today's cost is spent .2."),
        ({"cost_per_request": Decimal("0.5")}, "today's cost is spent .0."),
    ],
)
def test_a_budget_ends_the_run_before_it_is_passed(olga, linked, holder, changed, said):
    endpoints.agree(linked, olga[1], STATEMENT, tomorrow(), replace(PLENTY, **changed))
    run = done(linked, olga[1])
    assert run.state == "failed"
    assert re.search(f"^endpoint: the budget of {said}", run.message)
    assert len(holder.requests) <= changed.get("requests_per_day", 4)
    assert holder.rows <= changed.get("rows_per_day", 10**6)
    booked = permits.spent(Endpoint.objects.get())
    assert (booked.requests, booked.rows) == (len(holder.requests), holder.rows)


def test_a_stop_by_a_person_or_the_operator_ends_what_is_under_way(olga, agreed, holder):
    permit = permits.Permit(agreed.pk, "run")
    permit.ask(5, lambda: None)
    endpoints.stop(agreed, olga[1], "It is slow for customers")
    with pytest.raises(Forbidden, match="stopped by olga: It is slow for customers"):
        permit.ask(5, lambda: None)
    with pytest.raises(Refusal, match="may not be asked now"):
        done(agreed, olga[1])
    endpoints.resume(agreed, olga[1])
    permit.ask(5, lambda: None)
    out = StringIO()
    call_command("endpoints", "stop", "--because", "An incident", stdout=out)
    with pytest.raises(Forbidden, match="operator stopped all endpoints: An incident"):
        permit.ask(5, lambda: None)
    call_command("endpoints", "list", stdout=out)
    assert "Line" in out.getvalue() and "stopped" in out.getvalue()
    call_command("endpoints", "resume", stdout=out)
    permit.ask(5, lambda: None)
    assert EndpointHalt.objects.count() == 0
    models.unlink(agreed, olga[1])
    with pytest.raises(Forbidden, match="linked no more"):
        permit.ask(5, lambda: None)


@pytest.mark.parametrize("status", [401, 403, 429])
def test_an_endpoint_that_refuses_three_times_is_left_alone(olga, agreed, holder, status):
    permit = permits.Permit(agreed.pk, "run")
    for _ in range(3):
        permit.answered(status)
    why = permits.refusal(Endpoint.objects.get())
    assert why == f"it was stopped by the worker: It refused 3 requests in a row ({status})"
    endpoints.resume(agreed, olga[1])
    for answer in (status, status, 200, status, status):
        permits.Permit(agreed.pk, "run").answered(answer)
    assert permits.refusal(Endpoint.objects.get()) == ""


def test_a_refused_secret_ends_the_run_in_one_sentence(olga, agreed, holder):
    holder.status = 403
    run = done(agreed, olga[1])
    assert (run.state, run.message) == (
        "failed",
        "endpoint: it refuses our secret (403); enter the right one",
    )


def test_all_workers_share_one_pace(agreed):
    Endpoint.objects.update(per_second=5)
    turns = [permits.Permit(agreed.pk, f"run {n}") for n in range(3)]
    waited: list[int] = []
    before = timezone.now()
    for permit in turns:
        permit.ask(1, lambda: waited.append(1))
    assert timezone.now() - before >= timedelta(seconds=0.39)
    assert waited

    def give_up() -> None:
        raise Cancelled("run: cancelled")

    with pytest.raises(Cancelled):
        turns[0].ask(1, give_up)
    Endpoint.objects.update(next_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(Forbidden, match="too many requests wait"):
        turns[0].ask(1, lambda: None)


def test_other_answers_give_another_identity_and_held_evidence_is_stale(
    olga, system, agreed, holder
):
    def held():
        return done(agreed, olga[1], "pointwise", samples=4, budget=50, eps=1e-6)

    first = held()
    assert (first.state, first.result["summary"]["k"]) == ("succeeded", 0)
    again = held()
    assert again.result["summary"]["model"] == first.result["summary"]["model"]
    assert Endpoint.objects.get().changed_at is None
    holder.bias = 0.2
    third = held()
    assert third.state == "succeeded", third.message
    assert third.result["summary"]["model"] != first.result["summary"]["model"]
    assert Endpoint.objects.get().changed_at is not None
    told = [
        entry.changes[0]["what"] for entry in LogEntry.objects.filter(system=system, kind="model")
    ]
    assert told == ["linked", "met", "answers changed"]
    page = cast.browser(olga[1]).get(f"/systems/{system.pk}/history/").content.decode()
    assert "Model answered for the first time" in page and "Model met" not in page
    current = {piece.digest: piece.current for piece in rows.read_inputs(system).evidence}
    assert current == {
        first.result["summary"]["model"]: False,
        third.result["summary"]["model"]: True,
    }


def test_runs_that_wait_for_endpoints_have_a_queue_of_their_own(
    olga, agreed, django_capture_on_commit_callbacks
):
    broker = redis.Redis(port=BROKER_PORT, password=BROKER_PASSWORD)
    broker.delete("endpoint", "tests")
    with django_capture_on_commit_callbacks(execute=True):
        runs.start(agreed, olga[1], "hopskipjump", {"samples": 6, "budget": 60})
    assert (broker.llen("endpoint"), broker.llen("tests")) == (1, 0)
    broker.delete("endpoint")


def test_a_secret_is_kept_encrypted_and_shown_nowhere(olga, system, agreed, holder, caplog):
    caplog.set_level(logging.DEBUG)
    run = done(agreed, olga[1])
    assert run.state == "succeeded"
    assert {headers["authorization"] for _, headers, _ in holder.requests} == {f"Bearer {SECRET}"}
    kept = Endpoint.objects.get().secret
    assert SECRET not in kept and vault.opened(kept) == SECRET
    client = cast.browser(olga[1])
    shown = [
        client.get(path).content.decode()
        for path in (
            f"/api/v1/models/{agreed.pk}/",
            f"/api/v1/models/?system={system.pk}",
            f"/api/v1/runs/{run.pk}/",
            f"/systems/{system.pk}/tests/",
            f"/api/v1/systems/{system.pk}/log/",
        )
    ]
    assert json.loads(shown[0])["endpoint"]["has_secret"] is True
    assert not any(SECRET in text or kept in text for text in [*shown, caplog.text])


def test_a_secret_of_another_key_is_asked_for_again(olga, agreed, settings):
    settings.SECRET_KEY = "another" * 10
    run = done(agreed, olga[1])
    assert run.state == "failed" and "enter it again" in run.message


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"url": "http://10.0.0.1:22/x"}, "url", "Port 22 .*list 10.0.0.1:22 in ALLOWED_"),
        ({"url": "ftp://models.example/"}, "url", "http"),
        ({"url": "http://models.example/"}, "url", "over https only"),
        ({"adapter": "telepathy"}, "adapter", "unknown"),
        ({"options": {"datatype": "INT8"}}, "options", "options.datatype"),
        ({"secret": "a\nb"}, "secret", "one line"),
        ({"header": "X Y"}, "secret", "one line"),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_its_field(
    olga, system, address, changed, field, said
):
    with pytest.raises(Refusal, match=said) as refused:
        endpoints.link(system, olga[1], "c-api", replace(address, **changed), data=packed())
    assert refused.value.field == field
    assert not system.models.exists()


def test_rows_are_needed_for_all_but_chat(olga, system, address):
    with pytest.raises(Refusal, match="data set"):
        endpoints.link(system, olga[1], "c-api", address)
    with pytest.raises(Refusal, match="no such component"):
        endpoints.link(system, olga[1], "c-nowhere", address, data=packed())


@pytest.mark.parametrize(
    ("statement", "days", "changed", "field"),
    [
        ("ok", 1, {}, "statement"),
        (STATEMENT, -1, {}, "until"),
        (STATEMENT, 400, {}, "until"),
        (STATEMENT, 1, {"rows_per_day": 0}, "rows_per_day"),
        (STATEMENT, 1, {"per_second": 0.0}, "per_second"),
        (STATEMENT, 1, {"per_second": float("nan")}, "per_second"),
        (STATEMENT, 1, {"cost_per_request": Decimal(-1)}, "cost_per_request"),
        (STATEMENT, 1, {"cost_per_day": Decimal(10**10)}, "cost_per_day"),
    ],
)
def test_a_consent_that_says_nothing_is_refused(olga, linked, statement, days, changed, field):
    until = timezone.now().date() + timedelta(days=days)
    with pytest.raises(Refusal) as refused:
        endpoints.agree(linked, olga[1], statement, until, replace(PLENTY, **changed))
    assert refused.value.field == field
    assert Endpoint.objects.get().agreed_until is None


def chat_linked(olga, system, url: str, component: str):
    row = endpoints.link(system, olga[1], component, Address(url, "chat", {}), name="Simulated bot")
    endpoints.agree(row, olga[1], STATEMENT, tomorrow(), PLENTY)
    return row


def test_a_simulated_bot_moves_the_findings_of_the_assistant(olga, settings):
    system = systems.create(olga[0], olga[1], "Assistant", "rag-assistant")
    client = cast.browser(olga[1])
    with Simulator(obeys=True) as weak, Simulator(obeys=False) as strong:
        settings.ALLOWED_ADDRESSES = frozenset({weak.named, strong.named})
        row = chat_linked(olga, system, weak.url + PATH, "c-agent")
        found = {one["id"]: one["applicable"] for one in models.row(row)["tests"]}
        assert found["tool-call"] and not found["hopskipjump"]
        key = "prompt-injection-direct@c-agent"
        assert system.findings.get(key=key).verdict == "untested"
        run = done(row, olga[1], "prompt-injection", per_family=1)
        assert run.state == "succeeded", run.message
        assert run.result["summary"]["n"] == len(FRAMINGS)
        assert system.findings.get(key=key).verdict == "broken"
        assert len(weak.requests) == run.result["summary"]["rows"] + 2 * len(HARMLESS)
        page = client.get(f"/runs/{run.pk}/").content.decode()
        assert page.count("The prompt that worked") == run.result["summary"]["k"] > 0
        assert "joined into one word" in page and "seen: the word" in page
        assert "fixed and public" in page and "not trained on these rows" not in page
        listed = client.get(f"/systems/{system.pk}/tests/").content.decode()
        assert "is sent prompts of ours" in listed and "features" not in listed
        strong.mood = "<script>\u202e\u200b"
        row = chat_linked(olga, system, strong.url + PATH, "c-llm")
        run = done(row, olga[1], "jailbreak", per_family=1)
        assert run.result["summary"]["k"] == 0
        assert system.findings.get(key="jailbreak@c-llm").verdict == "held"
        page = client.get(f"/runs/{run.pk}/").content.decode()
        assert r"this&lt;script&gt;\u202e\u200b" in page and "\u202e" not in page


@pytest.mark.long
@pytest.mark.servers
def test_a_real_worker_talks_to_the_simulator(
    olga, transactional_db, request, monkeypatch, settings
):
    system = systems.create(olga[0], olga[1], "Assistant", "rag-assistant")
    with Simulator(obeys=True) as server:
        settings.ALLOWED_ADDRESSES = frozenset({server.named})
        monkeypatch.setenv("ALLOWED_ADDRESSES", server.named)
        row = chat_linked(olga, system, server.url + PATH, "c-agent")
        request.getfixturevalue("worker")
        run = runs.start(row, olga[1], "tool-call", {"per_family": 1})

        def ended() -> bool:
            run.refresh_from_db()
            return run.state not in ("queued", "running")

        wait_until(ended, 90, "the run ends")
        assert run.state == "succeeded", run.message
        assert system.findings.get(key="tool-misuse@c-agent").verdict == "broken"
        assert len(server.requests) == run.result["summary"]["rows"] + 2 * len(HARMLESS)


def test_a_lost_run_on_an_endpoint_is_rung_for_where_endpoints_are_asked(olga, linked, monkeypatch):
    endpoints.agree(linked, olga[1], STATEMENT, tomorrow(), PLENTY)
    run = runs.start(linked, olga[1], "hopskipjump", {"samples": 10, "budget": 100})
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(hours=1))
    rung = []
    monkeypatch.setattr(events, "enqueue", lambda task, id: rung.append((task, id)))
    runs.sweep()
    assert rung == [("ask_endpoint", run.pk)]


def test_an_endpoint_is_linked_agreed_to_and_stopped_on_its_pages(olga, system, holder):
    client = cast.browser(olga[1])
    link = f"/systems/{system.pk}/endpoint/"
    assert "KServe" in client.get(link).content.decode()
    url = holder.url + "/invocations"
    sent = {"component": "c-api", "adapter": "mlflow", "url": url, "secret": SECRET}
    refused = client.post(link, sent)
    assert refused.status_code == 400 and "Give a data set" in refused.content.decode()
    assert SECRET not in refused.content.decode()
    archive = SimpleUploadedFile("d.npz", packed())
    assert client.post(link, sent | {"dataset": archive, "options": "{"}).status_code == 400
    archive = SimpleUploadedFile("d.npz", packed())
    answer = client.post(link, sent | {"dataset": archive}, follow=True)
    page = answer.redirect_chain[-1][0]
    assert "Nobody has agreed" in answer.content.decode()
    row = system.models.get()
    assert "nobody has agreed" in client.get(f"/systems/{system.pk}/tests/").content.decode()
    consent = {name: getattr(PLENTY, name) for name in Budget.__dataclass_fields__}
    consent |= {"statement": STATEMENT, "until": tomorrow().isoformat()}
    wrong = client.post(f"/models/{row.pk}/agree/", consent | {"rows_per_day": 0})
    assert wrong.status_code == 400 and "from 1 to" in wrong.content.decode()
    agreed = client.post(f"/models/{row.pk}/agree/", consent, follow=True).content.decode()
    assert STATEMENT in agreed and "may be asked" in agreed
    done(row, olga[1], "hopskipjump", samples=6, budget=60, eps=0.5)
    shown = client.get(page).content.decode()
    assert str(len(holder.requests)) in shown and SECRET not in shown
    why = {"because": "<b>Night</b>"}
    stopped = client.post(f"/models/{row.pk}/stop/", why, follow=True).content.decode()
    assert "&lt;b&gt;Night" in stopped and "Allow it again" in stopped
    again = client.post(f"/models/{row.pk}/resume/", follow=True).content.decode()
    assert "Stop now" in again


def test_an_endpoint_is_linked_and_agreed_to_over_rest(olga, system, holder):
    client = cast.browser(olga[1])
    body = {
        "system": str(system.pk),
        "component": "c-api",
        "url": holder.url + "/score",
        "adapter": "json",
        "options": json.dumps({"path": "results[].risk.value", "answers": "chance"}),
    }
    missing = client.post("/api/v1/models/", body)
    assert missing.status_code == 400 and missing.json()["error"]["field"] == "data"
    told = client.post("/api/v1/models/", body | {"data": SimpleUploadedFile("d.npz", packed())})
    assert told.status_code == 201, told.json()
    model = told.json()
    assert model["endpoint"]["why_not"].startswith("nobody has agreed")
    consent = {"statement": STATEMENT, "until": tomorrow().isoformat()}
    consent |= dict.fromkeys(("requests_per_run", "rows_per_run"), 500)
    consent |= dict.fromkeys(("requests_per_day", "rows_per_day"), 500)
    path = f"/api/v1/models/{model['id']}/"
    said = cast.send(client, "post", path + "consent/", consent).json()["endpoint"]
    assert (said["why_not"], said["agreed_by"], said["budget"]["rows_per_day"]) == ("", "olga", 500)
    said = cast.send(client, "post", path + "stop/", {"because": "Enough"}).json()["endpoint"]
    assert said["why_not"] == "it was stopped by olga: Enough"
    assert cast.send(client, "post", path + "resume/", {}).json()["endpoint"]["why_not"] == ""
    neither = client.post("/api/v1/models/", {"system": str(system.pk), "component": "c-api"})
    assert neither.status_code == 400 and neither.json()["error"]["field"] == "model"
