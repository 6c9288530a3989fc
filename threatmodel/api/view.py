"""What every view shares: its person, its checked body, its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from threatmodel import gate
from threatmodel.gate import Person
from threatmodel.services.refusal import Refusal

from . import typed
from .throttles import PerAct, PerPerson

PAGE_SIZE, MAX_PAGE_SIZE = 100, 1000
MAX_PAGE = 100_000


class View(APIView):
    """A view whose `request` has a person. `throttle_scope` bounds its costly acts."""

    throttle_classes = [PerPerson, PerAct]

    def person(self) -> Person:
        return gate.person(self.request.user, self.request.auth)


def read(kind: type[serializers.Serializer], request: Request, **more: Any) -> dict[str, Any]:
    """The request's body as the serializer understands it; a text is never taken for a number."""
    serializer = kind(data=request.data, **more)
    if isinstance(request.data, Mapping):
        typed.check(serializer, request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A whole number of the query."""
    text = request.query_params.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Refusal(f"{name} must be a whole number", field=name)
    if not least <= int(text) <= most:
        raise Refusal(f"{name} must be from {least} to {most}", field=name)
    return int(text)


def pages(request: Request, found: QuerySet[Any, Any], row: Callable[[Any], Any]) -> Response:
    """One page of a list, and where the others are."""
    size = number(request, "page_size", PAGE_SIZE, 1, MAX_PAGE_SIZE)
    page = number(request, "page", 1, 1, MAX_PAGE)
    count = found.count()
    results = [row(one) for one in found[(page - 1) * size : page * size]]
    return Response(
        {
            "count": count,
            "next": _page(request, page + 1) if page * size < count else None,
            "previous": _page(request, page - 1) if page > 1 else None,
            "results": results,
        }
    )


def _page(request: Request, page: int) -> str:
    query = request.query_params.dict() | {"page": str(page)}
    return f"{request.path}?{urlencode(query)}"


def choice(request: Request, name: str, choices: tuple[str, ...]) -> str:
    """One of a closed list of words of the query; empty when it is absent."""
    text = request.query_params.get(name, "")
    if text and text not in choices:
        raise Refusal(f"{name} must be one of {', '.join(choices)}", field=name)
    return text


def matches(request: Request, tag: str) -> bool:
    """Whether the caller has this state already."""
    sent = request.META.get("HTTP_IF_NONE_MATCH", "")
    return tag in [one.strip().removeprefix("W/") for one in sent.split(",")]
