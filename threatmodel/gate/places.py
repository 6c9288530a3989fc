"""Workspaces and systems, as far as they exist for a person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from threatmodel.models import AuditEntry, Member, OwnCatalog, System, Workspace

from .rights import Forbidden, NotFound, Person, Right, check, counting, uuid_of


def workspaces(person: Person) -> QuerySet[Workspace]:
    """The workspaces that the person belongs to; as a guest one belongs to none."""
    mine = Workspace.objects.filter(members__user=person.user, members__system=None)
    return mine.filter(pk=person.token.workspace_id) if person.token else mine


def workspace(person: Person, id: object, right: Right) -> Workspace:
    row = Workspace.objects.filter(pk=uuid_of(id)).first()
    if row is None:
        raise NotFound("There is no such workspace")
    check(person, row.pk, right, "workspace")
    return row


def home(person: Person, right: Right) -> Workspace:
    """The workspace that is meant when none is named: the first one where the right is held."""
    for row in workspaces(person).order_by("created_at", "id"):
        if right in person.rights(row.pk):
            return row
    raise Forbidden(f"In none of your workspaces may you do this ({right})")


def systems(person: Person, *, deleted: bool = False) -> QuerySet[System]:
    """The systems that the person may read."""
    found = System.objects.filter(Q(workspace__in=workspaces(person)) | Q(pk__in=_visited(person)))
    return found.filter(deleted_at__isnull=not deleted)


def _visited(person: Person) -> QuerySet[Any, Any]:
    """The systems whose guest the person is."""
    visits = Member.objects.filter(user=person.user, system__isnull=False)
    if person.token:
        visits = visits.filter(workspace=person.token.workspace_id)
    return visits.values("system")


def system(person: Person, id: object, right: Right, *, deleted: bool = False) -> System:
    """One system, if the person may do what `right` says with it."""
    row = System.objects.filter(pk=uuid_of(id), deleted_at__isnull=not deleted).first()
    if row is None:
        raise NotFound("There is no such system")
    check(person, row.workspace_id, right, "system", row.pk)
    return row


def people_of(person: Person, system: System) -> QuerySet[User]:
    """Who may read a system, to be named there; a guest knows those who took part in it."""
    held = Member.objects.filter(counting(system.pk), workspace_id=system.workspace_id)
    found = User.objects.filter(pk__in=held.values("user"), is_active=True)
    if Right.AUDIT in person.rights(system.workspace_id, system.pk):
        return found
    spoke = system.comments.exclude(by=None).values("by")
    drew = system.log.exclude(by=None).values("by")
    return found.filter(Q(pk__in=spoke) | Q(pk__in=drew))


def members(workspace: Workspace) -> QuerySet[Member]:
    return workspace.members.select_related("user", "system").order_by("created_at", "id")


def audit(workspace: Workspace) -> QuerySet[AuditEntry]:
    return workspace.audit.order_by("-at", "id")


def own_catalogs(workspace: Workspace) -> QuerySet[OwnCatalog]:
    """Every version of the workspace's own entries, the newest first; without their text."""
    return OwnCatalog.objects.filter(workspace=workspace).defer("source")


def own_catalog(workspace: Workspace, version: int) -> OwnCatalog:
    """One version, with its text."""
    kept = OwnCatalog.objects.filter(workspace=workspace).exclude(digest="")
    row = kept.filter(version=version).first()
    if row is None:
        raise NotFound("There is no such version")
    return row
