"""The line of a system for where WebSockets are blocked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from threatmodel import gate
from threatmodel.gate import Person, Right
from threatmodel.realtime import limits
from threatmodel.realtime.stream import say, stream

from .view import View


class AnyAnswer(DefaultContentNegotiation):
    """A browser's stream asks for text/event-stream, which no renderer has to make."""

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class AsSent(BaseParser):
    """The message as text: the line reads it as it reads those of sockets."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> bytes:
        return bytes(stream.read(limits.MAX_FRAME + 1))


class Line(View):
    content_negotiation_class = AnyAnswer
    parser_classes = [AsSent]
    throttle_classes = []  # the line counts its messages itself, as the socket does

    @extend_schema(responses={(200, "text/event-stream"): OpenApiTypes.STR})
    def get(self, request: Request, id: str) -> StreamingHttpResponse:
        person = self._speaker()
        gate.system(person, id, Right.READ)
        _let_go()
        frames = stream(person, str(id), _protocol(request))
        # Proxies must pass on each frame at once.
        headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        return StreamingHttpResponse(frames, content_type="text/event-stream", headers=headers)

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> HttpResponse:
        person = self._speaker()
        gate.system(person, id, Right.READ)
        answer = async_to_sync(say)(person, str(id), request.headers.get("Line", ""), request.data)
        if answer is None:
            return HttpResponse(status=204)
        return HttpResponse(answer, content_type="application/json")

    def _speaker(self) -> Person:
        """The person, whose line rests on this sign-in."""
        person = self.person()
        return person if person.token else replace(person, session=self._session_key())

    def _session_key(self) -> str:
        return self.request.session.session_key or ""


def _protocol(request: Request) -> object:
    said = request.query_params.get("protocol", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else said


def _let_go() -> None:
    """A stream lasts for hours; the connection that let it in must not."""
    if not connection.in_atomic_block:
        connection.close()
