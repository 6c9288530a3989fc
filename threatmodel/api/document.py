"""The document: read at any revision, edited, taken back, restored, drawn."""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate, rows
from threatmodel.core.document import to_data
from threatmodel.formats.carried import carrying
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.live.history import document_at, item
from threatmodel.logbook import names, tell
from threatmodel.models import LogEntry, System
from threatmodel.reports.diagram import diagram_svg
from threatmodel.reports.raster import TooLarge, png
from threatmodel.reports.svg import Svg
from threatmodel.services import audit, operations
from threatmodel.services.operations import Answer, Submission
from threatmodel.services.refusal import Refusal

from .baselines import log_line
from .errors import body
from .view import View, choice, matches, number, pages, read

STATUS = {"forbidden": 403, "removed": 409, "taken": 409}


class OperationBody(serializers.Serializer):
    id = serializers.UUIDField()
    changes = serializers.ListField(child=serializers.DictField(), allow_empty=False)


class UndoBody(serializers.Serializer):
    op = serializers.UUIDField()
    id = serializers.UUIDField(required=False)


class RestoreBody(serializers.Serializer):
    revision = serializers.IntegerField(min_value=0)


class Document(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.READ)
        revision = number(request, "revision", system.revision, 0, system.revision)
        tag = f'"{system.pk}-{revision}"'
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        catalog = catalogs.of(system)
        if revision == system.revision:
            document = rows.read_document(system, catalog)
        else:
            document = document_at(system, revision, catalog)
        audit.exported(system, person, f"document at revision {revision}")
        return Response(to_data(carrying(document, catalog)), headers={"ETag": tag})


class Operations(View):
    @extend_schema(request=OperationBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.DRAW)
        operation = read(OperationBody, request)
        changes = request.data["changes"]  # as sent: what they mean is for the core to say
        return answer(system, Submission(operation["id"], person, changes))


class Undo(View):
    @extend_schema(request=UndoBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.DRAW)
        values = read(UndoBody, request)
        new = values.get("id") or uuid.uuid4()
        return answer(system, Submission(new, person, undoes=values["op"]))


class Restore(View):
    @extend_schema(request=RestoreBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.DRAW)
        revision = operations.restore(system, person, read(RestoreBody, request)["revision"])
        return Response({"revision": revision})


class Log(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        found = system.log.order_by("-revision")
        if "after" in request.query_params:
            after = number(request, "after", 0, 0, 10**12)
            found = system.log.filter(revision__gt=after).order_by("revision")
        catalog = catalogs.of(system)
        called = names(system, rows.read_document(system, catalog), catalog)
        brief = choice(request, "brief", ("true", "false")) == "true"

        def row(entry: LogEntry) -> dict[str, Any]:
            line = log_line(tell(entry, called))
            return line if brief else item(entry) | {"skipped": entry.skipped} | line

        return pages(request, found, row)


class Diagram(View):
    @extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.STR})
    def get(self, request: Request, id: str) -> HttpResponse:
        svg = drawn(self.person(), id)
        return shown(svg, "image/svg+xml; charset=utf-8", "diagram.svg")


class Picture(View):
    """The same drawing as PNG. An unchanged one is not made again."""

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, id: str) -> HttpResponse:
        svg = drawn(self.person(), id)
        tag = f'"{sha256(svg.encode()).hexdigest()}"'
        if matches(request, tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        try:
            answer = shown(png(svg), "image/png", "diagram.png")
        except TooLarge as error:
            raise Refusal(str(error), code="limit") from None
        answer["ETag"] = tag
        return answer


def drawn(person: Person, id: str) -> Svg:
    """The drawing as it is now; the audit log says who took it along."""
    system = gate.system(person, id, Right.READ)
    catalog = catalogs.of(system)
    document = rows.read_document(system, catalog)
    audit.exported(system, person, f"diagram at revision {system.revision}")
    return diagram_svg(document, catalog, levels=rows.worst_levels(system))


def shown(body: str | bytes, media: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=media)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


def answer(system: System, submission: Submission) -> Response:
    """What became of one edit."""
    (done,) = operations.apply_operations(system.pk, [submission])
    if done.code:
        status = STATUS.get(done.code, 400)
        return Response(body(done.code, done.reason, done.field), status)
    return Response(told(done))


def told(done: Answer) -> dict[str, Any]:
    return {"id": done.id, "revision": done.revision, "skipped": list(done.skipped)}


def rename(system: System, by: Person, name: str) -> None:
    """A system's name is part of its drawing, so renaming is an edit like any other."""
    changes = [{"kind": "system", "id": "system", "set": {"name": name}}]
    (done,) = operations.apply_operations(system.pk, [Submission(uuid.uuid4(), by, changes)])
    if done.code:
        raise Refusal(done.reason, field="name", code=done.code)
