"""API tokens of a workspace."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import Token
from threatmodel.models.person import Scope
from threatmodel.services import tokens

from .view import View, pages, read
from .workspaces import chosen, named


class TokenBody(serializers.Serializer):
    workspace = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=200)
    scope = serializers.ChoiceField(Scope.choices, default=Scope.READ)
    days = serializers.IntegerField(min_value=1, max_value=3650, required=False)


class Tokens(View):
    throttle_scope = "token"

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        standing = chosen(self, Right.TOKENS).tokens.filter(revoked_at=None)
        return pages(request, standing.select_related("user").order_by("-created_at", "id"), row)

    @extend_schema(request=TokenBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        values = read(TokenBody, request)
        workspace = named(self, values.pop("workspace", None), Right.TOKENS)
        token, secret = tokens.create(workspace, self.person(), **values)
        return Response(row(token) | {"secret": secret}, 201)


class TokenDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        tokens.revoke(gate.token(self.person(), id), self.person())
        return Response(status=204)


def row(one: Token) -> dict[str, Any]:
    return {
        "id": one.pk,
        "workspace": one.workspace_id,
        "name": one.name,
        "scope": one.scope,
        "user": {"id": one.user.pk, "name": gate.Person(one.user).name},
        "created_at": one.created_at,
        "expires_at": one.expires_at,
        "last_used_at": one.last_used_at,
    }
