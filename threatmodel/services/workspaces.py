"""Workspaces: made and renamed."""

from __future__ import annotations

from django.db import transaction

from threatmodel.gate import Person
from threatmodel.models import Member, Workspace

from . import audit
from .refusal import Refusal

MAX_OWN = 50


def create(by: Person, *, name: str) -> Workspace:
    """A workspace of one's own."""
    if Member.objects.filter(user=by.user, role="owner").count() >= MAX_OWN:
        raise Refusal(f"One person owns at most {MAX_OWN} workspaces", code="limit")
    with transaction.atomic():
        workspace = Workspace.objects.create(name=name)
        Member.objects.create(workspace=workspace, user=by.user, role="owner")
        audit.note(workspace, by, "workspace made", name)
    return workspace


def rename(workspace: Workspace, by: Person, *, name: str) -> Workspace:
    workspace.name = name
    workspace.save(update_fields=["name"])
    audit.note(workspace, by, "workspace renamed", name)
    return workspace
