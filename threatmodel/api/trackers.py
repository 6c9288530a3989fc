"""Trackers of a workspace: set up, tried, removed; what webhooks were sent."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import Delivery, Tracker
from threatmodel.services import deliveries, trackers
from threatmodel.trackers import KINDS

from .view import View, pages, read
from .workspaces import chosen, named


class TrackerBody(serializers.Serializer):
    """The `secret` is kept encrypted and never given out again."""

    workspace = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    url = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    account = serializers.CharField(max_length=200, required=False, allow_blank=True)
    secret = serializers.CharField(max_length=trackers.LONGEST_SECRET)


class Trackers(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Those of a workspace; who plans mitigations may know them, and no secret is in them."""
        return pages(request, gate.trackers(chosen(self, Right.TRACK).pk), row)

    @extend_schema(request=TrackerBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        values = read(TrackerBody, request)
        workspace = named(self, values.pop("workspace", None), Right.TRACKERS)
        return Response(row(trackers.set_up(workspace, self.person(), **values)), 201)


class TrackerDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        trackers.remove(gate.tracker(self.person(), id, Right.TRACKERS), self.person())
        return Response(status=204)


class TrackerTry(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        """A look at the repository or project; a webhook is sent a message instead."""
        found = gate.tracker(self.person(), id, Right.TRACKERS)
        if found.kind == "webhook":
            return Response({"delivery": delivery_row(deliveries.attempt(found, self.person()))})
        return Response({"said": trackers.attempt(found)})


class Deliveries(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What the workspace's webhooks were sent, the newest first."""
        found = gate.deliveries(chosen(self, Right.TRACKERS))
        return pages(request, found, delivery_row)


class DeliveryAgain(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        """Begin anew with one that was given up."""
        found = gate.delivery(self.person(), id)
        deliveries.again(found, self.person())
        found.refresh_from_db()
        return Response(delivery_row(found))


def row(one: Tracker) -> dict[str, Any]:
    return {
        "id": one.pk,
        "workspace": one.workspace_id,
        "kind": one.kind,
        "name": one.name,
        "url": one.url,
        "place": one.place,
        "is_well": one.is_well,
        "said": one.said,
        "said_at": one.said_at,
        "created_by": one.created_by_name,
        "created_at": one.created_at,
    }


def delivery_row(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.pk,
        "tracker": one.tracker_id,
        "event": one.event,
        "state": one.state,
        "attempts": one.attempts,
        "next_at": one.next_at if one.state == "waiting" else None,
        "answered": one.answered,
        "said": one.said,
        "created_at": one.created_at,
        "ended_at": one.ended_at,
    }
