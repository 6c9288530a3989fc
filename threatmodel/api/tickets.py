"""Tickets of a mitigation: asked for in a tracker, linked by hand, read, let go."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import NotFound, Right
from threatmodel.models import Ticket
from threatmodel.services import pushes, tickets

from .mitigations import found_in
from .view import View, pages, read


class TicketBody(serializers.Serializer):
    """A `tracker` has a ticket made by a worker; a `url` is kept as a link."""

    tracker = serializers.UUIDField(required=False)
    url = serializers.CharField(max_length=2000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            message = "Name a tracker, or the url of a ticket that is there already, and not both"
            raise serializers.ValidationError({"tracker": [message]})
        return attrs


class Tickets(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, mitigation: str) -> Response:
        found = found_in(self.person(), id, mitigation, Right.READ)
        return pages(request, found.tickets.select_related("tracker"), row)

    @extend_schema(request=TicketBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str, mitigation: str) -> Response:
        person = self.person()
        found = found_in(person, id, mitigation, Right.TRACK)
        values = read(TicketBody, request)
        if "url" in values:
            return Response(row(tickets.link(found, person, values["url"])), 201)
        used = gate.tracker(person, values["tracker"], Right.TRACK)
        return Response(row(pushes.push(found, person, used)), 201)


class TicketDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(row(gate.ticket(self.person(), id, Right.READ)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        """Let go of it; the ticket itself stays where it is."""
        tickets.remove(gate.ticket(self.person(), id, Right.TRACK), self.person())
        return Response(status=204)


class TicketRead(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        """Ask the tracker now how it stands; it is asked every hour anyway."""
        return Response(row(tickets.read(gate.ticket(self.person(), id, Right.TRACK))))


class TicketPush(View):
    """How far a ticket that was asked for is; posting tries again what was given up."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(_push(gate.ticket(self.person(), id, Right.READ)))

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        found = gate.ticket(self.person(), id, Right.TRACK)
        pushes.again(found, self.person())
        return Response(_push(found))


def _push(one: Ticket) -> dict[str, Any]:
    found = pushes.of(one)
    if found is None:
        raise NotFound("This is a link; nothing is pushed for it")
    return {
        "state": found.state,
        "progress": 1 if one.key else 0,
        "message": found.message,
        "ahead": 0,
        "left_s": None,
        "attempts": found.attempts,
        "next_at": found.next_at,
    }


def row(one: Ticket) -> dict[str, Any]:
    return {
        "id": one.pk,
        "mitigation": one.mitigation_id,
        "tracker": one.tracker_id,
        "key": one.key,
        "url": one.url,
        "title": one.title,
        "state": one.state,
        "is_closed": one.is_closed,
        "problem": one.problem,
        "push": _push(one) if one.tracker_id or one.key else None,
        "by": one.by_name,
        "at": one.at,
        "read_at": one.read_at,
    }
