"""Migrations that move what is stored: lists say after one what they said before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import cast
from threatmodel import live
from threatmodel.models import FindingRow, Notice, System
from threatmodel.services import decisions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.store]


def migrate(name: str) -> Apps:
    """Bring the database to that migration; its models as they were then."""
    target = [("threatmodel", name)]
    MigrationExecutor(connection).migrate(target)
    return MigrationExecutor(connection).loader.project_state(target).apps


@pytest.fixture
def newest_again() -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def told(client: Any, system: System) -> list[dict[str, Any]]:
    """The rows of the list, read by a process that has just begun."""
    live.forget()
    found = client.get(f"/api/v1/systems/{system.pk}/findings/?page_size=1000").json()
    rows: list[dict[str, Any]] = found["results"]
    return rows


def test_findings_and_notices_of_before_errands_are_listed_the_same_after(newest_again):
    workspace, olga = cast.workspace()
    system, client = cast.system(workspace, olga), cast.browser(olga)
    key = system.findings.filter(applies="yes").order_by("key").values_list("key", flat=True)[0]
    decisions.decide(system, olga, finding=key, action="accept", reason='Bekannt, "größtenteils"')
    Notice.objects.create(
        system=system, user=olga.user, kind="due", occasion="o", title="t", path="/"
    )
    lists, rows = told(client, system), list(FindingRow.objects.order_by("pk").values())
    assert len(lists) == len(rows) > 10
    FindingRow.objects.all().delete()
    before = migrate("0014_mitigations").get_model("threatmodel", "FindingRow")
    names = {one.attname for one in before._meta.concrete_fields}
    assert names == rows[0].keys() - {"listed"}
    before.objects.bulk_create(before(**{name: row[name] for name in names}) for row in rows)
    migrate("0015_errands")
    assert list(FindingRow.objects.order_by("pk").values()) == [
        one | {"listed": ""} for one in rows
    ]
    assert Notice.objects.get().system == system
    assert told(client, system) == lists
    ready = FindingRow.objects.order_by("pk").values_list("listed", flat=True)
    assert list(ready) == [one["listed"] for one in rows]
