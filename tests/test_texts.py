"""Texts that people type: kept as they were typed and shown as text on every page, or refused.

Which fields there are is read from the forms, the views and the OpenAPI description, so that a new
one fails here until it has its line.
"""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from tests import cast
from tests.browser.payloads import document
from tests.conftest import ROOT
from tests.stored import nothing_changes
from tests.test_bad_input import JSON_WRITES, fields_of, whole
from tests.test_gate import World
from threatmodel.forms import FindingFilter

pytestmark = [pytest.mark.django_db, pytest.mark.store]
SCRIPT = "<script>window.__canary=1</script>"
TEXT = f"=1+1'\">{SCRIPT}{{{{7*7}}}}\u202e"
HUGE, DIGITS = "x" * 2**21, "9" * 5000
SYSTEM, FINDING = "/systems/{system}/", "/systems/{system}/findings/{finding}/"
ENDPOINT = {
    "component": "c-api",
    "name": "Mine",
    "adapter": "chat",
    "url": "https://example.org/v1",
    "options": '{"model": "m"}',
    "version": "1",
    "secret": "s" * 20,
    "secret_header": "Authorization",
}
AGREED = {
    "statement": "We run this endpoint ourselves.",
    "until": "2031-01-01",
    **dict.fromkeys(("requests_per_run", "rows_per_run"), "1"),
    **dict.fromkeys(("requests_per_day", "rows_per_day", "per_second"), "1"),
    **dict.fromkeys(("cost_per_request", "cost_per_day"), "0"),
}
REASON = {"finding": "{finding}", "reason": "because"}
# Every form of every page, with what is good in it: the class that reads it, if there is one.
FILLED: list[tuple[str, str, dict[str, str]]] = [
    ("SystemForm", "/systems/new/", {"name": "New", "blueprint": "", "start": ""}),
    ("DecisionForm", FINDING + "decide/", {"action": "accept", "reason": "because"}),
    ("RatingForm", FINDING + "rate/", {"impact": "low", "reason": "because"}),
    ("MitigationForm", FINDING + "plan/", {"title": "Do", "owner": "", "note": "", "status": ""}),
    ("BulkDecisionForm", SYSTEM + "findings/decide/", {**REASON, "action": "dismiss"}),
    ("BulkDecisionForm", SYSTEM + "findings/decide/", {**REASON, "action": "assign", "owner": "A"}),
    ("BulkDecisionForm", "/register/decide/", {**REASON, "action": "reopen", "query": ""}),
    ("SavedViewForm", SYSTEM + "findings/view/", {"name": "V", "query": "q=x"}),
    ("SavedViewForm", "/workspaces/{workspace}/views/", {"name": "W", "query": "", "shared": "on"}),
    (
        "",
        SYSTEM + "mitigations/new/",
        {"title": "Do", "owner": "", "note": "", "status": "planned"},
    ),
    ("", "/mitigations/{mitigation}/", {"title": "Do", "owner": "", "note": "", "version": "1"}),
    ("", "/mitigations/{mitigation}/status/", {"status": "dropped", "version": "1"}),
    ("", "/mitigations/{mitigation}/findings/", {"finding": "{finding}", "shown": "{finding}"}),
    ("", "/mitigations/{mitigation}/verify/", {"line": "I looked", "version": "1"}),
    ("", "/mitigations/{mitigation}/comment/", {"text": "Why?", "thread": ""}),
    ("", "/mitigations/{mitigation}/ticket/", {"url": "https://example.org/", "tracker": ""}),
    (
        "TrackerForm",
        "/workspaces/{workspace}/trackers/",
        {
            "kind": "webhook",
            "name": "T",
            "url": "https://example.org",
            "place": "",
            "account": "",
            "secret": "s" * 20,
        },
    ),
    ("WorkshopForm", SYSTEM + "workshops/start/", {"title": "W"}),
    ("BaselineForm", SYSTEM + "history/baseline/", {"name": "B", "note": "", "revision": "2"}),
    ("", SYSTEM + "evidence/key/", {"purpose": "lab"}),
    ("", SYSTEM + "evidence/bring/", {"element": "c-api"}),
    ("", SYSTEM + "evidence/scan/", {"element": "c-api"}),
    ("", SYSTEM + "catalog/apply/", {"to": "0"}),
    ("", SYSTEM + "tests/everything/", {"budget": "1000"}),
    ("", "/models/{model}/schedule/", {"test": "corruption", "occasion": "nightly"}),
    ("", "/models/{model}/run/", {"test": "corruption", "param-samples": "1"}),
    ("ModelForm", SYSTEM + "tests/link/", {"component": "c-api", "name": "M"}),
    ("EndpointForm", SYSTEM + "endpoint/", ENDPOINT),
    ("ConsentForm", "/models/{endpoint}/agree/", AGREED),
    ("", "/models/{endpoint}/stop/", {"because": "late"}),
    ("InviteForm", "/workspaces/{workspace}/invite/", {"role": "viewer", "email": "a@example.org"}),
    ("TokenForm", "/workspaces/{workspace}/token/", {"name": "T", "scope": "read", "days": "9"}),
    ("", "/members/{member}/role/", {"role": "editor"}),
    ("AskForm", SYSTEM + "report/", {"format": "json", "classification": "C", "name": "P"}),
    ("LookForm", SYSTEM + "report/", {"do": "look", "accent": "#4449c6"}),
    ("", SYSTEM + "report/", {"do": "forget", "profile": "{profile}"}),
    ("", SYSTEM + "report/", {"do": "cancel", "report": "{report}"}),
    ("", SYSTEM + "plan/", {"pick": "x@c-api", "appetite": "low"}),
    ("", "/notices/", {"wanted": "due", "by_mail": "on"}),
    ("PasswordForm", "/password/", {"password": "ok then, come in"}),
    ("JoinForm", "/join/no-such-secret/", {"username": "u", "password": "ok then, come in"}),
    ("ImportForm", "/systems/import/", {"workspace": "{workspace}"}),
    ("OwnCatalogForm", "/workspaces/{workspace}/catalog/", {"file": ""}),
]
# Of these the address is the form, or they are part of others.
NO_PAGE = {"FindingFilter", "ReportForm"}
ANSWERS = (200, 302, 400, 404, 409, 410)


