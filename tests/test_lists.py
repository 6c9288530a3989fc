"""Lists send what was made ready when a finding was written: after every kind of write, the rows of
an engine that starts from nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests import cast, own
from tests.cast import change, edit
from threatmodel import live, rows
from threatmodel.core import wire
from threatmodel.core.assessment import assess
from threatmodel.core.inputs import Evidence
from threatmodel.gate import Person
from threatmodel.live import catalogs as known
from threatmodel.models import FindingRow, System
from threatmodel.services import catalogs, decisions, mitigations

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def system(olga):
    made = own.system(*olga, "camera")
    edit(made, olga[1], change("flow", "f-ask", set={"attributes.admits": "anyone"}))
    return made


def accept(system: System, by: Person) -> None:
    key, until = "evasion-query@c-api", TODAY + timedelta(days=1)
    decisions.decide(system, by, finding=key, action="accept", reason="Known", until=until)


def rename(system: System, by: Person) -> None:
    edit(system, by, change("component", "c-api", set={"name": 'A "new" näme </script>'}))


def rename_and_ask(system: System, by: Person) -> None:
    """A finding's row is called by what stands beside it, too."""
    edit(system, by, change("component", "c-user", set={"name": "Visitor"}))
    edit(system, by, change("zone", "z-net", set={"name": "Outside"}))


def remove(system: System, by: Person) -> None:
    edit(system, by, change("component", "c-data", remove=True))


def say_more(system: System, by: Person) -> None:
    edit(system, by, change("component", "c-api", set={"attributes.returns_scores": True}))


def own_threat(system: System, by: Person) -> None:
    values = {"title": "Of our own", "element": "c-api"}
    edit(system, by, change("scenario", "s-own", add=values))


def plan(system: System, by: Person) -> None:
    found = system.findings.filter(applies="yes").values_list("key", flat=True)[:3]
    chosen = {"control": "query-rate-limit", "title": "Limit calls", "status": "implemented"}
    mitigations.plan(system, by, findings=list(found), values=chosen)


def measure(system: System, by: Person) -> None:
    found = Evidence(
        id="e", digest="", element="c-api", test="hopskipjump", family="decision", handled=40,
        broken=30, adaptive=False, origin="run", adopted=True, current=True, taken_on=TODAY,
        eps=0.3, eps_reason="seen", budget=1000,
    )  # fmt: skip

    def work(turn: live.Turn) -> None:
        rows.evidence_row(turn.system, found).save()
        turn.note("evidence", by, told=[{"evidence": "e"}])
        turn.take_inputs()

    live.write(system.pk, work)


def lapse(system: System, by: Person) -> None:
    """By the clock alone."""
    live.write(system.pk, lambda turn: turn.take_date(TODAY + timedelta(days=2)))
    assert system.findings.exclude(lapsed="").exists()


def other_catalog(system: System, by: Person) -> None:
    own.uploaded(system.workspace, by)
    catalogs.apply(system, by, known.newest(system.workspace_id).digest)
    edit(system, by, change("component", "c-meter", set={"type": "smart-meter"}))


def of_a_former_release(system: System, by: Person) -> None:
    """What an update finds: rows that were written before there was anything ready in them."""
    system.findings.update(listed="")
    live.forget()


def half_of_them(system: System, by: Person) -> None:
    """Rows that another release made ready in another shape."""
    FindingRow.objects.filter(system=system, applies="yes").update(listed='{"key":"old"}')
    live.forget()


def reckoned(system: System) -> list[dict[str, object]]:
    system.refresh_from_db()
    catalog = known.of(system)
    document, inputs = rows.read_document(system, catalog), rows.read_inputs(system)
    found = assess(document, catalog, inputs, as_of=system.as_of).findings
    return sorted((wire.finding_row(one, catalog, document) for one in found), key=by_key)


def by_key(row: dict[str, object]) -> str:
    return str(row["key"])


WRITES = (
    say_more, accept, rename, plan, own_threat, lapse, measure, rename_and_ask,
    other_catalog, remove, of_a_former_release, half_of_them,
)  # fmt: skip


def test_after_every_kind_of_write_a_list_says_what_an_engine_finds_from_nothing(system, olga):
    client, where = cast.browser(olga[1]), f"/api/v1/systems/{system.pk}/findings/"
    before = None
    for write in WRITES:
        write(system, olga[1])
        shown = client.get(where + "?page_size=1000").json()["results"]
        groups = client.get(where + "?group=element").json()["results"]
        wanted = reckoned(system)
        assert sorted(shown, key=by_key) == wanted, write.__name__
        together = [row for group in groups for row in group["findings"]]
        assert sorted(together, key=by_key) == wanted, write.__name__
        assert write in WRITES[-2:] or wanted != before, f"{write.__name__} changed nothing"
        before = wanted


def test_what_lists_read_stands_before_the_whole_finding_in_the_table(db):
    with connection.cursor() as cursor:
        table = FindingRow._meta.db_table
        columns = connection.introspection.get_table_description(cursor, table)
    assert columns[-1].name == "data"
