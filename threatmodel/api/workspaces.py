"""Workspaces, their members, invites and audit log."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import AuditEntry, Invite, Member, Workspace
from threatmodel.models.person import Role
from threatmodel.services import members, workspaces

from .view import View, pages, read


class WorkspaceBody(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class RoleBody(serializers.Serializer):
    role = serializers.ChoiceField(Role.choices)


class InviteBody(RoleBody):
    workspace = serializers.UUIDField(required=False)
    system = serializers.UUIDField(required=False)
    email = serializers.EmailField(required=False, allow_blank=True, default="")


class AcceptBody(serializers.Serializer):
    secret = serializers.CharField(max_length=200)


class Workspaces(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        found = gate.workspaces(self.person()).order_by("created_at", "id")
        return pages(request, found, self._row)

    @extend_schema(request=WorkspaceBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        made = workspaces.create(self.person(), name=read(WorkspaceBody, request)["name"])
        return Response(self._row(made), 201)

    def _row(self, one: Workspace) -> dict[str, Any]:
        return workspace_row(one) | {"role": self.person().role(one.pk)}


class WorkspaceDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        found = gate.workspace(self.person(), id, Right.READ)
        return Response(workspace_row(found) | {"role": self.person().role(found.pk)})

    @extend_schema(request=WorkspaceBody, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, id: str) -> Response:
        found = gate.workspace(self.person(), id, Right.MEMBERS)
        name = read(WorkspaceBody, request)["name"]
        return Response(workspace_row(workspaces.rename(found, self.person(), name=name)))


class Members(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return pages(request, gate.members(chosen(self, Right.READ)), member_row)


class MemberDetail(View):
    @extend_schema(request=RoleBody, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, id: str) -> Response:
        found = gate.member(self.person(), id, Right.MEMBERS)
        role = read(RoleBody, request)["role"]
        return Response(member_row(members.change_role(found, self.person(), role)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        members.remove(gate.member(self.person(), id, Right.MEMBERS), self.person())
        return Response(status=204)


class Invites(View):
    throttle_scope = "token"

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        found = gate.invites(self.person(), chosen(self, Right.INVITE_GUESTS))
        return pages(request, found, invite_row)

    @extend_schema(request=InviteBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        values = read(InviteBody, request)
        right, system = gate.inviting(values["role"]), None
        if values.get("system"):
            system = gate.system(self.person(), values["system"], right)
        workspace = system.workspace if system else named(self, values.get("workspace"), right)
        row, secret = members.invite(
            workspace, self.person(), role=values["role"], email=values["email"], system=system
        )
        link = f"{settings.BASE_URL}/join/{secret}/"
        return Response(invite_row(row) | {"secret": secret, "link": link}, 201)


class InviteDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        members.withdraw(gate.invite(self.person(), id), self.person())
        return Response(status=204)


class InviteAccept(View):
    throttle_scope = "token"

    @extend_schema(request=AcceptBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        person = self.person()
        if person.token is not None:
            raise gate.Forbidden("A token cannot join a workspace")
        return Response(
            member_row(members.join(read(AcceptBody, request)["secret"], person.user)), 201
        )


class Audit(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return pages(request, gate.audit(chosen(self, Right.AUDIT)), audit_row)


def chosen(view: View, right: Right) -> Workspace:
    """The workspace that the query names, or the person's first where the right is held."""
    return named(view, view.request.query_params.get("workspace"), right)


def named(view: View, id: object, right: Right) -> Workspace:
    person = view.person()
    return gate.workspace(person, id, right) if id else gate.home(person, right)


def workspace_row(one: Workspace) -> dict[str, Any]:
    return {"id": one.pk, "name": one.name, "created_at": one.created_at}


def member_row(one: Member) -> dict[str, Any]:
    user = {"id": one.user.pk, "name": gate.Person(one.user).name, "email": one.user.email}
    place = {"workspace": one.workspace_id, "system": one.system_id}
    return {"id": one.pk, **place, "user": user, "role": one.role}


def invite_row(one: Invite) -> dict[str, Any]:
    return {
        "id": one.pk,
        "workspace": one.workspace_id,
        "system": one.system_id,
        "role": one.role,
        "email": one.email,
        "expires_at": one.expires_at,
    }


def audit_row(one: AuditEntry) -> dict[str, Any]:
    by = {"id": one.by_id, "name": one.by_name}
    return {"id": one.pk, "at": one.at, "by": by, "action": one.action, "subject": one.subject}
