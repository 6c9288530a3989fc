"""Attack paths, and what to put in place: worked out on request, kept by revision."""

from __future__ import annotations

from hashlib import blake2b

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import System
from threatmodel.planning import LEVELS, basket, paths, question, read_picks

from .view import View, choice, matches, number

MOST_PATHS = 10
PICK = "control@element, as a plan lists them; repeated for several"


class Paths(View):
    """How likely each asset is hit, by which ways, and what would help most."""

    @extend_schema(
        parameters=[
            OpenApiParameter("paths", int, description=f"for each asset, 1 to {MOST_PATHS}")
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        k = number(request, "paths", 5, 1, MOST_PATHS)
        tag = _tag(system, f"paths {k}")
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(paths(system, k), headers={"ETag": tag})


class Plan(View):
    """The basket of controls that brings findings within the appetite; or what one's own leaves."""

    @extend_schema(
        parameters=[
            OpenApiParameter("appetite", enum=LEVELS, description="the system's by default"),
            OpenApiParameter("pick", many=True, description=PICK),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        appetite = choice(request, "appetite", LEVELS)
        picks = read_picks(request.query_params.getlist("pick"))
        tag = _tag(system, question(appetite, picks))
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        return Response(basket(system, appetite, picks), headers={"ETag": tag})


def _tag(system: System, question: str) -> str:
    digest = blake2b(question.encode(), digest_size=8).hexdigest()
    return f'"{system.pk}-{system.revision}-{system.as_of}-{system.catalog_digest[:12]}-{digest}"'
