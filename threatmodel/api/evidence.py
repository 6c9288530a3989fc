"""Evidence: what was measured, here or elsewhere."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.core.inputs import Evidence as EvidenceValue
from threatmodel.gate import Right
from threatmodel.models import EvidenceRow
from threatmodel.services import brought, evidence, scans
from threatmodel.services.brought import Brought
from threatmodel.services.evidence import Source
from threatmodel.services.refusal import Refusal

from .parsers import StrictJSON
from .view import View, pages, read

ROLES = ("train", "holdout", "reference")
MOST = 10_000_000
WHOLE = frozenset({"result", "file"})
NEEDED = ("test", "family", "handled", "broken")


class EvidenceBody(serializers.Serializer):
    """One measurement in counts; or a whole result: of `manage.py attack` as `result`, as a `file`
    of that or of garak, PyRIT, promptfoo, ART or Foolbox."""

    element = serializers.CharField(max_length=64)
    result = serializers.DictField(required=False)
    file = serializers.FileField(required=False)
    test = serializers.CharField(max_length=64, required=False)
    family = serializers.CharField(max_length=64, required=False)
    adaptive = serializers.BooleanField(default=False)
    taken_on = serializers.DateField(required=False)
    digest = serializers.CharField(max_length=64, default="", allow_blank=True)
    handled = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    broken = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    eps = serializers.FloatField(required=False, min_value=0, max_value=1e9)
    norm = serializers.CharField(max_length=16, default="", allow_blank=True)
    eps_reason = serializers.CharField(max_length=1000, default="", allow_blank=True)
    budget = serializers.IntegerField(required=False, min_value=0, max_value=MOST)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**32)
    role = serializers.ChoiceField(ROLES, default="holdout")
    tool = serializers.CharField(max_length=60, default="", allow_blank=True)
    tool_version = serializers.CharField(max_length=60, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Without a whole result the counts are needed."""
        missing = [] if WHOLE & attrs.keys() else [name for name in NEEDED if name not in attrs]
        if missing:
            raise serializers.ValidationError({missing[0]: "This field is required."})
        return attrs


class Evidence(View):
    parser_classes = [StrictJSON, MultiPartParser]

    @property
    def throttle_scope(self) -> str | None:
        """Uploads are counted, looking is not."""
        return "upload" if self.request.content_type.startswith("multipart/") else None

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        found = gate.evidence_of(gate.system(self.person(), id, Right.READ))
        if element := request.query_params.get("element", ""):
            found = found.filter(element_id=element[:64])
        return pages(request, found, row)

    @extend_schema(request=EvidenceBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.RUN)
        values = read(EvidenceBody, request)
        element, result, file = (values.pop(name, None) for name in ("element", "result", "file"))
        if file is not None:
            return Response(told(brought.bring_file(system, person, element, file)), 201)
        if result is not None:
            return Response(told(brought.bring_result(system, person, element, result)), 201)
        if values["broken"] > values["handled"]:
            raise Refusal("More were broken than were handled", field="broken")
        values.setdefault("taken_on", timezone.now().date())
        if values["taken_on"] > timezone.now().date():
            raise Refusal("It cannot have been taken in the future", field="taken_on")
        source = Source(values.pop("tool"), values.pop("tool_version"))
        value = EvidenceValue(id="", element=element, origin="imported", adopted=False, **values)
        return Response(row(evidence.bring(system, person, value, source)), 201)


class ScanBody(serializers.Serializer):
    """A model file that is scanned for code, and the component that opens it."""

    element = serializers.CharField(max_length=64)
    file = serializers.FileField()


class EvidenceScan(View):
    parser_classes = [MultiPartParser]
    throttle_scope = "upload"

    @extend_schema(request={"multipart/form-data": ScanBody}, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.LINK_MODELS)
        values = read(ScanBody, request)
        found = scans.scan(system, self.person(), values["element"], values["file"])
        return Response(row(found), 201)


class EvidenceAdopt(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        found = gate.evidence(self.person(), id, Right.ADOPT)
        return Response(row(evidence.adopt(found, self.person())))


def told(taken: Brought) -> dict[str, Any]:
    """What a file gave, and what of it was left out."""
    return {
        "tool": taken.tool,
        "evidence": [row(one) for one in taken.rows],
        "dropped": [{"what": one.what, "why": one.why} for one in taken.dropped],
    }


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
        "tool": one.tool,
        "tool_version": one.tool_version,
        "signed_with": one.key.name if one.key else None,
        "source": one.source,
        "brought_by": one.by_name,
        "created_at": one.created_at,
    }
