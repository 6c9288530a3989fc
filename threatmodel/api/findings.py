"""Findings: listed, opened, asked about; threats of the team's own."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from orjson import Fragment
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.types import Level
from threatmodel import gate, live, telling
from threatmodel.core import wire
from threatmodel.core.controls import ANSWERS
from threatmodel.gate import NotFound, Right
from threatmodel.models import FindingRow, System
from threatmodel.services.operations import Submission
from threatmodel.services.refusal import Refusal

from .document import answer
from .view import View, choice, matches, pages, read

LEVELS = tuple(level.key for level in Level)
WORDS = {
    "applies": ("yes", "conditional"),
    "treatment": ("open", "accepted", "transferred", "avoided", "dismissed"),
    "position": ("within", "above"),
    "answered": ANSWERS,
    "verdict": ("broken", "held", "inconclusive", "stale", "untested", "not testable here"),
}
NAMES = ("threat", "element", "adversary", "cause")
# What a row of a list is made of; the texts behind a finding are nine tenths of what is stored.
COLUMNS = ("threat", "element", "cause", "listed")
ORDERS = {
    "": ("-residual", "-score", "threat", "element"),
    "risk": ("residual", "score", "threat", "element"),
    "-risk": ("-residual", "-score", "threat", "element"),
    "threat": ("threat", "element"),
    "element": ("element", "-residual", "-score", "threat"),
    "likelihood": ("likelihood", "threat", "element"),
    "-likelihood": ("-likelihood", "threat", "element"),
    "impact": ("impact", "threat", "element"),
    "-impact": ("-impact", "threat", "element"),
}
QUERY = [
    OpenApiParameter("level", enum=LEVELS),
    OpenApiParameter("order", enum=tuple(ORDERS)[1:]),
    OpenApiParameter("group", enum=("threat", "element", "cause")),
    *(OpenApiParameter(name, enum=words) for name, words in WORDS.items()),
    *(OpenApiParameter(name) for name in NAMES),
]


class ScenarioBody(serializers.Serializer):
    title = serializers.CharField(max_length=200)
    element = serializers.CharField(max_length=64)
    id = serializers.CharField(max_length=64, required=False)


class Findings(View):
    @extend_schema(parameters=QUERY, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        tag = f'"{system.pk}-{system.revision}-{system.changed_at.timestamp()}"'
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        group = choice(request, "group", ("threat", "element", "cause"))
        found = chosen(request, system.findings.all()).values_list(*COLUMNS)
        catalog, document = live.read(system, lambda warm: (warm.engine.catalog, warm.document))
        listing = wire.Listing(catalog, document)
        if group:
            response = Response(grouped(found, group, listing))
        else:
            response = pages(request, found, lambda one: row(one, listing))
        response["ETag"] = tag
        return response


class FindingDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, key: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        return Response(telling.finding(system, one_of(system, key).key))


class Explain(View):
    """Why a threat applies to an element, or why it does not."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, threat: str, element: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        return Response(telling.explain(system, threat, element))


class Questions(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        asked = live.read(system, lambda warm: warm.engine.questions)
        results = [wire.question_row(one) for one in asked]
        return Response({"count": len(results), "next": None, "previous": None, "results": results})


class Scenarios(View):
    """A threat of the team's own: an `add` operation, answered with the finding's key."""

    @extend_schema(request=ScenarioBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.DRAW)
        read(ScenarioBody, request)
        values = {key: value for key, value in request.data.items() if key != "id"}
        new = str(request.data.get("id") or f"s-{uuid.uuid4().hex[:20]}")
        changes = [{"kind": "scenario", "id": new, "add": values}]
        done = answer(system, Submission(uuid.uuid4(), person, changes))
        if done.status_code == 200:
            done.status_code = 201
            done.data |= {"scenario": new, "key": f"{new}@{values['element']}"}
        else:  # the caller wrote fields, not changes
            error = done.data["error"]
            error["field"] = error["field"].removeprefix("changes[0].").removeprefix("add.")
        return done


def chosen(request: Request, found: QuerySet[FindingRow]) -> QuerySet[FindingRow]:
    """The rows that the query asks for; words of a closed list only, never field names."""
    wanted = Q()
    for name, words in WORDS.items():
        if text := choice(request, name, words):
            wanted &= Q((name, text))
    for name in NAMES:
        if text := request.query_params.get(name, ""):
            wanted &= Q((name, text[:160]))
    if text := choice(request, "level", LEVELS):
        wanted &= Q(residual=Level.parse(text))
    order = request.query_params.get("order", "")
    if order not in ORDERS:
        message = f"order must be one of {', '.join(tuple(ORDERS)[1:])}"
        raise Refusal(message, field="order")
    return found.filter(wanted).order_by(*ORDERS[order])


def one_of(system: System, key: str) -> FindingRow:
    """A finding of a system that gate handed out."""
    found = system.findings.filter(key=key[:160]).first()
    if found is None:
        raise NotFound("There is no such finding")
    return found


def row(values: tuple[str, str, str, str], listing: wire.Listing) -> Fragment:
    """A row as JSON: what is stored of the finding, joined to what its ids are called now."""
    return Fragment(listing.row(*values))


def grouped(found: QuerySet[Any, Any], by: str, listing: wire.Listing) -> dict[str, Any]:
    """All rows in groups, each group where its worst finding stands."""
    place, groups = COLUMNS.index(by), dict[str, list[Fragment]]()
    for values in found:
        groups.setdefault(values[place], []).append(row(values, listing))
    results = [{by: name, "findings": rows} for name, rows in groups.items()]
    return {"count": len(results), "next": None, "previous": None, "results": results}
