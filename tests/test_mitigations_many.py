"""Very many mitigations on one finding, and very many findings on one mitigation."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import load
from tests import cast
from threatmodel import live
from threatmodel.models import MitigationFinding, MitigationRow
from threatmodel.services import mitigations

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MANY = 5_000


def many_parts(count: int) -> dict[str, object]:
    drawing = cast.drawing()
    drawing["components"] += [
        {
            "id": f"c-{number}",
            "type": "inference-endpoint",
            "name": f"API {number}",
            "zone": "z-prod",
        }
        for number in range(count)
    ]
    drawing["flows"] += [
        {"id": f"f-{number}", "kind": "request", "source": "c-user", "target": f"c-{number}"}
        for number in range(count)
    ]
    return drawing


def asked(client, path: str) -> tuple[int, int]:
    """Status, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    return answer.status_code, len(queries)


def test_five_thousand_mitigations_on_one_finding_stay_usable():
    cache.clear()
    space, olga = cast.workspace()
    system = cast.system(space, olga)
    key = system.findings.filter(applies="yes").first().key
    controls = sorted(load().controls)
    rows = [
        MitigationRow(system=system, title=f"No {n}", control=controls[n % len(controls)])
        for n in range(MANY)
    ]
    MitigationRow.objects.bulk_create(rows)
    MitigationFinding.objects.bulk_create(
        [MitigationFinding(mitigation=row, finding=key) for row in rows]
    )
    live.forget()
    client, path = cast.browser(olga), f"/systems/{system.pk}/mitigations/"
    begin = time.monotonic()
    client.get(path)  # reads everything once
    for view in ("", "?view=table", "?view=people", f"{rows[0].pk}"):
        at = f"/mitigations/{view}/" if len(view) == 36 else path + view
        status, queries = asked(client, at)
        assert (status, queries < 60) == (200, True), (at, queries)
    row = MitigationRow.objects.get(pk=rows[0].pk)
    changed = mitigations.change(row, olga, version=1, values={"status": "in progress"})
    assert changed.version == 2
    print("5,000 mitigations on one finding:", round(time.monotonic() - begin, 2), "s in all")


def test_five_thousand_findings_on_one_mitigation_stay_usable():
    cache.clear()
    space, olga = cast.workspace()
    system = cast.system(space, olga, many_parts(300))
    keys = list(system.findings.values_list("key", flat=True)[:MANY])
    assert len(keys) > 3_000
    pairs = [pair.control for one in load().threats.values() for pair in one.answered_by]
    control = max(set(pairs), key=pairs.count)
    begin = time.monotonic()
    row = mitigations.plan(system, olga, findings=keys, values={"control": control})
    print(len(keys), "findings planned:", round(time.monotonic() - begin, 2), "s")
    client = cast.browser(olga)
    for at in (f"/mitigations/{row.pk}/", f"/mitigations/{row.pk}/findings/"):
        begin = time.monotonic()
        status, queries = asked(client, at)
        print(at[-10:], round(time.monotonic() - begin, 2), "s", queries, "queries")
        assert (status, queries < 60) == (200, True), (at, queries)
    status, queries = asked(client, f"/systems/{system.pk}/mitigations/")
    assert (status, queries < 60) == (200, True)
