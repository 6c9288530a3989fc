"""A system keeps the catalog that it recorded until an owner takes the newer one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import load
from tests.cast import change, edit
from tests.catalog.packs import TEXT
from threatmodel import events, live, rows
from threatmodel.core.assessment import assess
from threatmodel.core.wire import finding_to_data
from threatmodel.live import catalogs as known
from threatmodel.models import CatalogSnapshot, FindingRow, System
from threatmodel.services import catalogs, owncatalogs, systems
from threatmodel.services.refusal import Refusal

from . import own
from .own import uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.store]
MORE = TEXT.replace("[0.1, 0.6]", "[0.7, 0.9]")


@pytest.fixture
def system(olga):
    """A system with a meter, made before anybody told the workspace's catalog of meters."""
    return own.system(*olga, "camera")


def stored(system: System) -> dict[str, object]:
    return dict(FindingRow.objects.filter(system=system).values_list("key", "data"))


def recomputed(system: System) -> dict[str, object]:
    system.refresh_from_db()
    catalog = known.of(system)
    document, inputs = rows.read_document(system, catalog), rows.read_inputs(system)
    found = assess(document, catalog, inputs, as_of=system.as_of)
    return {one.key: finding_to_data(one) for one in found.findings}


def cold() -> None:
    """As another process, or after a restart."""
    live.forget()
    known.forget()


def to_meter(system: System, by) -> None:
    answer = edit(system, by, change("component", "c-meter", set={"type": "smart-meter"}))
    assert not answer.code, answer.reason


def test_a_new_system_starts_with_the_newest_and_keeps_a_snapshot_of_it(olga):
    uploaded(*olga)
    system = own.system(*olga, "camera")
    assert system.catalog_digest == known.newest(olga[0].pk).digest != load().digest
    kept = CatalogSnapshot.objects.get(pk=system.catalog_digest)
    assert kept.base_id == load().digest
    own.system(*olga, "camera")
    assert CatalogSnapshot.objects.count() == 2


def test_a_new_version_changes_nothing_until_it_is_applied(olga, system):
    before = stored(system)
    uploaded(*olga)
    cold()
    edit(system, olga[1], change("component", "c-meter", set={"name": "Meter"}))
    system.refresh_from_db()
    assert system.catalog_digest == load().digest
    assert stored(system).keys() == before.keys()
    refused = edit(system, olga[1], change("component", "c-meter", set={"type": "smart-meter"}))
    assert refused.code and "smart-meter" in refused.reason


def test_applying_gives_the_new_findings_and_one_entry_of_the_log(olga, system):
    uploaded(*olga)
    newest = known.newest(olga[0].pk)
    entry = catalogs.apply(system, olga[1], newest.digest)
    system.refresh_from_db()
    assert system.catalog_digest == newest.digest
    assert (entry.kind, entry.revision, entry.by_name) == ("catalog", system.revision, "olga")
    assert entry.changes[0] == {
        "from": load().digest,
        "to": newest.digest,
        "changed": 0,
        "gone": 0,
        "lost": False,
    }
    to_meter(system, olga[1])
    assert "meter-replay@c-meter" in stored(system)
    assert stored(system) == recomputed(system)


def test_a_preview_shows_new_changed_and_gone_findings_and_writes_nothing(olga):
    uploaded(*olga)
    system = own.system(*olga, "smart-meter")
    uploaded(*olga, MORE)
    before = stored(system)
    seen = catalogs.preview(system)
    assert [one.after.key for one in seen.change.changed] == ["meter-replay@c-meter"]
    assert "likelihood" in seen.change.changed[0].seen
    owncatalogs.remove(*olga)
    seen = catalogs.preview(system)
    assert "meter-replay@c-meter" in {one.key for one in seen.change.gone}
    assert [remark.what for remark in seen.remarks] == ["type 'smart-meter' of a component"]
    assert seen.before.summary != seen.after.summary
    system.refresh_from_db()
    assert stored(system) == before
    assert system.log.count() == 1


def test_what_a_preview_shows_is_what_applying_gives(olga):
    uploaded(*olga)
    system = own.system(*olga, "smart-meter")
    for text in (MORE, None, TEXT):
        uploaded(*olga, text) if text else owncatalogs.remove(*olga)
        seen = catalogs.preview(system)
        catalogs.apply(system, olga[1], seen.after.catalog.digest)
        assert stored(system) == {one.key: finding_to_data(one) for one in seen.after.findings}
        assert stored(system) == recomputed(system)
        assert not catalogs.preview(system).newer


