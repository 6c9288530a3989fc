"""The people of the tests: Olga owns a workspace, others have roles in it, Mallory has her own."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from threatmodel.core.document import parse
from threatmodel.core.inputs import Inputs
from threatmodel.gate import Person
from threatmodel.models import Member, System, Workspace
from threatmodel.services import systems
from threatmodel.services.operations import Answer, Submission, apply_operations


def workspace(owner: str = "olga") -> tuple[Workspace, Person]:
    """A workspace with its owner."""
    made = Workspace.objects.create(name=f"{owner}'s workspace")
    return made, member(made, "owner", owner)


def member(workspace: Workspace, role: str, name: str = "", system: System | None = None) -> Person:
    """Somebody with that role; a guest of that system."""
    name = name or role
    user = User.objects.filter(username=name).first()
    user = user or User.objects.create_user(name, f"{name}@example.org")
    Member.objects.create(workspace=workspace, user=user, role=role, system=system)
    return Person(user)


def outsider(name: str = "mallory") -> Person:
    """Somebody who owns another workspace, and no part of ours."""
    return workspace(name)[1]


def browser(person: Person | None = None, *, csrf: bool = False) -> Client:
    """A browser, signed in."""
    client = Client(enforce_csrf_checks=csrf)
    if person is not None:
        client.force_login(person.user)
    return client


def drawing() -> dict[str, Any]:
    """A small scoring service: a stranger, an interface, data and a training job."""
    return {
        "format": "bartizan/1",
        "system": {"name": "Scoring"},
        "assets": [
            {
                "id": "a-cards",
                "name": "Cards",
                "kind": "data",
                "personal": True,
                "integrity": "high",
            }
        ],
        "zones": [
            {"id": "z-net", "kind": "internet", "name": "Internet"},
            {"id": "z-prod", "kind": "production", "name": "Production"},
        ],
        "components": [
            {"id": "c-user", "type": "external-user", "name": "Client", "zone": "z-net"},
            {
                "id": "c-api",
                "type": "inference-endpoint",
                "name": "Scoring API",
                "zone": "z-prod",
                "assets": ["a-cards"],
            },
            {"id": "c-data", "type": "data-set", "name": "History", "zone": "z-prod"},
        ],
        "flows": [
            {"id": "f-ask", "kind": "request", "source": "c-user", "target": "c-api"},
            {"id": "f-train", "kind": "training", "source": "c-data", "target": "c-api"},
        ],
    }


def system(workspace: Workspace, by: Person, data: dict[str, Any] | None = None) -> System:
    """A system with the small drawing."""
    from catalog import load

    document, _ = parse(data or drawing(), load())
    return systems.add(workspace, by, document, Inputs())


def edit(
    system: System, by: Person, *changes: dict[str, Any], op: uuid.UUID | None = None
) -> Answer:
    """Make one edit through the one gate."""
    submission = Submission(op or uuid.uuid4(), by, list(changes))
    (answer,) = apply_operations(system.pk, [submission])
    return answer


def change(kind: str, id: str, **action: Any) -> dict[str, Any]:
    """change("component", "c-api", set={...})"""
    return {"kind": kind, "id": id, **action}


def send(client: Client, method: str, path: str, body: Any = None, **more: Any) -> Any:
    """A request with a JSON body."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    arguments = {"data": data, "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(path, **arguments, **more)
