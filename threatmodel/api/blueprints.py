"""Blueprints: what there is to start from, and each with the document that it begins as."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.blueprint import Blueprint, blueprints
from threatmodel.blueprints import drawn
from threatmodel.core.document import to_data
from threatmodel.gate import NotFound

from .view import View, matches


class Blueprints(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        results = [row(one) for one in blueprints().values()]
        return Response({"count": len(results), "next": None, "previous": None, "results": results})


class BlueprintDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        found = blueprints().get(id)
        if found is None:
            raise NotFound("The catalog has no such blueprint")
        tag = f'"{found.digest}"'
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(row(found) | {"document": to_data(drawn(id))}, headers={"ETag": tag})


def row(one: Blueprint) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "summary": one.summary,
        "for": list(one.words),
        "components": one.components,
    }
