"""What to test next, what came out worse, and the plan for people who test, as pages."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from tests import cast
from tests.linking import FAR, link
from threatmodel.models import Alert, Run, Schedule
from threatmodel.services import runs, untested

pytestmark = pytest.mark.django_db


def test_the_page_says_what_each_test_would_move_and_starts_them_all(client, olga, system):
    empty = client.get(reverse("testing", args=[system.pk]))
    assert b"nothing to test yet" in empty.content
    model = link(system, olga[1])
    shown = client.get(reverse("testing", args=[system.pk]))
    first = shown.context["could"][0]
    assert first["raised"] and first["lowered"] and first["cost"].rows > 0
    asked = {"test": "corruption", "occasion": "nightly"}
    client.post(reverse("schedule", args=[model.pk]), asked)
    made = Schedule.objects.get()
    assert "every night" in client.get(reverse("testing", args=[system.pk])).content.decode()
    client.post(reverse("unschedule", args=[made.pk]))
    assert not Schedule.objects.exists()
    for budget, count in (("many", 0), ("5", 0), ("60,000", 3)):
        client.post(reverse("test-everything", args=[system.pk]), {"budget": budget})
        assert Run.objects.count() >= count and bool(Run.objects.exists()) == bool(count)


def test_an_alert_stands_on_the_first_page_until_it_is_seen(client, olga, system):
    model = link(system, olga[1], description=FAR)
    params = {"samples": 12, "budget": 100}
    before, now = (runs.start(model, olga[1], "hopskipjump", params) for _ in range(2))
    for run in (before, now):
        runs.execute(str(run.pk))
    told = {"fell_now": 9, "fell_before": 1, "targets_in_both": 12}
    alert = Alert.objects.create(system=system, run=now, earlier=before, told=told)
    address = f"{reverse('pair', args=[now.pk])}?with={before.pk}"
    assert address in client.get("/").content.decode()
    compared = client.get(address)
    assert compared.context["found"]["targets_in_both"] == 12
    page = client.get(reverse("run", args=[now.pk]))
    shown = page.context["shown"]
    assert shown.drawn and shown.by_queries and shown.quantiles
    client.post(reverse("alert-seen", args=[alert.pk]))
    assert address not in client.get("/").content.decode()


def test_what_nobody_tested_is_handed_over_with_its_reason(client, olga, system):
    link(system, olga[1])
    plan = client.get(reverse("test-plan", args=[system.pk]))
    text = plan.content.decode()
    assert "attachment" in plan["Content-Disposition"] and text.startswith(
        "# Penetration test plan"
    )
    assert "It could be tested here and has not been." in text
    assert "Not testable here because" in text
    table = client.get(reverse("test-plan", args=[system.pk]) + "?as=csv").content.decode()
    head, *rows = csv.reader(io.StringIO(table))
    assert tuple(head) == untested.COLUMNS and len(rows) == text.count("\n## ")
    levels = [row[3] for row in rows]
    order = ["very high", "high", "moderate", "low", "very low"]
    assert levels == sorted(levels, key=order.index)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x"])
def test_a_name_is_no_formula_in_the_table_and_no_markup_in_the_plan(client, olga, name):
    system = cast.system(*olga)
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": f"{name}<b>"}))
    table = client.get(reverse("test-plan", args=[system.pk]) + "?as=csv").content.decode()
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert f"'{name}<b>" in cells and not any(cell.startswith(name) for cell in cells)
    assert "<b>" not in client.get(reverse("test-plan", args=[system.pk])).content.decode().replace(
        "\\<b", ""
    )
