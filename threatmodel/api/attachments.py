"""Files beside a mitigation: put there, listed, taken along, removed."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import Attachment
from threatmodel.services import attachments

from .mitigations import found_in
from .view import View, pages, read


class AttachmentBody(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)


class Attachments(View):
    parser_classes = [MultiPartParser]
    throttle_scope = "upload"

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, mitigation: str) -> Response:
        found = found_in(self.person(), id, mitigation, Right.READ)
        return pages(request, found.attachments.all(), row)

    @extend_schema(request=AttachmentBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str, mitigation: str) -> Response:
        found = found_in(self.person(), id, mitigation, Right.TRACK)
        file = read(AttachmentBody, request)["file"]
        return Response(row(attachments.add(found, self.person(), file)), 201)


class AttachmentDetail(View):
    """The file itself: always a download, whatever it is."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, id: str) -> FileResponse:
        return attachments.download(gate.attachment(self.person(), id, Right.READ))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        attachments.remove(gate.attachment(self.person(), id, Right.TRACK), self.person())
        return Response(status=204)


def row(one: Attachment) -> dict[str, Any]:
    return {
        "id": one.pk,
        "mitigation": one.mitigation_id,
        "name": one.name,
        "kind": one.kind,
        "size": one.size,
        "sha256": one.sha256,
        "by": one.by_name,
        "at": one.at,
    }
