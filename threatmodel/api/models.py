"""Linked models: a file and its data set on a component, or an endpoint that is asked there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Person, Right
from threatmodel.models import LinkedModel, System
from threatmodel.services import endpoints, models
from threatmodel.services.endpoints import Address, Budget
from threatmodel.services.refusal import Refusal

from .view import View, pages, read

FILES = ("model", "data", "description")


class ModelBody(serializers.Serializer):
    """`data` is an npz with `x` and `y`, `description` its dataset.yaml. In place of `model`, `url`
    and `adapter` link an endpoint; `options` are the adapter's, as JSON. A `secret` is never given
    out again."""

    system = serializers.UUIDField()
    component = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=200, required=False, default="")
    model = serializers.FileField(required=False, default=None)
    data = serializers.FileField(required=False, default=None)
    description = serializers.FileField(required=False, default=None)
    url = serializers.CharField(max_length=2000, required=False, default="")
    adapter = serializers.CharField(max_length=20, required=False, default="")
    options = serializers.CharField(max_length=40_000, required=False, default="{}")
    secret = serializers.CharField(max_length=4000, required=False, default="")
    secret_header = serializers.CharField(max_length=100, required=False, default="")
    version = serializers.CharField(max_length=200, required=False, default="")


class ConsentBody(serializers.Serializer):
    """Who agreed to what, until when, and the most that may be asked."""

    statement = serializers.CharField(max_length=2000)
    until = serializers.DateField()
    requests_per_run = serializers.IntegerField()
    rows_per_run = serializers.IntegerField()
    requests_per_day = serializers.IntegerField()
    rows_per_day = serializers.IntegerField()
    per_second = serializers.FloatField(required=False, default=2.0)
    cost_per_request = serializers.DecimalField(12, 6, required=False, default=Decimal(0))
    cost_per_day = serializers.DecimalField(12, 2, required=False, default=Decimal(0))


class StopBody(serializers.Serializer):
    because = serializers.CharField(max_length=500, required=False, default="")


class NameBody(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class Models(View):
    parser_classes = [MultiPartParser]
    throttle_scope = "upload"

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
        link = _link_endpoint if values["url"] else _link_file
        row = link(system, self.person(), values, files)
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


def _link_file(
    system: System, person: Person, values: Mapping[str, Any], files: Mapping[str, Any]
) -> LinkedModel:
    for field in ("model", "data"):
        if files[field] is None:
            raise Refusal("Give the file, or the url of an endpoint", field=field)
    return models.link_upload(system, person, values["component"], files, values["name"])


def _link_endpoint(
    system: System, person: Person, values: Mapping[str, Any], files: Mapping[str, Any]
) -> LinkedModel:
    if files["model"] is not None:
        raise Refusal("Give a model's file or an endpoint's url, not both", field="url")
    address = Address(
        values["url"],
        values["adapter"],
        endpoints.options(values["options"]),
        values["secret"],
        values["secret_header"],
        values["version"],
    )
    uploaded = {"data": files["data"], "description": files["description"]}
    component, name = values["component"], values["name"]
    return endpoints.link_upload(system, person, component, address, uploaded, name)


class ModelConsent(View):
    @extend_schema(request=ConsentBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        row = gate.linked_model(self.person(), id, Right.ACCEPT)
        values = read(ConsentBody, request)
        statement, until = values.pop("statement"), values.pop("until")
        endpoints.agree(row, self.person(), statement, until, Budget(**values))
        return Response(models.row(row))


class ModelStop(View):
    @extend_schema(request=StopBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        row = gate.linked_model(self.person(), id, Right.RUN)
        endpoints.stop(row, self.person(), read(StopBody, request)["because"])
        return Response(models.row(row))


class ModelResume(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        row = gate.linked_model(self.person(), id, Right.ACCEPT)
        endpoints.resume(row, self.person())
        return Response(models.row(row))
