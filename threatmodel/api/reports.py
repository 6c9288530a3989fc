"""Reports: ask for one, its state, its file."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import Report
from threatmodel.models.job import JobState
from threatmodel.services import audit, jobs, reports
from threatmodel.services.refusal import Refusal

from .view import View, pages, read


class ReportBody(serializers.Serializer):
    format = serializers.CharField(max_length=16)
    paper = serializers.CharField(max_length=8, required=False, allow_blank=True)
    classification = serializers.CharField(max_length=60, required=False, allow_blank=True)
    sections = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=40
    )


class Reports(View):
    throttle_scope = "report"

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        usual = cache(reports.usual_s)  # one question for each format, however many wait
        return pages(request, jobs.in_line(system.reports.all()), partial(row, usual=usual))

    @extend_schema(request=ReportBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.READ)
        values = read(ReportBody, request)
        asked = reports.request_report(system, person, format=values.pop("format"), options=values)
        return Response(row(asked), 201)


class ReportDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(row(gate.report(self.person(), id, Right.READ)))


class ReportCancel(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        return Response(row(reports.cancel(gate.report(person, id, Right.DRAW), person)))


class ReportFile(View):
    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, id: str) -> FileResponse:
        person = self.person()
        found = gate.report(person, id, Right.READ)
        if found.state != JobState.SUCCEEDED:
            message = "This report is not there yet; ask again once its state is succeeded"
            raise Refusal(message, code="conflict")
        what = f"{found.format} report at revision {found.revision}"
        audit.exported(found.system, person, what)
        return FileResponse(
            found.file.open("rb"),
            as_attachment=True,
            filename=file_name(found),
            content_type=reports.MEDIA[found.format],
        )


def file_name(report: Report) -> str:
    """A name for the downloaded file, made of the system's letters and digits only."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", report.system.name).strip("-").lower() or "system"
    return f"{name[:60]}-r{report.revision}.{reports.ENDINGS[report.format]}"


def row(one: Report, usual: reports.Usual = reports.usual_s) -> dict[str, Any]:
    whole = reports.estimate_s(one, usual)
    return {
        "id": one.pk,
        "system": one.system_id,
        "format": one.format,
        "revision": one.revision,
        "state": one.state,
        "progress": one.progress,
        "message": one.message,
        "ahead": reports.ahead(one),
        "left_s": reports.left_s(one, whole),
        "estimate_s": whole,
        "options": one.options,
        "size": one.size,
        "sha256": one.sha256,
        "created_by": one.created_by_name,
        "created_at": one.created_at,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
    }
