"""Tests that run again by themselves, and what is told when they come out worse."""

from __future__ import annotations

import io
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from tests import hostile
from tests.linking import demo_bytes, link
from threatmodel import gate
from threatmodel.models import Alert, LogEntry, Run, Schedule
from threatmodel.services import pairs, runs, schedules
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db
PARAMS = {"samples": 30, "budget": 100, "seed": 3}


def brittle() -> bytes:
    """A model that answers these rows right and gives way at a touch: least squares."""
    stored = np.load(io.BytesIO(demo_bytes("data.npz")))
    rows = stored["x"].reshape(len(stored["x"]), -1)
    weights = np.linalg.lstsq(rows, np.eye(10)[stored["y"]], rcond=None)[0]
    return hostile.linear(weights, [0.0] * 10)


def ran(system, model, person, **more) -> Run:
    run = runs.start(model, person, "hopskipjump", {**PARAMS, **more})
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    return run


def yesterday(**filters) -> None:
    day = timezone.now().date() - timedelta(days=1)
    Schedule.objects.filter(**filters).update(last_on=day)


def test_a_new_version_is_tested_by_itself_and_worse_is_told(olga, system):
    person = olga[1]
    first = link(system, person)
    before = ran(system, first, person)
    made = schedules.make(first, person, "hopskipjump", PARAMS, "new version")
    schedules.sweep()
    assert system.runs.count() == 1, "nothing is new yet"
    link(system, person, brittle())
    schedules.sweep()
    schedules.sweep()
    (run,) = system.runs.filter(schedule=made)
    runs.execute(str(run.pk))
    alert = Alert.objects.get(run=run)
    assert alert.earlier == before
    assert alert.told["worse"] > alert.told["better"] and alert.told["chance"] < 0.05
    assert alert.told["same_model"] is False
    entry = LogEntry.objects.filter(system=system, kind="evidence").latest("revision")
    assert entry.changes[0]["what"] == "worse than before"
    run.refresh_from_db()
    assert runs.row(run)["alert"]["fell_now"] == alert.told["fell_now"]
    assert list(pairs.unseen(gate.systems(person))) == [alert]
    pairs.take_note(alert, person)
    assert not pairs.unseen(gate.systems(person)).exists()
    compared = pairs.compare(before, run)
    assert len(compared["targets"]) == compared["worse"] + compared["better"]


def test_the_same_model_again_alarms_nobody(olga, system):
    model = link(system, olga[1])
    ran(system, model, olga[1])
    again = ran(system, model, olga[1])
    assert not Alert.objects.exists()
    (other,) = pairs.comparable(again)
    found = pairs.compare(other, again)
    assert (found["worse"], found["better"], found["chance"]) == (0, 0, 1)


def test_a_nightly_test_is_started_once_a_night(olga, system, monkeypatch):
    monkeypatch.setattr(schedules, "NIGHT_HOUR", 0)
    made = schedules.make(link(system, olga[1]), olga[1], "corruption", {"samples": 5}, "nightly")
    schedules.sweep()
    assert not Run.objects.exists(), "the first night is the next one"
    yesterday()
    schedules.sweep()
    schedules.sweep()
    (run,) = Run.objects.all()
    assert (run.schedule, run.created_by_name, run.batch is not None) == (made, "olga", True)
    monkeypatch.setattr(schedules, "NIGHT_HOUR", 24)
    yesterday()
    schedules.sweep()
    assert Run.objects.count() == 1, "not before the night has come"


def test_what_cannot_be_run_any_more_says_why(olga, system, monkeypatch):
    monkeypatch.setattr(schedules, "NIGHT_HOUR", 0)
    schedules.make(link(system, olga[1]), olga[1], "corruption", {"samples": 5}, "nightly")
    link(system, olga[1], description=b"role: holdout")
    yesterday()
    schedules.sweep()
    assert not Run.objects.exists()
    assert "needs pictures" in Schedule.objects.get().said


def test_a_schedule_is_made_once_and_removed(olga, system):
    model = link(system, olga[1])
    made = schedules.make(model, olga[1], "corruption", {}, "nightly")
    with pytest.raises(Refusal) as refused:
        schedules.make(model, olga[1], "corruption", {}, "nightly")
    assert refused.value.code == "conflict"
    with pytest.raises(Refusal) as refused:
        schedules.make(model, olga[1], "corruption", {}, "weekly")
    assert refused.value.field == "occasion"
    schedules.remove(made, olga[1])
    assert schedules.of(system) == []


def test_runs_that_asked_different_things_are_not_compared(olga, system):
    model = link(system, olga[1])
    one, other = ran(system, model, olga[1]), ran(system, model, olga[1], seed=4)
    assert pairs.comparable(other) == []
    with pytest.raises(Refusal, match="same data, seed"):
        pairs.compare(one, other)