def test_everybody_in_the_room_is_told(olga, monkeypatch, django_capture_on_commit_callbacks):
    uploaded(*olga)
    system = own.system(*olga)
    uploaded(*olga, MORE)
    to_it = known.newest(olga[0].pk).digest
    frames = []
    monkeypatch.setattr(events, "publish", lambda _, frame: frames.append(frame))
    with django_capture_on_commit_callbacks(execute=True):
        catalogs.apply(system, olga[1], to_it)
    (frame,) = frames
    assert [one["kind"] for one in frame["items"]] == ["catalog"]
    (row,) = (one for one in frame["findings"]["changed"] if one["threat"] == "meter-replay")
    assert row["own"] is True and frame["to"] == 2


def test_a_catalog_is_applied_only_as_it_was_looked_at(olga, system):
    uploaded(*olga)
    looked_at = known.newest(olga[0].pk).digest
    uploaded(*olga, MORE)
    with pytest.raises(Refusal, match="look again") as caught:
        catalogs.apply(system, olga[1], looked_at)
    assert caught.value.code == "conflict"
    catalogs.apply(system, olga[1], known.newest(olga[0].pk).digest)
    with pytest.raises(Refusal, match="already"):
        catalogs.apply(system, olga[1], known.newest(olga[0].pk).digest)
    assert system.log.filter(kind="catalog").count() == 1


def test_a_system_is_judged_by_its_snapshot_after_the_shipped_catalog_changed(
    olga, system, monkeypatch
):
    before = stored(system)
    recorded = system.catalog_digest
    other = _shipped_without(monkeypatch, "model-extraction")
    cold()
    edit(system, olga[1], change("component", "c-meter", set={"note": "later"}))
    system.refresh_from_db()
    assert system.catalog_digest == recorded != other.digest
    assert stored(system) == before
    assert known.of(system) == load_real()
    seen = catalogs.preview(system)
    assert {one.threat for one in seen.change.gone} == {"model-extraction"}
    catalogs.apply(system, olga[1], other.digest)
    assert stored(system) == recomputed(system)
    assert systems.create(*olga, "New").catalog_digest == other.digest


def load_real():
    return load()


def _shipped_without(monkeypatch, threat: str):
    """This process as the next release, which ships one threat less."""
    from catalog import loader, snapshot

    files = dict(loader.files_of(loader.PACKAGED))
    del files[f"threats/{threat}.yaml"]
    other = loader.read_files(files)
    monkeypatch.setattr(known, "load", lambda: other)
    monkeypatch.setattr(known.snapshot, "take", lambda: snapshot.pack(files))
    return other


def test_a_catalog_that_is_lost_is_told_in_the_log_and_the_newest_taken(olga, system):
    System.objects.filter(pk=system.pk).update(catalog_digest="0" * 64)
    cold()
    system.refresh_from_db()
    live.read(system, lambda warm: None)
    system.refresh_from_db()
    assert system.catalog_digest == load().digest
    entry = system.log.get(kind="catalog")
    assert entry.changes[0]["lost"] and entry.changes[0]["from"] == "0" * 64
    assert entry.by_name == "Bartizan"
    cold()
    live.read(system, lambda warm: None)
    assert system.log.filter(kind="catalog").count() == 1


def test_a_damaged_snapshot_counts_as_lost(olga, system, monkeypatch):
    CatalogSnapshot.objects.filter(pk=system.catalog_digest).update(content=b"rubbish")
    _shipped_without(monkeypatch, "model-extraction")
    cold()
    live.read(system, lambda warm: None)
    assert system.log.get(kind="catalog").changes[0]["lost"]


def test_a_warm_edit_reads_no_catalog_and_a_cold_one_reads_it_once(olga):
    uploaded(*olga)
    system = own.system(*olga, "smart-meter")
    touched = change("component", "c-meter", set={"note": "1"})

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            edit(system, olga[1], touched)
        touched["set"]["note"] += "1"
        return [one["sql"] for one in captured.captured_queries if "catalog" in one["sql"].lower()]

    asked()
    about = [sql for sql in asked() if "snapshot" in sql or "own" in sql]
    assert about == []
    cold()
    assert len([sql for sql in asked() if "owncatalog" in sql or "snapshot" in sql]) <= 3
    assert [sql for sql in asked() if "owncatalog" in sql or "snapshot" in sql] == []


def test_another_process_follows_a_catalog_that_was_applied_elsewhere(olga, system):
    edit(system, olga[1], change("component", "c-meter", set={"name": "Here"}))
    here = live._seats.pop(system.pk)
    uploaded(*olga)
    catalogs.apply(system, olga[1], known.newest(olga[0].pk).digest)
    live._seats[system.pk] = here
    to_meter(system, olga[1])
    assert stored(system) == recomputed(system)
    assert "meter-replay@c-meter" in stored(system)
