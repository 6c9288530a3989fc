"""Starting from a blueprint: cards, the page of one, REST, and the system that comes of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog import load
from catalog.blueprint import blueprints
from tests import cast
from tests.cast import send
from tests.reports.cases import HOSTILE
from threatmodel.blueprints import drawn, opening
from threatmodel.models import LogEntry, System
from threatmodel.rows import read_document

pytestmark = pytest.mark.django_db
ONE = "fraud-detection"
URL = "/api/v1/catalog/blueprints/"


def begin(client, **values) -> System:
    """Post the form of a blueprint's page, and the system whose diagram it leads to."""
    answer = client.post(reverse("create"), {"name": "Ours", "blueprint": ONE} | values)
    made = System.objects.get()
    assert answer.headers["Location"] == reverse("diagram", args=[made.pk])
    return made


@pytest.mark.parametrize("id", blueprints())
def test_every_blueprint_begins_a_system_as_it_was_announced(client, id):
    made = begin(client, blueprint=id)
    promised = opening(id, made.as_of)
    by_level = {level.key: count for level, count in promised.by_level.items()}
    assert {key: count for key, count in made.summary["by_level"].items() if count} == by_level
    assert made.summary["questions"] == promised.questions
    assert made.summary["components"] == blueprints()[id].components


def test_the_system_is_the_drawing_under_its_own_name(client):
    made = begin(client, name="Cards in Ulm")
    document = read_document(made, load())
    expected = drawn(ONE)
    assert made.name == document.system.name == "Cards in Ulm"
    assert replace(document, system=expected.system) == expected
    assert document.system == replace(expected.system, name="Cards in Ulm")


def test_beginning_from_a_blueprint_is_one_entry_of_the_log(client):
    made = begin(client)
    assert [entry.kind for entry in LogEntry.objects.filter(system=made)] == ["operation"]


def test_two_systems_of_one_blueprint_do_not_share_their_edits(client, olga):
    first = begin(client)
    cast.edit(first, olga[1], cast.change("component", "c-score", set={"name": "Changed"}))
    made = send(client, "post", "/api/v1/systems/", {"name": "Second", "blueprint": ONE}).json()
    document = read_document(System.objects.get(pk=made["id"]), load())
    assert document.components["c-score"].name == drawn(ONE).components["c-score"].name


@pytest.mark.parametrize("wrong", ["no-such", "../secrets", "<b>", "x" * 65])
def test_a_blueprint_that_is_not_there_changes_nothing(client, wrong):
    answer = client.post(reverse("create"), {"name": "Ours", "blueprint": wrong}, follow=True)
    assert "choose one of the catalog" in answer.content.decode()
    refused = send(client, "post", "/api/v1/systems/", {"name": "Ours", "blueprint": wrong})
    assert refused.status_code == 400
    assert refused.json()["error"]["field"] == "blueprint"
    assert not System.objects.exists()


def test_a_name_for_a_new_system_is_asked_for(client):
    answer = client.post(reverse("create"), {"name": " ", "blueprint": ONE}, follow=True)
    assert "Give the system a name" in answer.content.decode()
    assert not System.objects.exists()


def test_a_hostile_name_is_only_text(client):
    made = begin(client, name=HOSTILE[:200])
    page = client.get(reverse("findings", args=[made.pk])).content.decode()
    assert "<script>alert(1)" not in page


def test_home_offers_every_blueprint_with_its_picture(client, olga):
    empty = client.get("/").content.decode()
    cast.system(*olga)
    full = client.get("/").content.decode()
    for page in (empty, full):
        for id, one in blueprints().items():
            assert page.count(f'href="{reverse("blueprint", args=[id])}"') == 1, id
            assert one.name in page
        assert page.count('class="card-picture"><svg') == len(blueprints())


def test_a_viewer_may_look_but_is_not_offered_to_begin(olga):
    client = cast.browser(cast.member(olga[0], "viewer"))
    page = client.get(reverse("blueprint", args=[ONE])).content.decode()
    assert "Start from it" not in page
    assert "Ask an owner" in page
    assert "card-picture" not in client.get("/").content.decode()


@pytest.mark.parametrize("id", blueprints())
def test_a_blueprint_has_a_page_with_its_drawing(client, id):
    page = client.get(reverse("blueprint", args=[id])).content.decode()
    document = drawn(id)
    assert f"Diagram of {document.system.name}" in page
    for one in (*document.adversaries.values(), *document.assets.values()):
        assert one.name.replace("'", "&#x27;") in page


def test_the_list_is_searched_by_what_people_call_such_a_system(client):
    found = client.get(reverse("blueprints"), {"q": "Credit card"}).context["cards"]
    assert [card.blueprint.id for card in found] == [ONE]
    nothing = client.get(reverse("blueprints"), {"q": "no such"})
    assert "matches “no such”" in nothing.content.decode()


@pytest.mark.parametrize("path", ["/catalog/blueprints/no-such/", f"{URL}no-such/"])
def test_a_blueprint_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_rest_lists_blueprints_and_gives_one_with_its_document(client):
    listed = client.get(URL).json()
    assert listed["count"] == len(blueprints())
    assert {one["id"] for one in listed["results"]} == set(blueprints())
    answer = client.get(f"{URL}{ONE}/")
    one = answer.json()
    assert one["document"]["format"] == "bartizan/1"
    assert len(one["document"]["components"]) == one["components"]
    again = client.get(f"{URL}{ONE}/", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_document_of_a_blueprint_can_be_imported(client):
    document = client.get(f"{URL}{ONE}/").json()["document"]
    file = SimpleUploadedFile("b.json", json.dumps(document).encode())
    report = client.post("/api/v1/systems/import/", {"file": file}).json()["report"]
    assert report["dropped"] == report["kept"] == []
