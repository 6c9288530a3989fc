"""What a workspace knows of its own, and which catalog a system goes by."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.core import wire
from threatmodel.core.findings import Finding
from threatmodel.gate import Right
from threatmodel.models import OwnCatalog
from threatmodel.services import catalogs, owncatalogs
from threatmodel.services.catalogs import Preview, Side

from .view import View, pages, read


class OwnCatalogBody(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)


class ApplyBody(serializers.Serializer):
    to = serializers.CharField(max_length=64)


class OwnCatalogs(View):
    """A workspace's own entries, by version; the newest counts."""

    parser_classes = [MultiPartParser]

    @property
    def throttle_scope(self) -> str | None:
        return "import" if self.request.method == "POST" else None

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        workspace = gate.workspace(self.person(), id, Right.READ)
        return pages(request, gate.own_catalogs(workspace), version_row)

    @extend_schema(request=OwnCatalogBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        workspace = gate.workspace(self.person(), id, Right.CATALOG)
        file = read(OwnCatalogBody, request)["file"]
        return Response(version_row(owncatalogs.upload(workspace, self.person(), file)), 201)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def delete(self, request: Request, id: str) -> Response:
        workspace = gate.workspace(self.person(), id, Right.CATALOG)
        return Response(version_row(owncatalogs.remove(workspace, self.person())))


class SystemCatalog(View):
    """The catalog that a system goes by, and what the newest one would change."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        return Response(preview_row(catalogs.preview(system)))

    @extend_schema(request=ApplyBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.CATALOG)
        entry = catalogs.apply(system, self.person(), read(ApplyBody, request)["to"])
        return Response({"revision": entry.revision, **entry.changes[0]})


def version_row(one: OwnCatalog) -> dict[str, Any]:
    return {
        "version": one.version,
        "name": one.name,
        "digest": one.digest,
        "counts": one.counts,
        "by": one.by_name,
        "at": one.at,
    }


def preview_row(seen: Preview) -> dict[str, Any]:
    change = seen.change
    return {
        "from": seen.before.catalog.digest,
        "to": seen.after.catalog.digest,
        "newer": seen.newer,
        "risk": {
            "before": wire.summary(seen.before.summary),
            "after": wire.summary(seen.after.summary),
        },
        "new": [_row(one, seen.after) for one in change.new],
        "changed": [
            {"before": _row(one.before, seen.before), "after": _row(one.after, seen.after)}
            for one in change.changed
        ],
        "gone": [_row(one, seen.before) for one in change.gone],
        "reworded": change.reworded,
        "drawing": [{"what": one.what, "why": one.why} for one in seen.remarks],
    }


def _row(one: Finding, side: Side) -> dict[str, Any]:
    return wire.finding_row(one, side.catalog, side.document)
