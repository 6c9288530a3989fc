"""The catalog's pages about other people's frameworks: whose they are, and what links them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog import load
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    _, person = cast.workspace()
    return cast.browser(person)


def page(client, name: str) -> str:
    answer = client.get(reverse("catalog-entry", args=["frameworks", name]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", load().frameworks)
def test_a_framework_says_whose_it_is_under_which_licence(client, name):
    framework = load().frameworks[name]
    shown = page(client, name)
    assert framework.publisher in shown
    assert framework.licence in shown
    assert framework.notice.split(". ")[0].replace("'", "&#x27;") in shown
    assert list(framework.entries)[-1] in shown


def test_a_later_edition_shows_what_moved_and_was_renamed(client):
    shown = page(client, "atlas-2026-09")
    assert "AML.T0019 to AML.T0115.000" in shown
    assert "was Poison Training Data" in shown
    assert "What changed since" not in page(client, "atlas")


def test_links_tell_their_publisher_from_us(client):
    shown = page(client, "owasp-llm-2026")
    assert "10 links, ours" in shown
    assert "33 links, by OWASP Foundation, CC BY-SA 4.0" in shown


def test_the_links_themselves_come_over_the_api(client):
    shown = client.get("/api/v1/catalog/crosswalks/owasp-llm-editions/").json()
    assert {"source": ["owasp-llm-2026", "LLM03"], "target": ["owasp-llm-2025", "LLM06"]} in shown[
        "links"
    ]
    assert shown["by"] == "ours"
