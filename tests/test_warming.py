"""What is judged of a whole system is judged before the lock; what others do meanwhile counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests import cast
from tests.cast import change, edit
from tests.own import uploaded
from tests.test_catalog_change import recomputed, stored
from tests.test_errands import large
from tests.test_full_export import exported, tracked
from threatmodel import blueprints, live, rows
from threatmodel.core.judgement import Judge
from threatmodel.gate import NotFound
from threatmodel.live import Turn, warming
from threatmodel.live import catalogs as known
from threatmodel.models import CatalogSnapshot, System
from threatmodel.services import (
    baselines,
    branches,
    carryout,
    catalogs,
    decisions,
    errands,
    imports,
    operations,
    systems,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.store]
Call = Callable[..., Any]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many findings were judged, made rows or packed: within a transaction, or before."""
    found: Counter[str] = Counter()

    def counted(what: str, real: Call) -> Call:
        def call(*args: Any) -> Any:
            found[f"{what} in a transaction" if connection.in_atomic_block else what] += 1
            return real(*args)

        return call

    monkeypatch.setattr(Judge, "finding", counted("judged", Judge.finding))
    monkeypatch.setattr(rows, "finding_row", counted("made", rows.finding_row))
    monkeypatch.setattr(baselines, "_packed", counted("packed", baselines._packed))
    return found


@contextmanager
def elsewhere(system: System) -> Iterator[None]:
    """As another process, which shares the database and nothing else."""
    here = live._seats.pop(system.pk, None)
    yield
    live._seats.pop(system.pk, None)
    if here is not None:
        live._seats[system.pk] = here


def before(real: Call, times: int, then: Callable[[], None]) -> Call:
    """The same function, with something that happens just before it, so many times."""
    left = times

    def call(*args: Any) -> Any:
        nonlocal left
        if left and not connection.in_atomic_block:
            rest, left = left - 1, 0  # what happens may come by here itself
            then()
            left = rest
        return real(*args)

    return call


def add(system: System, by: Any, id: str) -> None:
    with elsewhere(system):
        edit(system, by, change("component", id, add={"type": "data-set", "name": id}))


def test_an_import_judges_and_makes_its_rows_before_it_locks_anything(olga, done):
    made = cast.system(*olga)
    tracked(made, olga[1])
    key = made.findings.filter(treatment="open").order_by("key")[0].key
    decisions.decide(made, olga[1], finding=key, action="accept", reason="Known")
    baselines.keep(made, olga[1], "Before")
    body = exported(made, olga[1])
    done.clear()
    system = imports.import_file(*olga, SimpleUploadedFile("system.json", body)).system
    assert set(done) == {"judged", "made", "packed"}, done
    assert done["made"] == system.findings.count()
    assert stored(system) == recomputed(system)
    said = rows.read_inputs(system)
    assert said.decisions and said.mitigations and said.evidence, "what is judged with is told"
    assert system.log.get(kind="evidence").entered_before["came"].keys() == {
        "decisions",
        "mitigations",
        "evidence",
    }


def test_whatever_concerns_a_whole_system_is_judged_before_its_lock(olga, done):
    system, by = cast.system(*olga), olga[1]
    edit(system, by, change("component", "c-api", set={"note": "Revision two"}))
    uploaded(*olga)
    newest = known.newest(olga[0].pk).digest
    moved = change("component", "c-api", set={"box": [1, 2, 176, 64]})

    def a_day_later() -> None:
        System.objects.update(as_of=system.as_of - timedelta(days=1))
        systems.advance_clocks()

    blueprint = blueprints.cards()[0].blueprint.id
    acts: dict[str, Callable[[], object]] = {
        "drawing a blueprint": lambda: systems.create(olga[0], by, "B", blueprint),
        "a branch": lambda: branches.branch(system, by, 1),
        "opening": lambda: live.read(system, lambda warm: None),
        "an edit that judges nothing": lambda: edit(system, by, moved),
        "a new day": a_day_later,
        "another catalog": lambda: catalogs.apply(system, by, newest),
        "a baseline": lambda: baselines.keep(system, by, "Approved"),
        "an earlier state": lambda: operations.restore(system, by, 0),
    }
    for name, act in acts.items():
        system.refresh_from_db()
        live.forget()
        done.clear()
        act()
        assert done["judged"] > 0, name
        assert not [what for what in done if "transaction" in what], (name, done)
        assert stored(system) == recomputed(system), name
    kinds = list(system.log.order_by("revision").values_list("kind", flat=True))
    assert kinds == ["operation", "operation", "operation", "catalog", "restore"]


@pytest.mark.parametrize(("where", "readings"), [("_read", 2), ("_judged", 1)])
def test_what_others_write_while_a_system_is_opened_is_in_it(
    olga, system, monkeypatch, where, readings
):
    """Rows that were read in between are read again; an edit behind them is followed."""
    live.forget()
    read = list[int]()
    monkeypatch.setattr(warming, "_read", before(warming._read, 9, lambda: read.append(1)))
    wrote = before(getattr(warming, where), 1, lambda: add(system, olga[1], "c-new"))
    monkeypatch.setattr(warming, where, wrote)
    here = live.read(system, lambda warm: warm)
    assert (here.revision, len(read) - 1) == (2, readings), "one reading was the other process's"
    assert {one.key for one in here.engine.findings} == stored(system).keys()
    assert stored(system) == recomputed(system)
    assert edit(system, olga[1], change("component", "c-new", remove=True)).revision == 3
    assert stored(system) == recomputed(system)


def test_where_others_write_all_the_while_a_system_is_read_under_its_lock(
    olga, system, monkeypatch, done
):
    live.forget()
    added = iter(range(9))
    wrote = before(warming._read, 9, lambda: add(system, olga[1], f"c-{next(added)}"))
    monkeypatch.setattr(warming, "_read", wrote)
    here = live.read(system, lambda warm: warm)
    assert done["judged in a transaction"] > 0
    assert here.revision == system.log.count() == 1 + live.TRIES
    assert stored(system) == recomputed(system)


def test_another_catalog_is_applied_to_what_others_drew_meanwhile(olga, system, monkeypatch):
    uploaded(*olga)
    drew = before(Turn.take_catalog, 1, lambda: add(system, olga[1], "c-new"))
    monkeypatch.setattr(Turn, "take_catalog", drew)
    newest = known.newest(olga[0].pk)
    entry = catalogs.apply(system, olga[1], newest.digest)
    assert (entry.revision, entry.kind) == (3, "catalog")
    assert stored(system) == recomputed(system)
    assert system.catalog_digest == newest.digest
    assert CatalogSnapshot.objects.filter(pk=newest.digest).exists()
    assert system.findings.filter(element="c-new").exists()


def test_a_system_that_is_deleted_meanwhile_stays_deleted(olga, system, monkeypatch):
    uploaded(*olga)
    gone = before(Turn.take_catalog, 1, lambda: systems.delete(system, olga[1]))
    monkeypatch.setattr(Turn, "take_catalog", gone)
    with pytest.raises(NotFound):
        catalogs.apply(system, olga[1], known.newest(olga[0].pk).digest)
    system.refresh_from_db()
    assert system.deleted_at is not None and system.revision == system.log.count() == 1


def test_an_import_can_be_cancelled_while_it_is_judged(olga, monkeypatch):
    row = imports.ask(*olga, large())
    cancelled = before(Judge.finding, 1, lambda: errands.cancel(row))
    monkeypatch.setattr(Judge, "finding", cancelled)
    carryout.execute(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.message) == ("cancelled", "Cancelled: nothing was imported")
    assert not System.objects.exists()