class Wide(World):
    """The world with an endpoint in it, too."""

    def _ids(self) -> dict[str, str]:
        from threatmodel.services import endpoints

        reached = endpoints.Address(ENDPOINT["url"], "chat", {"model": "m"})
        row = endpoints.link(self.system, self.owner, "c-data", reached, name="Chat")
        return super()._ids() | {"endpoint": str(row.pk)}


def classes(base: type[forms.Form] = forms.Form) -> set[str]:
    """The forms of ours."""
    import_module("threatmodel.views.urls")
    found: set[str] = set()
    for one in base.__subclasses__():
        found |= {one.__name__} if one.__module__.startswith("threatmodel") else set()
        found |= classes(one)
    return found


def read_as_sent() -> set[str]:
    """The fields that views read without a form."""
    views = (ROOT / "threatmodel" / "views").glob("*.py")
    text = "".join(path.read_text() for path in views)
    return set(re.findall(r'POST\.get(?:list)?\("(\w+)"', text))


def test_every_form_and_every_field_that_a_view_reads_has_its_line() -> None:
    assert classes() - NO_PAGE == {name for name, _, _ in FILLED if name}
    assert read_as_sent() - {field for _, _, values in FILLED for field in values} == set()


# Cut to what is kept, or read only for whether something known stands in them.
TAKEN = {"query", "because", "start", "by_mail", "shared"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\0b", id="NUL"),
        pytest.param(DIGITS, id="5000 digits"),
        pytest.param(HUGE, id="2 MiB", marks=pytest.mark.long),
    ],
)
def test_what_no_field_can_hold_is_refused_in_each_and_changes_nothing(text: str) -> None:
    world = Wide()
    client = cast.browser(world.owner)
    for _, path, values in FILLED:
        tried = [field for field in values if field not in TAKEN]
        if text == DIGITS:
            tried = [field for field in tried if values[field].isdigit()]
        if not tried:
            continue
        with nothing_changes():
            for field in tried:
                answer = client.post(world.fill(path), world.fill(values) | {field: text})
                assert answer.status_code in ANSWERS, (path, field, answer.status_code)


def texts(route: Any) -> list[str]:
    """The fields of a REST body that hold text of one's own."""
    kinds = {name: whole(schema) for name, schema in fields_of(route).items()}
    free = ("enum", "format", "oneOf", "allOf")
    return [
        name
        for name, schema in kinds.items()
        if schema.get("type") == "string" and not any(part in schema for part in free)
    ]


def type_everywhere(world: World, client: Client) -> int:
    """The text in every field there is; how often it was taken."""
    taken = 0
    for route in JSON_WRITES:
        for field in texts(route):
            cache.clear()
            body = world.fill(route.body) | {field: TEXT}
            answer = cast.send(client, route.method, world.fill(route.path), body)
            if answer.status_code >= 300:
                said = json.loads(answer.content)["error"]["message"]
                assert 400 <= answer.status_code < 500 and said.isprintable(), (route, field, said)
            taken += answer.status_code < 300
    for _, path, values in FILLED:
        for field in values:
            body = world.fill(values) | {field: TEXT}
            answer = client.post(world.fill(path), body)
            assert answer.status_code in ANSWERS, (path, field, answer.status_code)
            assert SCRIPT not in answer.content.decode(), (path, field)
            taken += answer.status_code == 302
    named = SimpleUploadedFile(TEXT, json.dumps(document()).encode())
    assert SCRIPT not in client.post("/systems/import/", {"file": named}).content.decode()
    named = SimpleUploadedFile(TEXT, b"seen")
    client.post(world.fill("/mitigations/{mitigation}/attach/"), {"file": named})
    return taken


def pages(client: Client, most: int) -> dict[str, str]:
    """What somebody sees who follows every link from Home on, catalogs aside."""
    seen: dict[str, str] = {}
    waiting = ["/", "/people/", "/notices/", "/catalog/own/"]
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = client.get(path)
        assert answer.status_code in ANSWERS, (path, answer.status_code)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            seen[path] = ""
            continue
        seen[path] = answer.content.decode()
        links = re.findall(r'href="(/[^"#?]*)', seen[path])
        waiting += [one for one in links if not one.startswith(("/static/", "/catalog/"))]
    return seen


def test_what_is_typed_is_shown_as_text_on_every_page() -> None:
    world = Wide()
    client = cast.browser(world.owner)
    assert type_everywhere(world, client) > 60
    typed = [
        name for name, one in FindingFilter.base_fields.items() if type(one) is forms.CharField
    ]
    filtered = [f"/register/?{name}={TEXT}" for name in typed]
    found = {path: client.get(path).content.decode() for path in filtered}
    found |= pages(client, 60)
    assert [path for path, text in found.items() if SCRIPT in text] == []
    assert sum(escape(SCRIPT) in text for text in found.values()) > 20
    plan = client.get(world.fill(SYSTEM + "tests/plan/?as=csv")).content.decode()
    assert not re.search(r'(^|,|\n)"?=1', plan)
