"""The pages: what they show, what a form does, what is said when it will not."""

from __future__ import annotations

import json
import re
import uuid
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import cast
from tests.reports.cases import HOSTILE
from threatmodel.models import DecisionRow, MitigationRow, System
from threatmodel.services import decisions, mitigations, signin
from threatmodel.services.operations import Submission, apply_operations

pytestmark = pytest.mark.django_db
TABS = ("diagram", "findings", "mitigations", "tests", "report", "history")


@pytest.fixture
def finding(system):
    return system.findings.filter(applies="yes").order_by("-residual", "-score").first()


def shown(response) -> str:
    assert response.status_code == 200, response.content[:400]
    return response.content.decode()


class Labels(HTMLParser):
    """Controls without a name, and ids used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.inside_label = 0

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label":
            self.inside_label += 1
            self.labelled.add(found.get("for", ""))
        if tag in ("input", "select", "textarea") and found.get("type") != "hidden":
            named = self.inside_label or "aria-label" in found
            self.controls.append(found | {"named": "yes" if named else None})

    def handle_endtag(self, tag):
        if tag == "label":
            self.inside_label -= 1

    def unnamed(self) -> list[dict[str, str | None]]:
        return [c for c in self.controls if not c["named"] and c.get("id") not in self.labelled]


def pages(system: System, finding) -> list[str]:
    return [
        reverse("home"),
        *(reverse(tab, args=[system.pk]) for tab in TABS),
        reverse("finding", args=[system.pk, finding.key]),
        reverse("catalog"),
        reverse("people"),
    ]


def test_every_control_has_a_name_and_every_id_is_used_once(client, system, finding):
    for path in pages(system, finding):
        reader = Labels()
        reader.feed(shown(client.get(path)))
        assert reader.unnamed() == [], path
        assert len(reader.ids) == len(set(reader.ids)), path


def test_no_page_carries_a_script_or_a_style_of_its_own(client, system, finding):
    for path in pages(system, finding):
        page = shown(client.get(path))
        inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
        assert all("application/json" in tag for tag in inline), path
        assert "<style" not in page and " onclick" not in page, path


def test_a_hostile_name_is_only_text_on_every_page(client, olga, system, finding):
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": HOSTILE}))
    cast.edit(system, olga[1], cast.change("system", "system", set={"name": HOSTILE}))
    for path in pages(system, finding):
        assert "<script>alert(1)" not in shown(client.get(path)), path


def test_home_lists_systems_with_their_risk(client, system):
    page = shown(client.get("/"))
    assert system.name in page
    assert system.summary["risk"] in page


def test_an_empty_home_offers_to_begin(client):
    assert "Draw your first system" in shown(client.get("/"))


def test_a_viewer_is_not_offered_what_is_not_theirs(olga, system, finding):
    page = shown(
        cast.browser(cast.member(olga[0], "viewer")).get(
            reverse("finding", args=[system.pk, finding.key])
        )
    )
    for act in ("decide", "rate", "plan"):
        assert reverse(act, args=[system.pk, finding.key]) not in page


def test_a_new_system_opens_its_diagram(client):
    answer = client.post("/systems/new/", {"name": "Spam filter"})
    made = System.objects.get(name="Spam filter")
    assert answer.headers["Location"] == reverse("diagram", args=[made.pk])


def test_the_diagram_page_hands_the_editor_what_it_needs(client, system):
    boot = client.get(reverse("diagram", args=[system.pk])).context["bootstrap"]
    assert boot["socket"] == f"/ws/systems/{system.pk}/"
    assert boot["role"] == "owner"
    assert {"home", "findings", "mitigations", "tests", "report", "history", "plan"} == set(
        boot["urls"]
    )


def test_an_import_tells_what_was_lost(client):
    head = {"name": "Approved", "revision": 3, "by": "ann", "as_of": "2026-01-02"}
    named = [{**head, "at": "2026-01-02T03:04:05Z"}]
    text = {"format": "bartizan/1", "system": {"name": "Brought"}, "baselines": named}
    file = SimpleUploadedFile("s.json", json.dumps(text).encode())
    page = shown(client.post("/systems/import/", {"file": file}))
    assert "Brought is imported" in page
    assert "baseline Approved" in page


def test_a_file_that_cannot_be_read_is_refused_in_words(client):
    answer = client.post("/systems/import/", {"file": SimpleUploadedFile("x.bin", b"\x00\x01")})
    assert answer.status_code == 302
    assert "error" in str(shown(client.get("/")))
    assert not System.objects.exists()


@pytest.mark.parametrize(
    ("query", "kept"),
    [({"q": "scoring api"}, True), ({"q": "no such words"}, False), ({"zone": "z-net"}, False)],
)
def test_findings_are_filtered_by_text(client, system, finding, query, kept):
    page = shown(client.get(reverse("findings", args=[system.pk]), query))
    assert (reverse("finding", args=[system.pk, finding.key]) in page) == kept


def test_conditional_findings_stand_apart_behind_their_question(client, system):
    groups = client.get(reverse("findings", args=[system.pk]), {"group": "threat"}).context
    assert groups["waiting"]
    assert all(one.row.applies == "yes" for group in groups["groups"] for one in group.rows)
    assert all(one.questions for group in groups["waiting"] for one in group.rows)
    for group in groups["waiting"]:
        assert {one.questions[0]["text"] for one in group.rows} == {group.title}
    titles = [group.title for group in groups["waiting"]]
    assert len(titles) == len(set(titles))


def test_a_finding_shows_its_terms_and_why_it_applies(client, system, finding):
    answer = client.get(reverse("finding", args=[system.pk, finding.key]))
    context = answer.context
    assert context["told"]["explanation"]["truth"] is True
    assert answer.content.decode().count("its relevance, not a probability") == 1
    assert [step["name"] for step in context["told"]["steps"]][-1] in ("risk", "also")
    assert context["waterfall"]


def test_accepting_a_finding_keeps_its_reason(client, system, finding):
    path = reverse("decide", args=[system.pk, finding.key])
    client.post(path, {"action": "accept", "reason": "The loss is insured."})
    assert DecisionRow.objects.get().reason == "The loss is insured."
    finding.refresh_from_db()
    assert finding.treatment == "accepted"


def test_a_decision_without_a_reason_is_asked_for_one(client, system, finding):
    path = reverse("decide", args=[system.pk, finding.key])
    answer = client.post(path, {"action": "accept", "reason": ""})
    assert answer.status_code == 400
    assert "This field is required" in answer.content.decode()
    assert not DecisionRow.objects.exists()


def test_a_rating_stands_beside_the_computed_level(client, system, finding):
    path = reverse("rate", args=[system.pk, finding.key])
    client.post(path, {"impact": "very low", "reason": "Nobody reads it."})
    finding.refresh_from_db()
    assert finding.impact == 0
    assert DecisionRow.objects.get().action == "rate"


def test_a_control_is_planned_with_one_press(client, system, finding):
    control = finding.data["controls"][0]
    path = reverse("plan", args=[system.pk, finding.key])
    client.post(path, {"control": control, "status": "planned"})
    row = MitigationRow.objects.get()
    assert (row.control, row.status) == (control, "planned")
    assert [link.finding for link in row.findings.all()] == [finding.key]


def test_the_loser_of_a_race_is_told_and_loses_nothing(client, olga, system, finding):
    row = mitigations.plan(system, olga[1], findings=[finding.key], values={"title": "Do it"})
    mitigations.change(row, olga[1], version=1, values={"owner": "Ann"})
    answer = client.post(
        reverse("mitigation", args=[row.pk]), {"title": "Do it", "status": "planned", "version": 1}
    )
    assert answer.status_code == 409
    assert MitigationRow.objects.get().owner == "Ann"
    assert "meanwhile" in answer.content.decode()


def test_history_tells_edits_and_decisions_in_words(client, olga, system, finding):
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": "Front door"}))
    decisions.decide(system, olga[1], finding=finding.key, action="reopen", reason="Look again.")
    found = client.get(reverse("history", args=[system.pk])).context["lines"]
    lines = [one["line"] for one in found]
    assert [line.head for line in lines[:2]] == ["Reopened", "Changed component"]
    assert "Front door" in lines[1].detail


def test_history_names_what_was_removed_since(client, olga, system, finding):
    decisions.decide(system, olga[1], finding=finding.key, action="reopen", reason="Look again.")
    element = finding.key.rpartition("@")[2]
    row = system.elements.get(element_id=element)
    cast.edit(system, olga[1], cast.change(row.kind, element, remove=True))
    lines = client.get(reverse("history", args=[system.pk])).context["lines"]
    (told,) = [one["line"].detail for one in lines if one["line"].head == "Reopened"]
    assert told.endswith(f" on {row.data['name']}") and element not in told
    log = client.get(f"/api/v1/systems/{system.pk}/log/?brief=true").json()["results"]
    assert f"Reopened: {told}" in [line["told"] for line in log]


def test_an_edit_is_taken_back_from_history(client, olga, system):
    op = uuid.uuid4()
    rename = cast.change("component", "c-api", set={"name": "Front door"})
    apply_operations(system.pk, [Submission(op, olga[1], [rename])])
    client.post(reverse("undo", args=[system.pk, op]))
    row = system.elements.get(element_id="c-api")
    assert row.data["name"] == "Scoring API"


def test_an_earlier_revision_is_restored_as_a_new_entry(client, olga, system):
    system.refresh_from_db()
    before = system.revision
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": "Front door"}))
    client.post(reverse("restore", args=[system.pk, before]))
    system.refresh_from_db()
    assert system.revision == before + 2
    assert system.elements.get(element_id="c-api").data["name"] == "Scoring API"


def test_a_link_is_not_spent_by_looking_at_it(olga):
    path = signin.make_link(olga[1].user).removeprefix("http://127.0.0.1:8000")
    stranger = cast.browser()
    shown(stranger.get(path))
    shown(stranger.get(path))
    assert stranger.post(path).status_code == 302
    shown(stranger.get("/"))
    assert cast.browser().post(path).status_code == 410


def test_a_password_is_offered_after_a_link_and_keeps_one_signed_in(olga):
    olga[1].user.set_unusable_password()
    olga[1].user.save()
    browser = cast.browser()
    path = signin.make_link(olga[1].user).removeprefix("http://127.0.0.1:8000")
    assert browser.post(path).headers["Location"] == "/password/"
    assert browser.post("/password/", {"password": "short"}).status_code == 400
    assert browser.post("/password/", {"password": "violet harbour 27 kites"}).status_code == 302
    shown(browser.get("/"))


def test_an_invite_makes_an_account_once(client, olga):
    page = shown(client.post(reverse("invite", args=[olga[0].pk]), {"role": "editor"}))
    path = re.search(r"/join/[\w-]+/", page)[0]
    newcomer = cast.browser()
    shown(newcomer.get(path))
    form = {"username": "nina", "password": "violet harbour 27 kites"}
    assert newcomer.post(path, form).status_code == 302
    assert olga[0].members.get(user__username="nina").role == "editor"
    assert cast.browser().post(path, form | {"username": "other"}).status_code == 410


def test_a_guest_comes_in_at_the_one_system_there_is_to_see(client, olga):
    system = cast.system(*olga)
    asked = client.get("/people/", {"role": "guest", "system": system.pk}).context["invite_form"]
    assert (asked["role"].value(), asked["system"].value()) == ("guest", str(system.pk))
    form = {"role": "guest", "system": system.pk}
    path = re.search(
        r"/join/[\w-]+/", shown(client.post(reverse("invite", args=[olga[0].pk]), form))
    )
    answer = cast.browser().post(
        path[0], {"username": "gita", "password": "violet harbour 27 kites"}
    )
    assert answer["Location"] == f"/systems/{system.pk}/"


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/login/", "/accounts/logout/"])
def test_the_pages_of_accounts_wear_our_frame(client, path):
    if path.endswith("login/"):
        client = cast.browser()
    assert 'class="topbar"' in shown(client.get(path))


def test_a_token_is_shown_once(client, olga):
    form = {"name": "ci", "scope": "read", "days": 30}
    page = shown(client.post(reverse("token-make", args=[olga[0].pk]), form))
    secret = re.search(r'data-copy="([^"]+)"', page)[1]
    assert secret not in shown(client.get("/people/"))


def test_the_theme_is_the_cookie_and_nothing_else(client, system):
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in shown(client.get("/"))
    client.cookies["theme"] = '"><script>alert(1)</script>'
    assert "<script>alert(1)" not in shown(client.get("/"))


def test_only_who_may_make_tokens_is_offered_to(olga, client):
    editor = cast.browser(cast.member(olga[0], "editor"))
    assert "Make a token" in shown(client.get(reverse("people")))
    assert "Make a token" not in shown(editor.get(reverse("people")))
