"""Every route and every socket, for everybody: who may, who may not, who must not know."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from tests import cast
from tests.routes import ANYONE, EVERY, FOREIGN, PERSON, REST, ROLES, Route
from threatmodel import gate
from threatmodel.gate import RIGHTS, Person, Right
from threatmodel.models import (
    Alert,
    Errand,
    EvidenceRow,
    LinkedModel,
    Notice,
    Report,
    Run,
    Schedule,
    System,
)
from threatmodel.realtime import routes as sockets
from threatmodel.services import (
    attachments,
    baselines,
    comments,
    deliveries,
    looks,
    members,
    mitigations,
    savedviews,
    signing,
    tickets,
    tokens,
    trackers,
    votes,
    workshops,
)

pytestmark = pytest.mark.django_db
HIDDEN = {404}
IDS = "workspace system deleted member model run invite guest_invite token evidence signing_key"
IDS += " schedule alert mitigation report baseline workshop comment round view op"
IDS += " attachment ticket tracker delivery notice profile errand"
CLOSED = {401, 403, 404, 405, 410, 429}
METHODS = ("get", "post", "put", "patch", "delete")


class World:
    """One workspace with one of everything, and people around it."""

    def __init__(self) -> None:
        cache.clear()  # the counts of throttles outlive a test's database
        self.workspace, self.owner = cast.workspace()
        self.people = {role: self.owner for role in ("owner",)}
        self.system = cast.system(self.workspace, self.owner)
        for role in ROLES[:-1]:
            visited = self.system if role == "guest" else None
            self.people[role] = cast.member(self.workspace, role, system=visited)
        self.spare = cast.member(self.workspace, "viewer", "spare")
        self.removed = cast.member(self.workspace, "editor", "removed")
        self.removed.user.memberships.all().delete()
        _, secret = tokens.create(self.workspace, self.owner, name="r", scope="read")
        self.bearer = {"Authorization": f"Bearer {secret}"}
        self.op = uuid.uuid4()
        rename = cast.change("component", "c-api", set={"name": "Door"})
        cast.edit(self.system, self.owner, rename, op=self.op)
        self.deleted = cast.system(self.workspace, self.owner)
        System.objects.filter(pk=self.deleted.pk).update(deleted_at=timezone.now())
        self.ids = self._ids()

    def _ids(self) -> dict[str, str]:
        finding = self.system.findings.filter(threat__contains="-").latest("residual")
        model = LinkedModel.objects.create(
            system=self.system,
            element_id="c-api",
            name="m",
            digest="d",
            size=1,
            file=ContentFile(b"x", "m.onnx"),
            dataset_file=ContentFile(b"x", "d.npz"),
        )
        run = Run.objects.create(
            system=self.system, model=model, element_id="c-api", test="hopskipjump"
        )
        evidence = EvidenceRow.objects.create(
            system=self.system,
            element_id="c-api",
            test="t",
            origin="imported",
            adopted=False,
            data={
                "element": "c-api",
                "test": "t",
                "family": "f",
                "adaptive": False,
                "taken_on": "2026-01-01",
                "digest": "d",
                "handled": 40,
                "broken": 1,
            },
        )
        mitigation = mitigations.plan(
            self.system, self.owner, findings=[finding.key], values={"title": "Plan"}
        )
        workshop = workshops.start(self.system, self.owner)
        tracker = trackers.set_up(
            self.workspace, self.owner, kind="webhook", url="https://example.org", secret="s" * 20
        )
        found = {
            "workspace": self.workspace,
            "system": self.system,
            "deleted": self.deleted,
            "member": self.spare.user.memberships.get(),
            "model": model,
            "run": run,
            "invite": members.invite(self.workspace, self.owner, role="viewer")[0],
            "guest_invite": members.invite(
                self.workspace, self.owner, role="guest", system=self.system
            )[0],
            "token": tokens.create(self.workspace, self.owner, name="t", scope="read")[0],
            "evidence": evidence,
            "signing_key": signing.make(self.workspace, self.owner, "lab")[0],
            "schedule": Schedule.objects.create(
                system=self.system, element_id="c-api", test="corruption", occasion="nightly"
            ),
            "alert": Alert.objects.create(system=self.system, run=run, earlier=run),
            "mitigation": mitigation,
            "tracker": tracker,
            "notice": Notice.objects.create(
                user=self.owner.user, system=self.system, occasion="o", title="t", path="/"
            ),
            "delivery": deliveries.attempt(tracker, self.owner),
            "ticket": tickets.link(mitigation, self.owner, "https://example.org/1"),
            "attachment": attachments.add(
                mitigation, self.owner, SimpleUploadedFile("done.txt", b"seen")
            ),
            "baseline": baselines.keep(self.system, self.owner, "First"),
            "workshop": workshop,
            "comment": comments.say(self.system, self.owner, text="Why?", about="c-api"),
            "view": savedviews.keep(
                self.workspace, self.owner, system=self.system, name="V", query="", shared=True
            ),
            "round": votes.open_round(workshop, self.owner, finding.key),
            "profile": looks.save(self.workspace, self.owner, "All", {}),
            "report": Report.objects.create(system=self.system, format="json"),
            "errand": Errand.objects.create(
                kind="decide",
                workspace=self.workspace,
                system=self.system,
                asked={"findings": [], "values": {}},
                created_by=self.owner.user,
            ),
        }
        ids = {name: str(row.pk) for name, row in found.items()}
        return ids | {"finding": finding.key, "threat": finding.threat, "op": str(self.op)}

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.fill(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one) for one in value]
        if value == "FILE":
            return SimpleUploadedFile(
                "s.json", b'{"format": "bartizan/1", "system": {"name": "S"}}'
            )
        if isinstance(value, str):
            for name, id in {**self.ids, "new": str(uuid.uuid4())}.items():
                value = value.replace(f"{{{name}}}", id)
        return value

    def ask(self, client: Client, route: Route, **more: Any) -> int:
        path, body = self.fill(route.path), self.fill(route.body)
        if route.form or body is None:
            return int(getattr(client, route.method)(path, data=body, **more).status_code)
        return int(cast.send(client, route.method, path, body, **more).status_code)


def refused(route: Route, anonymous: bool) -> set[int]:
    if not anonymous:
        return {403}
    return {401} if route.path.startswith("/api/") else {302}


def allowed(route: Route, status: int) -> bool:
    return status in route.also or (status < 500 and status not in CLOSED)


def needs_write(route: Route) -> bool:
    """Whether a token that may only read must be refused."""
    return route in REST and route.method != "get" and route.who in ROLES[2:]


def every_pattern(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from every_pattern(entry, path)


def expected() -> set[tuple[str, str]]:
    sample = dict.fromkeys(IDS.split(), str(uuid.uuid4())) | {"finding": "t@e", "threat": "t"}
    return {
        (resolve(route.path.format(**sample).partition("?")[0]).route, route.method)
        for route in EVERY
    }


def test_every_route_has_an_expectation_for_each_of_its_methods() -> None:
    known = expected()
    routes = {route for route, _ in known}
    for path, entry in every_pattern(get_resolver()):
        if path.startswith(FOREIGN):
            continue
        assert path in routes, f"{path} has no expectation in tests/routes.py"
        view = getattr(entry.callback, "view_class", None)
        for method in METHODS if view else ():
            if hasattr(view, method):
                assert (path, method) in known, f"{method} {path} has no expectation"


@pytest.mark.parametrize("route", [r for r in EVERY if r.who != ANYONE], ids=str)
def test_a_route_is_closed_to_all_who_may_not(route: Route) -> None:
    world = World()
    got = {"nobody": world.ask(cast.browser(), route)}
    expected = {"nobody": refused(route, anonymous=True)}
    if route.who in ROLES:
        got["outsider"] = world.ask(cast.browser(cast.outsider()), route)
        got["removed"] = world.ask(cast.browser(world.removed), route)
        expected |= dict.fromkeys(["outsider", "removed"], HIDDEN)
        for role in ROLES[: ROLES.index(route.who)]:
            got[role] = world.ask(cast.browser(world.people[role]), route)
            expected[role] = {403}
        if "guest" in got and route.hidden_from_guests:
            expected["guest"] = HIDDEN
    if route.method != "get":
        got["no csrf token"] = world.ask(cast.browser(world.owner, csrf=True), route)
        expected["no csrf token"] = {403}
    if needs_write(route):
        got["read token"] = world.ask(Client(), route, headers=world.bearer)
        expected["read token"] = {403}
    assert {who: status for who, status in got.items() if status not in expected[who]} == {}


@pytest.mark.parametrize("route", EVERY, ids=str)
def test_a_route_is_open_to_all_who_may(route: Route) -> None:
    world = World()
    roles = ROLES[ROLES.index(route.who) :] if route.who in ROLES else ROLES
    roles = roles[:1] if route.spends else roles
    got = {role: world.ask(cast.browser(world.people[role]), route) for role in roles}
    if route.who == ANYONE:
        got["nobody"] = world.ask(cast.browser(), route)
    if route in REST and route.method == "get" and route.who in (PERSON, "guest", "viewer"):
        got["read token"] = world.ask(Client(), route, headers=world.bearer)
    assert {who: status for who, status in got.items() if not allowed(route, status)} == {}


def test_ids_of_another_workspace_in_a_body_are_not_found() -> None:
    world, mallory = World(), cast.outsider()
    client = cast.browser(mallory)
    own = cast.system(mallory.user.memberships.get().workspace, mallory)
    asked = [
        ("post", "/api/v1/systems/", {"name": "x", "workspace": world.ids["workspace"]}),
        ("post", "/api/v1/invites/", {"role": "owner", "workspace": world.ids["workspace"]}),
        ("post", "/api/v1/tokens/", {"name": "x", "workspace": world.ids["workspace"]}),
        ("post", "/api/v1/runs/", {"model": world.ids["model"], "test": "hopskipjump"}),
        ("get", f"/api/v1/systems/{own.pk}/mitigations/{world.ids['mitigation']}/", None),
    ]
    for method, path, body in asked:
        assert cast.send(client, method, path, body).status_code == 404, path


def test_lists_and_counts_are_the_same_before_and_after_another_team_works() -> None:
    mallory = cast.outsider()
    cast.system(mallory.user.memberships.get().workspace, mallory)
    client = cast.browser(mallory)
    paths = [route.path for route in EVERY if route.method == "get" and route.who == PERSON]
    paths = [path for path in paths if "{" not in path and "schema" not in path]
    before = {path: client.get(path).content for path in paths if path.startswith("/api/")}
    World()
    assert {path: client.get(path).content for path in before} == before


def test_rights_only_grow_with_the_role() -> None:
    for lower, higher in zip(ROLES, ROLES[1:], strict=False):
        assert RIGHTS[lower] < RIGHTS[higher] or lower == "facilitator"
    assert RIGHTS["owner"] == frozenset(Right)


GUEST_LISTS = ["/api/v1/workspaces/", "/api/v1/systems/", "/"]


def test_a_guest_sees_one_system_and_no_other_row_of_the_workspace() -> None:
    world = World()
    other = cast.system(world.workspace, world.owner)
    guest = cast.browser(world.people["guest"])
    listed = {path: guest.get(path) for path in GUEST_LISTS}
    assert listed["/api/v1/workspaces/"].json()["count"] == 0
    (row,) = listed["/api/v1/systems/"].json()["results"]
    assert row["id"] == world.ids["system"]
    assert str(other.pk) not in listed["/"].content.decode()
    world.ids["system"] = str(other.pk)
    got = {str(one): world.ask(guest, one) for one in EVERY if "{system}" in one.path}
    assert {route: status for route, status in got.items() if status not in HIDDEN} == {}


def test_a_guest_reads_and_exports_the_system() -> None:
    world = World()
    guest = cast.browser(world.people["guest"])
    base = f"/api/v1/systems/{world.ids['system']}/"
    assert guest.get(base + "document/").json()["system"]["name"] == "Scoring"
    assert cast.send(guest, "post", base + "reports/", {"format": "json"}).status_code == 201


def test_a_disabled_user_has_no_rights() -> None:
    world = World()
    world.owner.user.is_active = False
    world.owner.user.save()
    assert Person(world.owner.user).rights(world.workspace.pk) == frozenset()


LOOKUPS: list[Callable[..., object]] = [
    *(gate.workspace, gate.system, gate.mitigation, gate.linked_model),
    *(
        gate.run,
        gate.evidence,
        gate.report,
        gate.member,
        gate.workshop,
        gate.comment,
    ),
]


@pytest.mark.parametrize("id", [uuid.uuid4(), "no-id", "", None, 7])
def test_an_id_of_nothing_is_not_found_whatever_it_is(id: object) -> None:
    _, owner = cast.workspace()
    for lookup in LOOKUPS:
        with pytest.raises(gate.NotFound):
            lookup(owner, id, Right.READ)
    with pytest.raises(gate.NotFound):
        gate.token(owner, id)
    with pytest.raises(gate.NotFound):
        gate.signing_key(owner, id)
    with pytest.raises(gate.NotFound):
        gate.invite(owner, id)


def test_nobody_is_no_person() -> None:
    with pytest.raises(gate.Forbidden, match="Sign in"):
        gate.person(AnonymousUser())


def test_a_workspace_that_is_not_named_is_one_where_the_right_is_held() -> None:
    workspace, owner = cast.workspace()
    viewer = cast.member(workspace, "viewer")
    assert gate.home(viewer, Right.READ) == workspace
    with pytest.raises(gate.Forbidden):
        gate.home(viewer, Right.DRAW)
    assert gate.home(owner, Right.DRAW) == workspace


def test_every_socket_route_is_known_to_the_room_tests() -> None:
    rooms, nowhere = sockets
    assert (str(rooms.pattern), str(nowhere.pattern)) == ("ws/systems/<uuid:id>/", "")
