"""The register: filters, groups, the matrix, pages, saved views, one decision about many."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.core.test_first_rows import drawing
from threatmodel.core.document import to_data
from threatmodel.models import AuditEntry, FindingRow, SavedView, System
from threatmodel.register import Asked, Register, heat, paged
from threatmodel.services import baselines, decisions, mitigations

pytestmark = pytest.mark.django_db


def looked(client: Client, system: System | None = None, **query: str) -> Any:
    where = reverse("findings", args=[system.pk]) if system else reverse("register")
    answer = client.get(where, query)
    assert answer.status_code == 200
    return answer.context


def keys(context: Any) -> set[str]:
    return {one.row.key for group in context["groups"] for one in group.rows}


def crowd(system: System, count: int) -> None:
    """So many findings of the system, each a copy of one that was found, on other elements."""
    seed = system.findings.filter(applies="yes").latest("residual")
    made = []
    for number in range(system.findings.count(), count):
        key = f"{seed.threat}@c-{number:05}"
        data = seed.data | {"key": key, "element": f"c-{number:05}"}
        copy = {f.attname: getattr(seed, f.attname) for f in FindingRow._meta.concrete_fields}
        copy |= {"id": None, "key": key, "element": f"c-{number:05}", "data": data}
        copy |= {"likelihood": number % 5, "impact": number // 5 % 5}
        made.append(FindingRow(**copy))
    FindingRow.objects.bulk_create(made)


def test_the_matrix_counts_what_the_list_lists_and_a_cell_opens_its_rows(client, system):
    mitigations.plan(
        system, client_person(system), findings=[first(system).key], values={"title": "Do it"}
    )
    for measure in ("residual", "inherent", "planned"):
        whole = looked(client, system, measure=measure)
        cells = [cell for _, row in whole["heat"].rows for cell in row]
        applying = system.findings.filter(applies="yes").count()
        assert sum(cell.count for cell in cells) == whole["heat"].total == applying
        assert len(keys(whole)) == whole["matching"] == applying
        for cell in cells:
            if cell.count:
                opened = client.get(f"{reverse('findings', args=[system.pk])}?{cell.query}").context
                assert len(keys(opened)) == opened["matching"] == cell.count
                assert opened["heat"].total == applying, "the matrix itself stays whole"


def client_person(system: System):
    from threatmodel.gate import Person

    return Person(system.workspace.members.get(role="owner").user)


def first(system: System, **chosen: str) -> FindingRow:
    found = system.findings.filter(applies="yes", **chosen)
    return found.order_by("-residual", "threat").first()  # type: ignore[return-value]  # there is one


@pytest.mark.parametrize("measure", ["inherent", "planned"])
def test_a_findings_place_on_the_matrix_has_its_risk(system, measure):
    from catalog.types import Level
    from threatmodel.core import scoring

    for row in system.findings.filter(applies="yes"):
        at = row.data.get(f"{measure}_at") or [row.data["likelihood"], row.data["impact"]]
        assert scoring.risk(*map(Level.parse, at)) == getattr(row, measure)


FILTERS = {
    "level": lambda row: row.data["residual"],
    "treatment": lambda row: row.treatment,
    "verdict": lambda row: row.verdict,
    "threat": lambda row: row.threat,
    "element": lambda row: row.element,
}


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_a_filter_lists_exactly_what_has_the_value(client, system, name):
    rows = list(system.findings.filter(applies="yes"))
    wanted = FILTERS[name](rows[0])
    expected = {row.key for row in rows if FILTERS[name](row) == wanted}
    assert keys(looked(client, system, **{name: wanted})) == expected
    assert keys(looked(client, **{name: wanted})) == expected


def test_zone_asset_type_owner_and_tactic_are_read_off_the_drawing_the_plan_and_the_catalog(
    client, system, olga
):
    row = first(system, element="c-api")
    mitigations.plan(
        system, olga[1], findings=[row.key], values={"title": "Do it", "owner": "Ann Example"}
    )
    on_api = {one.key for one in system.findings.filter(applies="yes", element="c-api")}
    assert keys(looked(client, system, type="inference-endpoint")) == on_api
    assert on_api <= keys(looked(client, system, zone="z-prod"))
    assert on_api <= keys(looked(client, system, asset="a-cards"))
    assert keys(looked(client, system, owner="Ann Example")) == {row.key}
    assert row.key not in keys(looked(client, system, owner="-"))
    for facet in ("tactic", "stride"):
        for value, _ in looked(client, system)["choices"][facet]:
            assert looked(client, system, **{facet: value})["total"]


@pytest.mark.parametrize(
    "group", ["threat", "cause", "element", "zone", "asset", "tactic", "owner", "none"]
)
def test_every_finding_stands_in_some_group(client, system, group):
    applying = {one.key for one in system.findings.filter(applies="yes")}
    assert keys(looked(client, system, group=group)) == applying
    assert keys(looked(client, group=group)) == applying


def test_one_threat_on_many_elements_is_one_group_whose_rest_is_one_step_away(client, system):
    crowd(system, 300)
    context = looked(client, system, group="threat")
    big = max(context["groups"], key=lambda group: group.count)
    assert len(big.rows) == 20 and big.hidden == big.count - 20
    address = f"{reverse('findings', args=[system.pk])}?{big.query}"
    opened = client.get(address).context
    assert opened["matching"] == big.count
    found: set[str] = set()
    for number, query in [(n, opened["asked"].query(page=n)) for n in (1, 2, 3)]:
        page = client.get(f"{reverse('findings', args=[system.pk])}?{query}").context
        assert page["page"].number == number
        found |= keys(page)
    assert len(found) == big.count


def test_a_sketch_reads_by_where_things_come_from_until_somebody_decides(client, system, olga):
    drawing = live_rows(client, system)
    context = looked(client, system)
    shown = {group.title: {one.row.key for one in group.rows} for group in context["groups"]}
    assert context["by"] == "cause" and shown == drawing["yes"]
    waits = {group.title: {one.row.key for one in group.rows} for group in context["waiting"]}
    assert waits == drawing["conditional"]
    group = max(context["groups"], key=lambda one: one.count)
    opened = client.get(f"{reverse('findings', args=[system.pk])}?{group.query}").context
    assert keys(opened) == shown[group.title]
    cast.system(*olga)
    assert looked(client)["by"] == "threat", "rows of several systems have no place in common"
    assert looked(client, system, group="threat")["by"] == "threat"
    decisions.decide(
        system, olga[1], finding=first(system).key, action="accept", reason="we can bear it"
    )
    assert looked(client, system)["by"] == "threat"


@pytest.mark.parametrize("name", ["a classifier", "malware-detection"])
def test_a_new_drawing_of_ten_components_shows_few_rows_and_asks_few_questions_first(
    client, olga, name
):
    """On the page, too: these two drawings have the most rows."""
    fresh = cast.system(*olga, to_data(drawing(name)))
    context = looked(client, fresh)
    shown = [row for group in context["groups"] + context["waiting"] for row in group.rows]
    assert {one.row.key for one in shown} == {one.key for one in fresh.findings.all()}
    assert 0 < len(context["groups"]) and 0 < len(context["waiting"])
    assert len(context["groups"]) + len(context["waiting"]) <= 15
    asked = client.get(f"/api/v1/systems/{fresh.pk}/questions/").json()
    assert {(q["element"], q["attribute"]) for one in shown for q in one.questions} <= {
        (q["element"], q["attribute"]) for q in asked["results"]
    }


def live_rows(client: Client, system: System) -> dict[str, dict[str, set[str]]]:
    """The rows as the API names them: what applies, and what waits."""
    answer = client.get(f"/api/v1/systems/{system.pk}/findings/", {"page_size": "200"}).json()
    assert answer["next"] is None
    rows: dict[str, dict[str, set[str]]] = {"yes": {}, "conditional": {}}
    for one in answer["results"]:
        rows[one["applies"]].setdefault(one["cause_title"], set()).add(one["key"])
    return rows


def test_pages_hold_every_finding_once_and_no_group_is_torn(system):
    crowd(system, 400)
    register, asked = Register([system]), Asked(group="element")
    found = [one for one in register.every(asked) if one.applies == "yes"]
    pages = [paged(register, found, "element", n) for n in range(1, 8)]
    pages = pages[: pages[0].count]
    listed = [one.key for page in pages for one in page.rows]
    assert sorted(listed) == sorted(one.key for one in found)
    assert all(len(page.rows) <= 100 for page in pages)
    assert paged(register, found, "element", 10**5).number == pages[0].count


@pytest.mark.parametrize("route", ["findings", "register"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_findings(
    client, system, route, django_assert_num_queries, django_assert_max_num_queries
):
    where = reverse(route, args=[system.pk] if route == "findings" else [])
    crowd(system, 10 + system.findings.filter(applies="conditional").count())
    client.get(where)
    with django_assert_max_num_queries(30) as few:
        client.get(where)
    crowd(system, 2000)
    with django_assert_num_queries(len(few)):
        assert client.get(where).context["total"] == 2000


def test_the_number_of_queries_does_not_depend_on_the_number_of_systems(
    client, olga, system, django_assert_num_queries, django_assert_max_num_queries
):
    for where in (reverse("register"), reverse("home")):
        client.get(where)
        with django_assert_max_num_queries(40) as few:
            client.get(where)
        for _ in range(3):
            cast.system(*olga)
        with django_assert_num_queries(len(few)):
            client.get(where)


def test_a_page_that_is_known_is_not_sent_again_until_something_changes(client, system, olga):
    where = reverse("findings", args=[system.pk])
    tag = client.get(where)["ETag"]
    again = client.get(where, headers={"If-None-Match": tag})
    assert again.status_code == 304 and not again.content
    decisions.decide(
        system, olga[1], finding=first(system).key, action="accept", reason="we can bear it"
    )
    assert client.get(where, headers={"If-None-Match": tag}).status_code == 200
    assert client.get(f"{where}?group=zone", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"level": "enormous"}, "level"),
        ({"group": "__class__"}, "group"),
        ({"order": "-data"}, "order"),
        ({"page": "0"}, "page"),
        ({"page": "9" * 40}, "page"),
        ({"system": "x'; drop"}, "system"),
        ({"q": "x" * 201}, "q"),
    ],
)
def test_an_address_that_makes_no_sense_is_told_and_shows_everything(client, system, query, named):
    for where in (reverse("findings", args=[system.pk]), reverse("register")):
        answer = client.get(where, query)
        assert answer.status_code == 400
        assert f"{named}:" in answer.content.decode()
        assert keys(answer.context) == {one.key for one in system.findings.filter(applies="yes")}


def test_one_decision_about_many_comes_back_to_the_same_view(client, system):
    chosen = [one.key for one in system.findings.filter(applies="yes")][:3]
    values = {"finding": chosen, "action": "accept", "reason": "for now", "query": "group=zone"}
    answer = client.post(reverse("decide-many", args=[system.pk]), values)
    assert answer.headers["Location"].endswith("/findings/?group=zone")
    treated = system.findings.filter(key__in=chosen).values_list("treatment", flat=True)
    assert set(treated) == {"accepted"}
    assert system.log.filter(kind="decision").count() == 1
    nothing = client.post(reverse("decide-many", args=[system.pk]), values | {"finding": []})
    assert nothing.status_code == 302
    assert "Choose at least one finding" in client.get("/").content.decode()


def test_a_view_is_kept_for_oneself_shared_by_who_may_and_says_only_what_a_register_asks(
    client, olga, system
):
    keep = reverse("view-keep", args=[system.pk])
    client.post(keep, {"name": "Mine", "query": "level=high&group=zone&next=//evil.example"})
    client.post(keep, {"name": "Ours", "query": "treatment=open", "shared": "on"})
    assert {one.name: one.query for one in SavedView.objects.all()} == {
        "Mine": "level=high&group=zone",
        "Ours": "treatment=open",
    }
    viewer = cast.browser(cast.member(olga[0], "viewer"))
    assert [one.name for one in looked(viewer, system)["views"]] == ["Ours"]
    assert viewer.post(keep, {"name": "Mine too", "shared": "on"}).status_code == 403
    assert viewer.post(keep, {"name": "Mine too"}).status_code == 302
    ours = SavedView.objects.get(name="Ours")
    assert viewer.post(reverse("view-remove", args=[ours.pk])).status_code == 403
    mine = SavedView.objects.get(name="Mine")
    assert viewer.post(reverse("view-remove", args=[mine.pk])).status_code == 404
    client.post(reverse("view-remove", args=[ours.pk]))
    assert not SavedView.objects.filter(name="Ours").exists()


def test_the_trend_names_each_baseline_and_today(client, olga, system):
    baselines.keep(system, olga[1], "Before the audit")
    row = first(system)
    decisions.decide(system, olga[1], finding=row.key, action="dismiss", reason="not here")
    trend = looked(client, system)["trend"]
    assert [one["name"] for one in trend] == ["Before the audit", "Now"]
    assert trend[0]["count"] == trend[1]["count"] + 1


def test_the_register_of_everything_shows_nothing_of_others(client, system, olga):
    other = cast.outsider()
    hidden = cast.system(other.user.memberships.get().workspace, other)
    guest = cast.browser(cast.member(olga[0], "guest", "gus", system=system))
    for browser in (client, guest):
        context = looked(browser)
        assert {one.system.pk for group in context["groups"] for one in group.rows} == {system.pk}
    assert {
        one.system.pk for group in looked(cast.browser(other))["groups"] for one in group.rows
    } == {hidden.pk}


def test_the_matrix_of_a_register_is_that_of_its_listed_findings(system):
    register, asked = Register([system]), Asked()
    found = [one for one in register.every(asked) if one.applies == "yes"]
    assert heat(found, asked).total == len(found)


def test_nothing_is_copied_between_elements_one_decision_is_about_as_many_as_are_chosen(
    client, system, olga
):
    add = [
        cast.change(
            "component",
            f"c-api-{number}",
            add={"type": "inference-endpoint", "name": f"API {number}", "zone": "z-prod"},
        )
        for number in range(3)
    ]
    ask = [
        cast.change(
            "flow",
            f"f-ask-{number}",
            add={"kind": "request", "source": "c-user", "target": f"c-api-{number}"},
        )
        for number in range(3)
    ]
    cast.edit(system, olga[1], *add, *ask)
    seed = first(system, element="c-api-0")
    same = system.findings.filter(applies="yes", threat=seed.threat)
    assert same.count() >= 3, "what is drawn alike is found alike"
    context = looked(client, system, threat=seed.threat, group="threat")
    (group,) = context["groups"]
    assert group.count == same.count(), "and is one row"
    chosen = list(same.values_list("key", flat=True))
    decisions.decide_all(system, olga[1], findings=chosen, action="accept", reason="Known")
    assert {one.treatment for one in same.all()} == {"accepted"}


def test_matrix_list_and_trend_agree_about_what_was_accepted(client, system, olga):
    row = first(system)
    before = looked(client, system)["heat"].total
    decisions.decide(system, olga[1], finding=row.key, action="accept", reason="Known")
    noted = AuditEntry.objects.get(action="finding: accept").subject
    assert " on Client" in noted or " on Scoring API" in noted or " on History" in noted, noted
    assert row.key not in noted, "the audit log speaks in names"
    whole = looked(client, system)
    assert whole["heat"].total == whole["matching"] == before, "an accepted risk is still shown"
    for treatment, count in (("accepted", 1), ("open", before - 1)):
        context = looked(client, system, treatment=treatment)
        assert context["heat"].total == context["matching"] == len(keys(context)) == count
        cells = [cell.count for _, row in context["heat"].rows for cell in row]
        assert sum(cells) == count
    assert row.key in keys(looked(client, system, treatment="accepted"))


def test_a_risk_is_traced_from_its_row_to_the_facts_the_terms_and_what_speaks_against_it(
    client, system, olga
):
    row = first(system, element="c-api")
    made = mitigations.plan(
        system, olga[1], findings=[row.key], values={"title": "Do it", "owner": "Ann"}
    )
    listed = client.get(reverse("findings", args=[system.pk])).content.decode()
    link = reverse("finding", args=[system.pk, row.key])
    assert link in listed
    context = client.get(link).context
    assert any(step["name"] == "risk" for step in context["told"]["steps"])
    assert context["threat"].id == row.threat and context["references"]
    page = client.get(link).content.decode()
    assert reverse("mitigation", args=[made.pk]) in page
    back = client.get(reverse("mitigation", args=[made.pk])).content.decode()
    assert link in back, "and from what is done about it back to the risk"
    catalog_entry = reverse("catalog-entry", args=["threats", row.threat])
    assert catalog_entry in page, "and to what is known about the weakness"


def test_the_choices_of_a_filter_are_whole_escaped_and_no_longer_than_a_line(client, olga, system):
    hostile = '"><b>' + "x" * 60
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": hostile}))
    page = client.get(reverse("findings", args=[system.pk]), {"element": "c-api"}).content.decode()
    assert hostile not in page
    (words,) = re.findall(r'<option value="c-api" selected>([^<]*)</option>', page)
    assert unescape(words) == f"{hostile[:39]}…"
