"""Workshops by REST: opened, steered, voted, decided, and what stays hidden until the reveal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from catalog import load
from tests import cast
from tests.cast import change, edit, send
from tests.stored import nothing_changes
from threatmodel import events, paper
from threatmodel.core import assess
from threatmodel.core.inputs import Inputs
from threatmodel.live import catalogs
from threatmodel.models import AuditEntry, LogEntry, System, Vote, Workshop
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition
from threatmodel.rows import read_document
from threatmodel.services import records, reports, rooms, votes, workshops

pytestmark = [pytest.mark.django_db, pytest.mark.store]
SECRET = "My brother works there and says so"


class Room:
    """A workshop with its people, each in a browser of their own."""

    def __init__(self) -> None:
        cache.clear()
        self.workspace, olga = cast.workspace()
        self.system = cast.system(self.workspace, olga)
        self.people = {"olga": olga, "fay": cast.member(self.workspace, "facilitator", "fay")}
        self.people["vic"] = cast.member(self.workspace, "viewer", "vic")
        self.people["gus"] = cast.member(self.workspace, "guest", "gus", system=self.system)
        self.clients = {name: cast.browser(one) for name, one in self.people.items()}
        self.base = f"/api/v1/systems/{self.system.pk}/"
        self.id = self.ask("olga", "post", self.base + "workshops/", {}).json()["id"]
        self.url = f"/api/v1/workshops/{self.id}/"

    def ask(self, who, method, path, body=None):
        return send(self.clients[who], method, path, body)

    def act(self, who, verb, body=None):
        return self.ask(who, "post", f"{self.url}{verb}/", body or {})

    def state(self, who="olga"):
        return self.clients[who].get(self.url).json()

    def finding(self, **wanted):
        found = self.system.findings.filter(applies="yes", **wanted)
        return found.order_by("-residual", "key").first()

    def open_round(self):
        self.key = self.finding().key
        told = self.act("olga", "rounds", {"finding": self.key}).json()
        self.round = told["rounds"][-1]["id"]
        return self.round

    def vote(self, who, tried="high", harm="moderate", reason=""):
        levels = {"initiation": [tried] * 3, "impact": [harm] * 3}
        return self.act(who, "vote", {"round": self.round, "reason": reason, **levels})


@pytest.fixture
def room():
    return Room()


def test_a_workshop_begins_with_an_agenda_and_its_leader(room):
    told = room.state()
    assert [one["phase"] for one in told["agenda"]] == list(workshops.PHASES)
    assert told["timer"] == {"running": False, "left_s": 1200}
    assert (told["leader"]["name"], told["people"][0]["name"]) == ("olga", "olga")
    assert told["from"] == 1
    assert AuditEntry.objects.filter(action="workshop opened").exists()


def test_a_system_has_one_open_workshop(room):
    refused = room.ask("fay", "post", room.base + "workshops/", {})
    assert refused.status_code == 409
    assert room.act("olga", "end").status_code == 200
    assert room.ask("fay", "post", room.base + "workshops/", {}).status_code == 201
    assert room.clients["gus"].get(room.base + "workshops/").json()["count"] == 2


def test_only_its_leader_steers_until_another_facilitator_takes_over(room):
    refused = room.ask("fay", "patch", room.url, {"step": 2})
    assert refused.status_code == 409
    assert "olga leads" in refused.json()["error"]["message"]
    assert room.act("vic", "lead").status_code == 403
    assert room.act("fay", "lead").json()["leader"]["name"] == "fay"
    assert room.ask("fay", "patch", room.url, {"step": 2}).json()["step"] == 2
    assert room.ask("olga", "patch", room.url, {"step": 1}).status_code == 409


def test_a_step_starts_its_time_and_the_time_can_stand(room):
    told = room.ask("olga", "patch", room.url, {"step": 1}).json()
    assert told["timer"]["running"]
    assert 1790 <= told["timer"]["left_s"] <= 1800
    told = room.ask("olga", "patch", room.url, {"timer": {"running": False}}).json()
    assert not told["timer"]["running"]
    told = room.ask("olga", "patch", room.url, {"timer": {"seconds": 60}}).json()
    assert told["timer"]["running"]
    assert told["timer"]["left_s"] == 60


def test_the_agenda_is_the_rooms_own(room):
    own = [{"phase": "other", "title": "Coffee", "minutes": 0}]
    room.ask("olga", "patch", room.url, {"step": 4})
    told = room.ask("olga", "patch", room.url, {"agenda": own, "title": "Launch"}).json()
    assert (told["agenda"], told["step"], told["title"]) == (own, 0, "Launch")


def test_everybody_sees_what_the_leader_points_at(room):
    focus = {"kind": "question", "element": "c-api", "attribute": "returns_scores"}
    assert room.ask("olga", "patch", room.url, {"focus": focus}).status_code == 200
    assert room.state("gus")["focus"] == focus
    assert room.ask("olga", "patch", room.url, {"focus": None}).json()["focus"] is None


NOT_STEERED: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"step": 5}, "step"),
    ({"step": "1"}, "step"),
    ({"order": "luck"}, "order"),
    ({"focus": {"kind": "finding"}}, "focus"),
    ({"agenda": []}, "agenda"),
    ({"agenda": [{"phase": "nap", "title": "x", "minutes": 1}]}, "agenda.0.phase"),
    ({"timer": {"seconds": -1}}, "timer.seconds"),
    ({"timer": {"seconds": 1e308}}, "timer.seconds"),
]


def test_what_cannot_be_steered_is_told_and_changes_nothing(room):
    with nothing_changes():
        for body, field in NOT_STEERED:
            refused = room.ask("olga", "patch", room.url, body)
            assert refused.status_code == 400, body
            assert refused.json()["error"]["field"].startswith(field), body


def test_people_say_for_what_they_speak_and_hear_who_is_missing(room):
    told = room.act("gus", "join", {"discipline": "domain"}).json()
    assert {
        "id": told["mine"] and room.people["gus"].id,
        "name": "gus",
        "discipline": "domain",
    } in (told["people"])
    assert told["missing"].startswith("Nobody speaks for security, data science")
    assert room.act("gus", "join", {"discipline": "magic"}).status_code == 400


def test_before_the_reveal_every_door_tells_only_who_has_voted(room, monkeypatch):
    heard = []
    monkeypatch.setattr(events, "_listeners", [lambda system, frame: heard.append(frame)])
    monkeypatch.setattr(events.transaction, "on_commit", lambda work: work())
    room.open_round()
    assert room.vote("gus", reason=SECRET).status_code == 200
    doors = {"frames": json.dumps(heard, default=str)}
    for who in ("olga", "fay", "vic"):
        for path in (room.url, room.base + "workshops/", room.base + "log/", room.base):
            doors[f"{who} {path}"] = room.clients[who].get(path).content.decode()
        for page in (
            reverse("workshops", args=[room.system.pk]),
            reverse("workshop", args=[room.id]),
        ):
            doors[f"{who} {page}"] = room.clients[who].get(page).content.decode()
        doors[f"{who} history"] = (
            room.clients[who].get(f"/systems/{room.system.pk}/history/").content.decode()
        )
    for form in ("json", "sarif"):
        row = reports.request_report(room.system, room.people["olga"], format=form)
        reports.make(str(row.pk))
        row.refresh_from_db()
        doors[form] = row.file.read().decode()
    assert {door for door, told in doors.items() if SECRET in told} == set()
    (told,) = room.state("olga")["rounds"]
    assert set(told) == {"id", "finding", "title", "number", "state", "voted"}
    assert told["voted"] == [room.people["gus"].id]
    assert room.state("gus")["mine"]["vote"]["reason"] == SECRET
    assert room.state("olga")["mine"]["vote"] is None


def test_the_operators_pages_know_no_votes():
    known = {model._meta.model_name for model in admin.site._registry}
    assert known.isdisjoint({"vote", "voteround"})
    assert "vote" in {model._meta.model_name for model in apps.get_models()}


def test_the_reveal_shows_all_at_once_and_is_one_entry_of_the_log(room):
    room.open_round()
    for who, tried in (("olga", "high"), ("gus", "high"), ("vic", "very low")):
        room.vote(who, tried, reason=SECRET if who == "vic" else "")
    assert LogEntry.objects.filter(kind="vote").count() == 0
    told = room.act("olga", "reveal", {"round": room.round}).json()["rounds"][0]
    assert told["state"] == "revealed"
    assert told["spread"]["initiation"]["median"] == "high"
    assert told["spread"]["initiation"]["outliers"] == ["vic"]
    assert told["computed"].keys() == {"initiation", "harm", "likelihood", "impact"}
    entry = LogEntry.objects.get(kind="vote")
    assert len(entry.changes[0]["votes"]) == 3
    assert SECRET in room.clients["gus"].get(room.base + "log/").content.decode()
    assert room.vote("gus").status_code == 410
    assert room.act("olga", "reveal", {"round": room.round}).status_code == 410


def test_who_leaves_and_returns_keeps_the_vote_and_may_change_it(room):
    room.open_round()
    room.vote("gus", "low")
    room.clients["gus"] = cast.browser(room.people["gus"])
    assert room.state("gus")["mine"]["vote"]["initiation"] == ["low"] * 3
    room.vote("gus", "high")
    assert Vote.objects.count() == 1
    assert room.state("gus")["mine"]["vote"]["initiation"] == ["high"] * 3


def test_the_decision_overrides_the_finding_with_its_reason_and_dissent(room):
    room.open_round()
    before = room.finding()
    levels = ("very low", "low") if before.likelihood >= 2 else ("very high", "very high")
    room.vote("olga", *levels)
    room.vote("gus", *levels)
    room.vote("vic", "moderate", "moderate", "Seen it")
    room.act("olga", "reveal", {"round": room.round})
    told = room.act("olga", "decide", {"round": room.round, "reason": "As gus says"}).json()
    outcome = told["rounds"][0]["outcome"]
    assert (outcome["initiation"], outcome["impact"]) == levels
    assert outcome["dissent"] == ["vic"]
    decision = room.system.decisions.get()
    assert decision.action == "rate"
    assert "The room's reason: As gus says. vic dissents" in decision.reason
    assert decision.reason.endswith("because: Seen it.")
    after = room.system.findings.get(key=room.key)
    assert after.data["impact"] == levels[1]
    noted = AuditEntry.objects.get(action="workshop decided").subject
    assert noted.endswith(told["rounds"][0]["title"]) and room.key not in noted
    assert room.act("olga", "decide", {"round": room.round}).status_code == 409


def test_what_the_room_agrees_with_is_not_overridden(room):
    room.open_round()
    found = room.system.findings.get(key=room.key).data
    tried = next(one["level"] for one in found["steps"] if one["name"] == "will someone try")
    room.vote("olga", tried, found["impact"])
    room.act("olga", "reveal", {"round": room.round})
    told = room.act("olga", "decide", {"round": room.round}).json()
    assert told["rounds"][0]["outcome"]["confirmed"]
    assert room.system.decisions.count() == 0


def test_a_second_round_stands_beside_the_first(room):
    room.open_round()
    assert room.act("olga", "rounds", {"finding": room.key}).status_code == 409
    room.vote("gus", "low")
    room.act("olga", "reveal", {"round": room.round})
    room.open_round()
    room.vote("gus", "high")
    one, two = room.state("vic")["rounds"]
    assert (one["number"], one["votes"][0]["initiation"][1]) == (1, "low")
    assert (two["number"], "votes" in two) == (2, False)


def test_a_round_without_votes_reveals_and_decides_nothing(room):
    room.open_round()
    with nothing_changes():
        for verb in ("reveal", "decide"):
            assert room.act("olga", verb, {"round": room.round}).status_code == 409
    assert room.act("olga", "drop", {"round": room.round}).json()["rounds"] == []


NO_VOTES: list[tuple[dict[str, Any], str]] = [
    ({"initiation": ["high", "low", "high"]}, "initiation"),
    ({"impact": ["low", "high", "moderate"]}, "impact"),
    ({"impact": ["low"]}, "impact"),
    ({"impact": [1, 2, 3]}, "impact"),
    ({"reason": "x" * 1001}, "reason"),
    ({"round": "7"}, "round"),
]


def test_a_vote_that_is_none_is_refused_and_changes_nothing(room):
    room.open_round()
    even = ["low", "low", "low"]
    with nothing_changes():
        for values, field in NO_VOTES:
            body = {"round": room.round, "initiation": even, "impact": even} | values
            refused = room.act("gus", "vote", body)
            assert refused.status_code == 400, values
            assert refused.json()["error"]["field"].startswith(field), values


def test_a_round_of_another_workshop_is_none_of_this_one(room):
    workspace, mallory = cast.workspace("mallory")
    system = cast.system(workspace, mallory)
    row = workshops.start(system, mallory)
    key = system.findings.filter(applies="yes").first().key
    room.round = str(votes.open_round(row, mallory, key).pk)
    assert room.vote("olga").status_code == 400
    assert Vote.objects.count() == 0


def test_minor_findings_are_confirmed_together_and_others_are_not(room):
    minor = list(room.system.findings.filter(applies="yes", residual__lte=1))
    keys = [one.key for one in minor]
    if keys:
        assert sorted(
            room.act("olga", "confirm", {"findings": keys}).json()["confirmed"]
        ) == sorted(keys)
    major = room.finding(residual__gte=2).key
    with nothing_changes():
        refused = room.act("olga", "confirm", {"findings": [major]})
    assert refused.json()["error"]["field"] == "findings"
    assert room.act("olga", "confirm", {"findings": ["no@such"]}).status_code == 400


def test_notes_are_parked_by_anybody(room):
    told = room.act("gus", "notes", {"text": "<b>Who pays?</b>"}).json()
    assert [(one["text"], one["by"]) for one in told["parked"]] == [("<b>Who pays?</b>", "gus")]
    assert room.act("gus", "notes", {"text": " "}).status_code == 400


def test_an_ended_workshop_keeps_its_record_and_takes_nothing_more(room):
    room.open_round()
    room.vote("gus", reason=SECRET)
    edit(
        room.system,
        room.people["olga"],
        change("component", "c-x", add={"type": "data-set", "name": "X"}),
    )
    told = room.act("olga", "end").json()
    assert (told["state"], told["to"], told["rounds"]) == ("ended", 2, [])
    assert Vote.objects.count() == 0
    row = Workshop.objects.get(pk=room.id)
    assert (row.changed["from"], row.changed["to"], row.changed["elements"]) == (1, 2, 1)
    with nothing_changes():
        for verb, body in (("notes", {"text": "x"}), ("join", {"discipline": ""}), ("end", {})):
            assert room.act("olga", verb, body).status_code == 410


def test_a_report_carries_what_was_revealed_and_nothing_else(room):
    room.open_round()
    room.vote("gus", reason="Seen <b>twice</b>")
    room.act("olga", "join", {"discipline": "security"})
    room.act("olga", "reveal", {"round": room.round})
    room.open_round()
    room.vote("vic", reason=SECRET)
    assert records.printed(room.system) == ()
    room.act("olga", "end")
    told = printed(room.system)
    assert "Workshops</h1>" in told
    assert "Seen &lt;b&gt;twice&lt;/b&gt;" in told
    assert SECRET not in told
    assert "Only one discipline took part: security." in told


def test_a_report_of_a_system_without_workshops_has_no_such_appendix(room):
    Workshop.objects.all().delete()
    assert "Workshops</h1>" not in printed(room.system)


def printed(system):
    """The report's page, as it is laid out."""
    system.refresh_from_db()
    edition = Edition(workshops=records.printed(system), disciplines=records.disciplines(system))
    catalog, document, inputs = catalogs.of(system), read_document(system, load()), Inputs()
    assessment = assess(document, catalog, inputs, as_of=system.as_of)
    return paper.page(build(document, assessment, catalog, inputs, edition), timezone.now())


def test_a_newcomer_is_shown_the_workshop_that_goes_on(room):
    told = rooms.welcome(str(room.system.pk))["workshop"]
    assert told["id"] == room.id
    assert "mine" not in told
    room.act("olga", "end")
    assert rooms.welcome(str(room.system.pk))["workshop"] is None


def test_the_room_is_told_of_every_change_in_order(room, monkeypatch):
    heard = []
    monkeypatch.setattr(events, "_listeners", [lambda system, frame: heard.append(frame)])
    monkeypatch.setattr(events.transaction, "on_commit", lambda work: work())
    room.ask("olga", "patch", room.url, {"step": 1})
    room.act("gus", "join", {"discipline": "domain"})
    room.open_round()
    frames = [one["workshop"] for one in heard if one["t"] == "workshop"]
    assert [one["version"] for one in frames] == sorted({one["version"] for one in frames})
    assert len(frames) == 3
    assert "mine" not in frames[-1]


def test_a_deleted_systems_workshop_is_gone(room):
    System.objects.filter(pk=room.system.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert room.clients["olga"].get(room.url).status_code == 404
