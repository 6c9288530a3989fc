"""How a workspace's reports look, and the options that it keeps under a name."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import ReportProfile, Workspace
from threatmodel.services import looks, reports

from .view import View, pages, read


class ProfileBody(serializers.Serializer):
    """Options as `POST /systems/{id}/reports/` takes them; the same name again replaces them."""

    name = serializers.CharField(max_length=80)
    paper = serializers.CharField(max_length=8, required=False, allow_blank=True)
    classification = serializers.CharField(max_length=60, required=False, allow_blank=True)
    sections = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=40
    )


class LookBody(serializers.Serializer):
    """A colour like #4449c6, empty for ours; a logo as PNG or JPEG; `bare` takes the logo away."""

    accent = serializers.CharField(max_length=7, required=False, allow_blank=True)
    logo = serializers.FileField(required=False)
    bare = serializers.BooleanField(required=False, default=False)


class Profiles(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        workspace = gate.workspace(self.person(), id, Right.READ)
        return pages(request, workspace.report_profiles.all(), row)

    @extend_schema(request=ProfileBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        workspace = gate.workspace(person, id, Right.DRAW)
        values = read(ProfileBody, request)
        name = values.pop("name")
        return Response(row(looks.save(workspace, person, name, reports.checked(values))), 201)


class ProfileDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str, profile: str) -> Response:
        person = self.person()
        workspace = gate.workspace(person, id, Right.DRAW)
        if not workspace.report_profiles.filter(pk=profile).exists():
            raise gate.NotFound("There is no such profile in this workspace")
        looks.forget(workspace, person, profile)
        return Response(status=204)


class Look(View):
    parser_classes = [MultiPartParser]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(_look(gate.workspace(self.person(), id, Right.READ)))

    @extend_schema(request=LookBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        workspace = gate.workspace(person, id, Right.CATALOG)
        serializer = LookBody(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        file = values.get("logo")
        accent = values.get("accent", looks.of(workspace).accent)
        body = file.read(looks.MAX_LOGO + 1) if file else None
        looks.dress(workspace, person, accent=accent, logo=body, bare=values["bare"])
        return Response(_look(workspace))


def _look(workspace: Workspace) -> dict[str, Any]:
    found = looks.of(workspace)
    return {"accent": found.accent, "has_logo": bool(found.logo)}


def row(one: ReportProfile) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "options": one.options,
        "by": one.by_name,
        "at": one.at,
    }
