"""What belonged to ended rows goes; what anybody still goes by stays."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalog import load
from tests import cast, own
from tests.linking import link
from threatmodel import tasks
from threatmodel.live import catalogs
from threatmodel.models import Attachment, CatalogSnapshot, LinkedModel, LogEntry, System
from threatmodel.services import attachments, baselines, leftovers, mitigations, systems

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(olga):
    """One with a linked model and a file beside a mitigation."""
    made = cast.system(*olga)
    link(made, olga[1])
    key = made.findings.filter(applies="yes").order_by("key").first().key
    row = mitigations.plan(made, olga[1], findings=[key], values={"title": "Limit calls"})
    attachments.add(row, olga[1], SimpleUploadedFile("proof.txt", b"signed"))
    return made


def files() -> set[str]:
    """Those that rows of this test name, as far as they are on disk."""
    names = [*Attachment.objects.values_list("file", flat=True)]
    for row in LinkedModel.objects.all():
        names += [row.file.name, row.dataset_file.name]
    return {name for name in names if default_storage.exists(name)}


def aged(name: str) -> str:
    path, then = Path(default_storage.path(name)), time.time() - 2 * 24 * 3600
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (then, then))
    return name


def test_a_system_that_ends_takes_its_files_along_and_no_other_s(olga, system):
    mine = {aged(name) for name in files()}
    assert len(mine) == 3
    other = cast.system(*olga)
    link(other, olga[1])
    theirs = {aged(name) for name in files()} - mine
    systems.delete(system, olga[1])
    tasks.advance_clock()
    assert mine <= files()
    ended = timezone.now() - timedelta(days=systems.DAYS_UNTIL_GONE, hours=1)
    System.objects.filter(pk=system.pk).update(deleted_at=ended)
    tasks.advance_clock()
    assert not any(default_storage.exists(name) for name in mine)
    assert files() == theirs and theirs


# What no row names, and what a killed writer left half.
@pytest.mark.parametrize(("old", "young"), [("old", "young"), (".left.part", ".writing.part")])
@pytest.mark.parametrize("folder", leftovers.FOLDERS)
def test_a_file_that_is_nobody_s_goes_after_a_day_and_not_before(folder, old, young, olga):
    old, young = aged(f"{folder}/{old}"), f"{folder}/{young}"
    Path(default_storage.path(young)).touch()
    assert leftovers.drop_files() >= 1
    assert not default_storage.exists(old)
    assert default_storage.exists(young)
    default_storage.delete(young)


def digests() -> set[str]:
    return set(CatalogSnapshot.objects.values_list("digest", flat=True))


def aged_catalogs() -> None:
    CatalogSnapshot.objects.update(at=timezone.now() - timedelta(days=2))


def snapshot(digest: str, base: str | None = None) -> str:
    CatalogSnapshot.objects.create(digest=digest, base_id=base, content=b"")
    return digest


def test_catalogs_that_nobody_goes_by_go_and_the_others_stay(olga, system):
    baselines.keep(system, olga[1], "Approved")
    named = snapshot("a" * 64)
    system.baselines.update(catalog_digest=named)
    was = snapshot("b" * 64)
    entry = system.log.order_by("revision").first()
    LogEntry.objects.filter(pk=entry.pk).update(kind="catalog", changes=[{"from": was, "to": ""}])
    base = snapshot("c" * 64)
    over = snapshot("d" * 64, base)
    system_of = cast.system(*olga)
    System.objects.filter(pk=system_of.pk).update(catalog_digest=over)
    gone = [snapshot("e" * 64), snapshot("f" * 64, snapshot("0" * 64))]
    own.uploaded(*olga)
    newest = catalogs.newest(olga[0].pk)
    catalogs.keep(newest, olga[0].pk)
    assert leftovers.drop_catalogs() == 0, "none is a day old"
    aged_catalogs()
    assert leftovers.drop_catalogs() == 3
    assert not digests() & {*gone, "0" * 64}
    assert {named, was, base, over, load().digest, newest.digest} <= digests()
    System.objects.filter(pk=system_of.pk).delete()
    leftovers.drop_catalogs()
    assert not digests() & {base, over}
