"""Comments: who says what about what, whom it reaches, what stays of what is taken back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests import cast
from threatmodel import events
from threatmodel.gate import Person
from threatmodel.models import Comment, System
from threatmodel.services import comments

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        cache.clear()
        self.workspace, self.olga = cast.workspace()
        self.eve = cast.member(self.workspace, "editor", "eve")
        self.system = cast.system(self.workspace, self.olga)
        self.guest = cast.member(self.workspace, "guest", system=self.system)
        self.mallory = cast.outsider()

    @property
    def path(self) -> str:
        return f"/api/v1/systems/{self.system.pk}/comments/"


@pytest.fixture
def world() -> World:
    return World()


def say(client: Client, world: World, text: str = "Why?", **more: Any) -> Any:
    return cast.send(client, "post", world.path, {"text": text, **more})


def named(client: Client) -> bool:
    return "You are asked" in client.get("/").content.decode()


def test_a_comment_on_a_component_is_answered_and_settled(world: World) -> None:
    olga, guest = cast.browser(world.olga), cast.browser(world.guest)
    first = say(olga, world, about="c-api").json()
    answer = say(guest, world, "Because", thread=first["id"]).json()
    assert (answer["about"], answer["thread"]) == ("c-api", first["id"])
    resolve = f"/api/v1/comments/{first['id']}/resolve/"
    done = cast.send(guest, "post", resolve, {"resolved": True}).json()
    assert done["resolved"]["by"] == "guest"
    say(olga, world, "But", thread=first["id"])
    (begun,) = [one for one in olga.get(world.path).json()["results"] if one["thread"] is None]
    assert begun["resolved"] is None, "an answer opens the thread again"


def test_a_finding_is_talked_about_by_its_key(world: World) -> None:
    finding = world.system.findings.first()
    assert finding is not None
    said = say(cast.browser(world.eve), world, about=finding.key)
    assert said.status_code == 201
    found = cast.browser(world.olga).get(world.path, {"about": finding.key}).json()
    assert [one["id"] for one in found["results"]] == [said.json()["id"]]


def test_who_is_named_finds_it_on_their_home_until_it_is_read(world: World) -> None:
    eve = cast.browser(world.eve)
    said = say(cast.browser(world.olga), world, "@eve, is it?", mentions=[world.eve.id]).json()
    assert said["mentions"] == [{"id": world.eve.id, "name": "eve"}]
    assert named(eve) and not named(cast.browser(world.olga))
    assert eve.post(f"/api/v1/comments/{said['id']}/read/").status_code == 204
    assert not named(eve)


def test_a_mention_is_gone_with_its_comment(world: World) -> None:
    olga = cast.browser(world.olga)
    said = say(olga, world, "@eve", mentions=[world.eve.id]).json()
    assert olga.delete(f"/api/v1/comments/{said['id']}/").status_code == 204
    assert not named(cast.browser(world.eve))
    assert Comment.objects.get(pk=said["id"]).text == "", "the words are gone for good"
    assert olga.get(world.path).json()["count"] == 0


def test_only_those_who_can_read_the_system_are_named(world: World) -> None:
    for stranger in (world.mallory.id, 2_000_000):
        answer = say(cast.browser(world.olga), world, mentions=[stranger])
        assert answer.status_code == 400
        assert answer.json()["error"]["field"] == "mentions"
    assert not world.system.comments.exists(), "nothing half done"


def test_nobody_changes_anothers_words(world: World) -> None:
    said = comments.say(world.system, world.eve, text="Mine")
    path = f"/api/v1/comments/{said.pk}/"
    for person, status in ((world.olga, 403), (world.guest, 403), (world.mallory, 404)):
        client = cast.browser(person)
        assert cast.send(client, "patch", path, {"text": "Theirs"}).status_code == status
        assert client.delete(path).status_code == status
    edited = cast.send(cast.browser(world.eve), "patch", path, {"text": "Still mine"}).json()
    assert edited["text"] == "Still mine" and edited["edited_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": 7}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({}, "text"),
        ({"text": "x", "about": "c-nowhere"}, "about"),
        ({"text": "x", "about": "y" * 161}, "about"),
        ({"text": "x", "thread": str(uuid.uuid4())}, "thread"),
        ({"text": "x", "thread": "none"}, "thread"),
        ({"text": "x", "mentions": [0]}, "mentions"),
        ({"text": "x", "mentions": ["eve"]}, "mentions"),
        ({"text": "x", "mentions": list(range(1, 60))}, "mentions"),
    ],
)
def test_a_bad_comment_is_refused_by_its_field(world: World, body: Any, field: str) -> None:
    answer = cast.send(cast.browser(world.olga), "post", world.path, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["field"].startswith(field)
    assert not world.system.comments.exists()


def test_a_thread_of_another_system_is_not_answered_here(world: World) -> None:
    other = cast.system(world.workspace, world.olga)
    theirs = comments.say(other, world.olga, text="There")
    answer = say(cast.browser(world.olga), world, thread=str(theirs.pk))
    assert answer.json()["error"]["field"] == "thread"


def test_markup_is_kept_and_shown_as_text(world: World) -> None:
    text = "<img src=x onerror=alert(1)> \u202egnp.exe {{ 7*7 }}"
    comments.say(world.system, world.olga, text=text, mentions=[world.eve.id])
    eve = cast.browser(world.eve)
    assert eve.get(world.path).json()["results"][0]["text"] == text
    page = eve.get("/").content.decode()
    assert "<img src=x" not in page and "&lt;img src=x" in page


def test_a_guest_knows_those_who_took_part_and_no_others(world: World) -> None:
    comments.say(world.system, world.eve, text="Here")
    path = f"/api/v1/systems/{world.system.pk}/people/"

    def known(person: Person) -> set[str]:
        return {one["name"] for one in cast.browser(person).get(path).json()["results"]}

    cast.member(world.workspace, "viewer", "quiet")
    assert known(world.olga) == {"olga", "eve", "guest", "quiet"}
    assert known(world.guest) == {"olga", "eve"} - ({"olga"} - drew(world.system))


def drew(system: System) -> set[str]:
    return set(system.log.exclude(by=None).values_list("by__username", flat=True))


def test_the_room_is_told_after_the_commit(
    world: World, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(events, "publish", lambda id, frame: told.append((id, frame)))
    with django_capture_on_commit_callbacks(execute=True):
        said = comments.say(world.system, world.olga, text="Hear")
        assert not told
    assert [(id, frame["comment"]["text"]) for id, frame in told] == [
        (str(world.system.pk), "Hear")
    ]
    assert comments.latest(world.system) == said.changed_at
