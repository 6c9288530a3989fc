"""Every refusal as `{"error": {"code", "message", "field"}}`: one place, one shape."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from threatmodel.core.document import DocumentError
from threatmodel.gate import Forbidden, NotFound
from threatmodel.services.refusal import Refusal
from threatmodel.uploads import NoRoom

log = logging.getLogger(__name__)

STATUS = {"conflict": 409, "large": 409, "gone": 410, "too large": 413, "unsupported": 415}


def body(code: str, message: str, field: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "field": field}}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. None means that it is our fault: Django answers 500 and logs it."""
    match error:
        case Refusal():
            status = STATUS.get(error.code, 400)
            return Response(body(error.code, error.message, error.field), status)
        case DocumentError():
            return Response(body(error.code, error.message, error.field), 400)
        case NotFound() | Http404():
            return Response(body("not_found", str(error) or "There is no such thing"), 404)
        case Forbidden() | PermissionDenied():
            return Response(body("forbidden", str(error) or "You may not do this"), 403)
        case RequestDataTooBig() | TooManyFilesSent():
            return Response(body("too_large", "The request is larger than this server takes"), 413)
        case NoRoom():
            return Response(body("limit", error.message, "file"), 400)
        case OperationalError():
            log.error("the store does not answer: %s", error)
            return Response(body("unavailable", "The store does not answer, try again"), 503)
        case exceptions.APIException():
            return _of_framework(error)
    return None


def _of_framework(error: exceptions.APIException) -> Response:
    field, message = _first(error.detail)
    code = error.default_code if not isinstance(error, exceptions.ValidationError) else "invalid"
    headers = {}
    if isinstance(error, exceptions.Throttled) and error.wait:
        headers["Retry-After"] = str(int(error.wait) + 1)
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    return Response(body(str(code), message, field), error.status_code, headers=headers)


def _first(detail: Any, path: str = "") -> tuple[str, str]:
    """The first complaint and the dotted name of its field."""
    if isinstance(detail, dict) and detail:
        name, value = next(iter(detail.items()))
        own = "" if name == "non_field_errors" else str(name)
        return _first(value, f"{path}.{own}" if path and own else path or own)
    if isinstance(detail, list) and detail:
        return _first(detail[0], path)
    return path, str(detail) if detail else "This is not valid"
