"""Systems: listed, made, imported, deleted, brought back."""

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
from threatmodel.models import System
from threatmodel.services import imports, systems
from threatmodel.services.refusal import Refusal

from . import errands
from .document import rename
from .view import View, pages, read
from .workspaces import named


class SystemBody(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    workspace = serializers.UUIDField(required=False)
    blueprint = serializers.CharField(required=False, max_length=64)


class RenameBody(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class ImportBody(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)
    workspace = serializers.UUIDField(required=False)


class Systems(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return pages(request, gate.systems(self.person()).order_by("-changed_at", "id"), row)

    @extend_schema(request=SystemBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        values = read(SystemBody, request)
        workspace = named(self, values.get("workspace"), Right.DRAW)
        blueprint = values.get("blueprint", "")
        made = systems.create(workspace, self.person(), values["name"], blueprint)
        return Response(row(made), 201)


class SystemImport(View):
    parser_classes = [MultiPartParser]
    throttle_scope = "import"

    @extend_schema(
        request=ImportBody, responses={201: OpenApiTypes.OBJECT, 202: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """The new system and its loss report; of a large file 202 and an errand that brings it."""
        values = read(ImportBody, request)
        workspace = named(self, values.get("workspace"), Right.DRAW)
        if imports.is_large(values["file"]):
            return errands.accepted(imports.ask(workspace, self.person(), values["file"]))
        done = imports.import_file(workspace, self.person(), values["file"])
        report = done.report.to_data()
        return Response({"system": row(done.system), "format": done.format, "report": report}, 201)


class SystemDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(row(gate.system(self.person(), id, Right.READ)))

    @extend_schema(request=RenameBody, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.DRAW)
        rename(system, self.person(), read(RenameBody, request)["name"])
        system.refresh_from_db()
        return Response(row(system))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        systems.delete(gate.system(self.person(), id, Right.DELETE), self.person())
        return Response(status=204)


class SystemUndelete(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        if gate.systems(self.person()).filter(pk=gate.uuid_of(id)).exists():
            raise Refusal("This system is not deleted", code="conflict")
        system = gate.system(self.person(), id, Right.DELETE, deleted=True)
        systems.undelete(system, self.person())
        return Response(row(gate.system(self.person(), id, Right.READ)))


def row(one: System) -> dict[str, Any]:
    return {
        "id": one.pk,
        "workspace": one.workspace_id,
        "name": one.name,
        "revision": one.revision,
        "as_of": one.as_of,
        "catalog": one.catalog_digest,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
        **one.summary,
    }
