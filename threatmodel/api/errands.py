"""Errands: how far an import or a decision about many findings is, and its cancelling."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import Errand
from threatmodel.models.errand import ErrandKind
from threatmodel.services import errands, jobs

from .view import View, pages

ADDRESS = "/api/v1/errands/{}/"


class Errands(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """One's own, the newest first."""
        return pages(request, jobs.in_line(gate.errands(self.person())), row)


class ErrandDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(row(gate.errand(self.person(), id, Right.READ)))


class ErrandCancel(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        return Response(row(errands.cancel(gate.errand(self.person(), id, Right.TRACK))))


def accepted(one: Errand) -> Response:
    """What was asked for is too much for one request: where to see it come."""
    return Response(row(one), 202, headers={"Location": ADDRESS.format(one.pk)})


def row(one: Errand) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "name": one.name,
        "state": one.state,
        "progress": one.progress,
        "message": one.message,
        "ahead": jobs.ahead(one),
        "left_s": errands.left_s(one),
        "size": one.size,
        "system": one.system_id,
        **(_imported(one) if one.kind == ErrandKind.IMPORT else _entered(one)),
        "created_at": one.created_at,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
    }


def _imported(one: Errand) -> dict[str, Any]:
    return {"format": one.result.get("format"), "report": one.result.get("report")}


def _entered(one: Errand) -> dict[str, Any]:
    """So many findings were entered about; the first of those that were gone, and what refused."""
    return {
        "entered": one.result.get("entered", 0),
        "gone": one.result.get("gone", 0),
        "gone_keys": one.result.get("gone_keys", []),
        "refused": one.result.get("refused", []),
    }
