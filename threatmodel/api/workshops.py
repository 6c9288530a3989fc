"""Workshops: what a room is shown, what its leader steers, what its people put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.core.votes import DISCIPLINES
from threatmodel.gate import Person, Right
from threatmodel.models import Workshop
from threatmodel.services import shown, votes, workshops
from threatmodel.services.refusal import Refusal

from .decisions import LevelField
from .view import View, pages, read

MAX_MINUTES = 600


class Phase(serializers.Serializer):
    phase = serializers.ChoiceField([*workshops.PHASES, "other"])
    title = serializers.CharField(max_length=200)
    minutes = serializers.IntegerField(min_value=0, max_value=MAX_MINUTES)


class Agenda(serializers.ListField):
    """The steps in order, each with its phase, title and minutes."""

    child = Phase()

    def __init__(self, **more: Any) -> None:
        super().__init__(min_length=1, max_length=20, **more)


class Focus(serializers.Serializer):
    kind = serializers.ChoiceField(["question", "finding"])
    finding = serializers.CharField(max_length=160, required=False)
    element = serializers.CharField(max_length=64, required=False)
    attribute = serializers.CharField(max_length=64, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = ("finding",) if attrs["kind"] == "finding" else ("element", "attribute")
        if set(attrs) != {"kind", *names}:
            raise serializers.ValidationError(f"focus names kind and {' and '.join(names)}")
        return attrs


class Timer(serializers.Serializer):
    seconds = serializers.IntegerField(min_value=0, max_value=MAX_MINUTES * 60, required=False)
    running = serializers.BooleanField(required=False, default=True)


class StartBody(serializers.Serializer):
    title = serializers.CharField(max_length=200, allow_blank=True, required=False)
    agenda = Agenda(required=False)


class SteerBody(serializers.Serializer):
    title = serializers.CharField(max_length=200, required=False)
    agenda = Agenda(required=False)
    step = serializers.IntegerField(min_value=0, max_value=19, required=False)
    order = serializers.ChoiceField(workshops.ORDERS, required=False)
    focus = Focus(required=False, allow_null=True)
    timer = Timer(required=False)


class JoinBody(serializers.Serializer):
    discipline = serializers.ChoiceField(list(DISCIPLINES), allow_blank=True)


class FindingBody(serializers.Serializer):
    finding = serializers.CharField(max_length=160)


class RoundBody(serializers.Serializer):
    round = serializers.UUIDField()


class Estimated(serializers.ListField):
    """Three levels: the lowest that one holds possible, the likeliest, the highest."""

    child = LevelField()

    def __init__(self) -> None:
        super().__init__(min_length=3, max_length=3)


class VoteBody(RoundBody):
    initiation = Estimated()
    impact = Estimated()
    reason = serializers.CharField(max_length=1000, allow_blank=True, required=False, default="")


class DecideBody(RoundBody):
    initiation = LevelField(required=False, allow_null=True)
    impact = LevelField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=1000, allow_blank=True, required=False, default="")


class NoteBody(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class ConfirmBody(serializers.Serializer):
    findings = serializers.ListField(
        child=serializers.CharField(max_length=160), min_length=1, max_length=1000
    )


class Workshops(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        return pages(request, gate.workshops(system), shown.summary)

    @extend_schema(request=StartBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.WORKSHOP)
        row = workshops.start(system, person, **read(StartBody, request))
        return Response(told(row, person), 201)


class WorkshopDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        person = self.person()
        return Response(told(gate.workshop(person, id, Right.READ), person))

    @extend_schema(request=SteerBody, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, id: str) -> Response:
        person = self.person()
        row = gate.workshop(person, id, Right.WORKSHOP)
        values = read(SteerBody, request)
        if not values:
            raise Refusal("Name what to change: title, agenda, step, order, focus or timer")
        return Response(told(workshops.steer(row, person, values), person))


class Act(View):
    """Something that one does to an open workshop; answered with how it then stands."""

    right = Right.VOTE
    body: type[serializers.Serializer] = serializers.Serializer
    act: Callable[[Workshop, Person, dict[str, Any]], object]

    def __init_subclass__(cls) -> None:
        # The OpenAPI description reads a method's own words; this method is shared.
        body = None if cls.body is serializers.Serializer else cls.body
        extend_schema_view(post=extend_schema(request=body, responses=OpenApiTypes.OBJECT))(cls)

    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        row = gate.workshop(person, id, self.right)
        type(self).act(row, person, read(self.body, request))
        row.refresh_from_db()
        return Response(told(row, person))


class Join(Act):
    body = JoinBody
    act = staticmethod(lambda row, by, values: workshops.join(row, by, **values))


class Cast(Act):
    """Vote, or vote again before the reveal."""

    body = VoteBody
    act = staticmethod(lambda row, by, values: votes.vote(row, by, values.pop("round"), **values))


class Park(Act):
    body = NoteBody
    act = staticmethod(lambda row, by, values: workshops.park(row, by, **values))


class Lead(Act):
    right = Right.WORKSHOP
    act = staticmethod(lambda row, by, values: workshops.take_over(row, by))


class End(Act):
    right = Right.WORKSHOP
    act = staticmethod(lambda row, by, values: workshops.end(row, by))


class Confirm(Act):
    right, body = Right.WORKSHOP, ConfirmBody
    act = staticmethod(lambda row, by, values: workshops.confirm(row, by, values["findings"]))


class Rounds(Act):
    """Open a round on a finding."""

    right, body = Right.WORKSHOP, FindingBody
    act = staticmethod(lambda row, by, values: votes.open_round(row, by, **values))


class Drop(Act):
    right, body = Right.WORKSHOP, RoundBody
    act = staticmethod(lambda row, by, values: votes.drop(row, by, values["round"]))


class Reveal(Act):
    right, body = Right.WORKSHOP, RoundBody
    act = staticmethod(lambda row, by, values: votes.reveal(row, by, values["round"]))


class Decide(Act):
    right, body = Right.WORKSHOP, DecideBody
    act = staticmethod(lambda row, by, values: votes.decide(row, by, values.pop("round"), **values))


def told(row: Workshop, person: Person) -> dict[str, Any]:
    """What everybody is shown, and what only this person is."""
    return shown.state(row) | {"mine": shown.mine(row, person)}
