"""Coverage pages: the catalog against every list, and a system against each."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog import load
from catalog.coverage import Coverage
from tests import cast
from threatmodel.models import FindingRow, System

pytestmark = pytest.mark.django_db
LISTS = load().frameworks


def page(client, system: System, name: str = "atlas"):
    return client.get(reverse("coverage", args=[system.pk]), {"framework": name})


def cells(answer) -> dict:
    parts = (*answer.context["matrix"], *answer.context["lists"])
    return {row.entry.id: cell for _, rows in parts for row, cell in rows}


def test_the_overview_counts_every_entry_of_every_list(client):
    lists = client.get(reverse("catalog-coverage")).context["lists"]
    coverage = Coverage.of(load())
    assert {one.id: tallies for one, tallies in lists} == {id: coverage.tallies(id) for id in LISTS}


def test_the_overview_shows_every_threat_and_control_once(client):
    context = client.get(reverse("catalog-coverage")).context
    threats = [one.threat.id for rows in context["threats"].values() for one in rows]
    controls = [one.control.id for rows in context["controls"].values() for one in rows]
    assert sorted(threats) == sorted(load().threats)
    assert sorted(controls) == sorted(load().controls)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_its_page_for_a_system(client, system, name):
    answer = page(client, system, name)
    assert answer.status_code == 200
    headed = {part.heading.id for part, _ in answer.context["matrix"]}
    groups = {group for one in LISTS[name].entries.values() for group in one.groups}
    parents = {one.parent for one in LISTS[name].entries.values()}
    assert set(LISTS[name].entries) - set(cells(answer)) <= headed | groups | parents


def test_atlas_is_a_matrix_with_its_tactics_as_columns(client, system):
    answer = page(client, system)
    assert [part.heading.title for part, _ in answer.context["matrix"]][0] == "Reconnaissance"
    assert len(answer.context["matrix"]) == 16


def test_a_cell_holds_the_findings_whose_threats_name_it(client, system):
    found = cells(page(client, system))
    rows = FindingRow.objects.filter(system=system, applies="yes")
    for row in rows:
        threat = load().threats.get(row.threat)
        for id in threat.references.get("atlas", ()) if threat else ():
            assert row.key in {one.key for one in found[id].findings}
    assert any(cell.findings for cell in found.values())


def test_a_cell_opens_to_its_findings(client, system):
    found = cells(page(client, system))
    id, cell = next((id, cell) for id, cell in found.items() if cell.state == "applies")
    address = reverse("coverage-entry", args=[system.pk, "atlas", id])
    assert address in page(client, system).content.decode()
    shown = client.get(address).content.decode()
    assert all(reverse("finding", args=[system.pk, one.key]) in shown for one in cell.findings)


def test_no_mark_is_told_by_colour_alone(client, system):
    shown = page(client, system).content.decode()
    assert shown.count('class="cell"') == shown.count('class="cell-marks"><span')


def test_a_page_asks_the_store_as_often_for_many_findings_as_for_few(
    client, system, django_assert_max_num_queries
):
    page(client, system)
    with django_assert_max_num_queries(40) as few:
        page(client, system)
    template = system.findings.filter(threat="evasion-query", applies="yes").values().first()
    template.pop("id")
    FindingRow.objects.bulk_create(
        FindingRow(**{**template, "key": f"{template['threat']}@x{n}", "element": f"x{n}"})
        for n in range(300)
    )
    with django_assert_max_num_queries(len(few)):
        answer = page(client, system)
    assert max(len(cell.findings) for cell in cells(answer).values()) >= 300


def test_an_empty_system_is_told_what_to_do_first(client, olga):
    system = cast.system(*olga, {"format": "bartizan/1", "system": {"name": "Empty"}})
    assert "Nothing is drawn yet" in page(client, system).content.decode()


@pytest.mark.parametrize("path", ["?framework=nothing", "atlas/nothing/", "nothing/AML.T0020/"])
def test_what_is_no_list_or_entry_is_not_found(client, system, path):
    assert client.get(reverse("coverage", args=[system.pk]) + path).status_code == 404


def test_the_findings_page_says_what_to_look_at_again(client, system):
    shown = client.get(reverse("findings", args=[system.pk]))
    assert {one.id for one in shown.context["lints"]} >= {"trusted-models", "nothing-watches"}
    assert "What to look at again" in shown.content.decode()


def test_the_tab_leads_there(client, system):
    shown = client.get(reverse("findings", args=[system.pk])).content.decode()
    assert reverse("coverage", args=[system.pk]) in shown
