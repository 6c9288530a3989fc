"""Mitigations: the register of what is being done."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.core import retest
from threatmodel.core.inputs import STATUSES
from threatmodel.gate import NotFound, Person, Right
from threatmodel.live import catalogs
from threatmodel.models import MitigationRow
from threatmodel.rows import mitigation as mitigation_value
from threatmodel.services import benefit, mitigations, proofs
from threatmodel.services.benefit import Benefit
from threatmodel.services.refusal import Refusal

from .view import View, choice, number, pages, read


class MitigationBody(serializers.Serializer):
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    control = serializers.CharField(max_length=64, required=False, allow_blank=True)
    status = serializers.ChoiceField(STATUSES, required=False)
    owner = serializers.CharField(max_length=200, required=False, allow_blank=True)
    due = serializers.DateField(required=False, allow_null=True)
    effort = serializers.ChoiceField(["small", "medium", "large"], required=False, allow_blank=True)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    findings = serializers.ListField(
        child=serializers.CharField(max_length=160),
        max_length=mitigations.MOST_FINDINGS,
        required=False,
    )
    checklist = serializers.ListField(
        child=serializers.CharField(max_length=1000), max_length=100, required=False
    )


class ChangeBody(MitigationBody):
    version = serializers.IntegerField(min_value=1)


class Mitigations(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        found = system.mitigations.filter(deleted_at=None).prefetch_related("findings")
        if status := choice(request, "status", STATUSES):
            found = found.filter(status=status)
        if finding := request.query_params.get("finding", ""):
            found = found.filter(findings__finding=finding[:160])
        return pages(request, found, row)

    @extend_schema(request=MitigationBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.TRACK)
        values = read(MitigationBody, request)
        findings = values.pop("findings", [])
        return Response(
            row(mitigations.plan(system, person, findings=findings, values=values)), 201
        )


class MitigationDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, mitigation: str) -> Response:
        return Response(row(found_in(self.person(), id, mitigation, Right.READ)))

    @extend_schema(request=ChangeBody, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, id: str, mitigation: str) -> Response:
        found = found_in(self.person(), id, mitigation, Right.TRACK)
        values = read(ChangeBody, request)
        findings, version = values.pop("findings", None), values.pop("version")
        done = mitigations.change(
            found, self.person(), version=version, values=values, findings=findings
        )
        return Response(row(done))

    @extend_schema(parameters=[OpenApiParameter("version", int)], responses={204: None})
    def delete(self, request: Request, id: str, mitigation: str) -> Response:
        found = found_in(self.person(), id, mitigation, Right.TRACK)
        version = number(request, "version", found.version, 1, 10**9)
        mitigations.delete(found, self.person(), version=version)
        return Response(status=204)


class PreviewBody(serializers.Serializer):
    """A control, and the findings that it is to answer."""

    control = serializers.CharField(max_length=64)
    findings = serializers.ListField(
        child=serializers.CharField(max_length=160),
        max_length=mitigations.MOST_FINDINGS,
        allow_empty=False,
    )


class Preview(View):
    """What does this buy? Reckoned before anybody commits to it; nothing is kept."""

    @extend_schema(request=PreviewBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.TRACK)
        values = read(PreviewBody, request)
        if values["control"] not in catalogs.of(system).controls:
            raise Refusal("The catalog has no such control", field="control")
        known = set(system.findings.values_list("key", flat=True))
        for index, key in enumerate(values["findings"]):
            if key not in known:
                message = f"There is no finding '{key}' in this system"
                raise Refusal(message, field=f"findings[{index}]")
        proposed = benefit.proposed(values["control"], list(dict.fromkeys(values["findings"])))
        return Response(_bought(benefit.of(system, proposed)))


class MitigationPreview(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, mitigation: str) -> Response:
        """What a mitigation buys as it is; one of a team's own control is not reckoned."""
        found = found_in(self.person(), id, mitigation, Right.READ)
        value = mitigation_value(found)
        if not value.control or not value.findings:
            raise Refusal("Only a control of the catalog that answers a finding is reckoned")
        return Response(_bought(benefit.of(found.system, value)))


class MitigationProof(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, mitigation: str) -> Response:
        """How it is proven, and everything that was tried: each run against the one without it."""
        found = proofs.proof_of(found_in(self.person(), id, mitigation, Right.READ))
        told = {
            "technical": found.is_technical,
            "checklist": found.lines,
            "lacking": found.lacking,
            "tests": found.tests,
            "adaptive_tests": found.adaptive_tests,
            "measured": found.measured,
            "retests": [retest.to_json(one) for one in found.retests],
        }
        return Response(told)


def _bought(found: Benefit) -> dict[str, Any]:
    rows = {name: getattr(found, name) for name in ("falling", "rising", "staying")}
    return {"stands": found.stands} | {
        name: [
            {
                "finding": one.finding,
                "now": one.now.key,
                "implemented": one.implemented.key,
                "verified": one.verified.key,
                "answers": one.answers,
            }
            for one in many
        ]
        for name, many in rows.items()
    }


def found_in(person: Person, id: str, mitigation: str, right: Right) -> MitigationRow:
    """A mitigation of the system that stands in the address."""
    system = gate.system(person, id, Right.READ)
    found = gate.mitigation(person, mitigation, right)
    if found.system_id != system.pk:
        raise NotFound("There is no such mitigation in this system")
    return found


def row(one: MitigationRow) -> dict[str, Any]:
    return {
        "id": one.pk,
        "title": one.title,
        "control": one.control,
        "status": one.status,
        "owner": one.owner,
        "due": one.due,
        "effort": one.effort,
        "note": one.note,
        "findings": sorted(link.finding for link in one.findings.all()),
        "implemented_on": one.implemented_on,
        "implemented_by": one.implemented_by,
        "verified_by": one.verified_by,
        "verified_on": one.verified_on,
        "verified_alone": one.verified_alone,
        "checklist": one.checklist,
        "version": one.version,
        "created_by": one.created_by_name,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
    }
