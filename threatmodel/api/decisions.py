"""Decisions about findings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.types import Level
from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import DecisionRow
from threatmodel.models.errand import ErrandKind
from threatmodel.services import bulk, decisions

from . import errands
from .view import View, pages, read

LEVELS = [level.key for level in Level]


class LevelField(serializers.ChoiceField):
    """One of the five levels by its name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(LEVELS, **more)

    def to_internal_value(self, data: Any) -> Level:
        return Level.parse(super().to_internal_value(data))


class DecisionBody(serializers.Serializer):
    """About one `finding`, or alike about several `findings`: all of them or none."""

    finding = serializers.CharField(max_length=160, required=False)
    findings = serializers.ListField(
        child=serializers.CharField(max_length=160),
        required=False,
        allow_empty=False,
        max_length=decisions.MOST,
    )
    action = serializers.ChoiceField(list(decisions.RIGHTS))
    reason = serializers.CharField(max_length=10_000)
    until = serializers.DateField(required=False, allow_null=True)
    likelihood = LevelField(required=False, allow_null=True)
    impact = LevelField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("finding" in attrs) == ("findings" in attrs):
            message = "Name one finding, or a list of findings, and not both"
            raise serializers.ValidationError({"finding": [message]})
        return attrs


class Decisions(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        found = gate.system(self.person(), id, Right.READ).decisions.order_by("-at", "id")
        if finding := request.query_params.get("finding", ""):
            found = found.filter(finding=finding[:160])
        return pages(request, found, row)

    @extend_schema(
        request=DecisionBody, responses={201: OpenApiTypes.OBJECT, 202: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request, id: str) -> Response:
        """What was decided; of very many findings 202 and an errand that decides in portions."""
        person = self.person()
        gate.system(person, id, Right.READ)
        values = read(DecisionBody, request)
        system = gate.system(person, id, decisions.RIGHTS[values["action"]])
        if len(values.get("findings", ())) > bulk.AT_ONCE:
            chosen = {system: values.pop("findings")}
            return errands.accepted(bulk.ask(person, ErrandKind.DECIDE, chosen, values))
        if "findings" in values:
            done = [row(one) for one in decisions.decide_all(system, person, **values)]
            return Response({"count": len(done), "results": done}, 201)
        return Response(row(decisions.decide(system, person, **values)), 201)


def row(one: DecisionRow) -> dict[str, Any]:
    return {
        "id": one.pk,
        "finding": one.finding,
        "action": one.action,
        "reason": one.reason,
        "until": one.until,
        "likelihood": key(one.likelihood),
        "impact": key(one.impact),
        "accepted_level": key(one.accepted_level),
        "origin": one.origin,
        "by": {"id": one.by_id, "name": one.by_name},
        "on": one.on,
        "at": one.at,
    }


def key(level: int | None) -> str | None:
    return None if level is None else Level(level).key
