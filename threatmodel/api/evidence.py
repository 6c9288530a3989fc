"""Evidence: what was measured, here or elsewhere."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.core.inputs import Evidence as EvidenceValue
from threatmodel.gate import Right
from threatmodel.models import EvidenceRow
from threatmodel.services import evidence
from threatmodel.services.refusal import Refusal

from .view import View, pages, read

ROLES = ("train", "holdout", "reference")
MOST = 10_000_000


class EvidenceBody(serializers.Serializer):
    """A result of another tool, or of `manage.py attack` on somebody's own machine."""

    element = serializers.CharField(max_length=64)
    test = serializers.CharField(max_length=64)
    family = serializers.CharField(max_length=64)
    adaptive = serializers.BooleanField(default=False)
    taken_on = serializers.DateField(required=False)
    digest = serializers.CharField(max_length=64, default="", allow_blank=True)
    handled = serializers.IntegerField(min_value=0, max_value=MOST)
    broken = serializers.IntegerField(min_value=0, max_value=MOST)
    eps = serializers.FloatField(required=False, min_value=0, max_value=1e9)
    norm = serializers.CharField(max_length=16, default="", allow_blank=True)
    eps_reason = serializers.CharField(max_length=1000, default="", allow_blank=True)
    budget = serializers.IntegerField(required=False, min_value=0, max_value=MOST)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**32)
    role = serializers.ChoiceField(ROLES, default="holdout")


class Evidence(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        found = gate.system(self.person(), id, Right.READ).evidence.order_by("-created_at", "id")
        if element := request.query_params.get("element", ""):
            found = found.filter(element_id=element[:64])
        return pages(request, found, row)

    @extend_schema(request=EvidenceBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.RUN)
        values = read(EvidenceBody, request)
        if values["broken"] > values["handled"]:
            raise Refusal("More were broken than were handled", field="broken")
        values.setdefault("taken_on", timezone.now().date())
        if values["taken_on"] > timezone.now().date():
            raise Refusal("It cannot have been taken in the future", field="taken_on")
        value = EvidenceValue(id="", origin="imported", adopted=False, **values)
        return Response(row(evidence.bring(system, self.person(), value)), 201)


class EvidenceAdopt(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        found = gate.evidence(self.person(), id, Right.ADOPT)
        return Response(row(evidence.adopt(found, self.person())))


def row(one: EvidenceRow) -> dict[str, Any]:
    return {
        **{key: value for key, value in one.data.items() if key not in ("targets", "id")},
        "id": one.pk,
        "system": one.system_id,
        "run": one.run_id,
        "element": one.element_id,
        "test": one.test,
        "origin": one.origin,
        "adopted": one.adopted,
        "adopted_at": one.adopted_at,
        "created_at": one.created_at,
    }
