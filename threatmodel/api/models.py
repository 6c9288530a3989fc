"""Linked models: a file and its data set on a component."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.services import models

from .view import View, pages, read

FILES = ("model", "data", "description")


class ModelBody(serializers.Serializer):
    """`data` is an npz with `x` and `y`, `description` its dataset.yaml."""

    system = serializers.UUIDField()
    component = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=200, required=False, default="")
    model = serializers.FileField()
    data = serializers.FileField()
    description = serializers.FileField(required=False, default=None)


class NameBody(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class Models(View):
    parser_classes = [MultiPartParser]

    @property
    def throttle_scope(self) -> str | None:
        """Uploads are counted, looking is not."""
        return "upload" if self.request.method == "POST" else None

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        person = self.person()
        found = models.among(gate.systems(person))
        if system := request.query_params.get("system", ""):
            found = found.filter(system=gate.system(person, system, Right.READ))
        return pages(request, found, models.row)

    @extend_schema(request={"multipart/form-data": ModelBody}, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        values = read(ModelBody, request)
        system = gate.system(self.person(), values["system"], Right.LINK_MODELS)
        files = {field: values[field] for field in FILES}
        row = models.link_upload(system, self.person(), values["component"], files, values["name"])
        return Response(models.row(row), 201)


class ModelDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(models.row(gate.linked_model(self.person(), id, Right.READ)))

    @extend_schema(request=NameBody, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, id: str) -> Response:
        row = gate.linked_model(self.person(), id, Right.LINK_MODELS)
        name = read(NameBody, request)["name"]
        return Response(models.row(models.rename(row, self.person(), name)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        models.unlink(gate.linked_model(self.person(), id, Right.LINK_MODELS), self.person())
        return Response(status=204)
