"""Comments: threads about elements, findings and the system, and who may be named in them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.services import comments

from .view import View, pages, read


class Mentions(serializers.ListField):
    """The people who are named, by their ids."""

    child = serializers.IntegerField(min_value=1, max_value=2**31 - 1)

    def __init__(self) -> None:
        super().__init__(required=False, default=list, max_length=comments.MAX_MENTIONS)


class WordsBody(serializers.Serializer):
    text = serializers.CharField(max_length=comments.MAX_TEXT)
    mentions = Mentions()


class CommentBody(WordsBody):
    about = serializers.CharField(max_length=160, allow_blank=True, required=False, default="")
    thread = serializers.UUIDField(required=False, allow_null=True, default=None)


class ResolveBody(serializers.Serializer):
    resolved = serializers.BooleanField()


class Comments(View):
    @extend_schema(parameters=[OpenApiParameter("about", str)], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        found = system.comments.filter(removed_at=None).prefetch_related("mentions__user")
        if about := request.query_params.get("about", ""):
            found = found.filter(about=about[:160])
        return pages(request, found, comments.row)

    @extend_schema(request=CommentBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.COMMENT)
        said = comments.say(system, person, **read(CommentBody, request))
        return Response(comments.row(said), 201)


class CommentDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(comments.row(gate.comment(self.person(), id, Right.READ)))

    @extend_schema(request=WordsBody, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, id: str) -> Response:
        person = self.person()
        found = gate.own_comment(person, id)
        return Response(comments.row(comments.change(found, person, **read(WordsBody, request))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        comments.remove(gate.own_comment(self.person(), id))
        return Response(status=204)


class Resolve(View):
    @extend_schema(request=ResolveBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        found = gate.comment(person, id, Right.COMMENT)
        return Response(comments.row(comments.resolve(found, person, **read(ResolveBody, request))))


class Seen(View):
    """What names the person in this thread has been read."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        comments.read(gate.comment(person, id, Right.COMMENT), person)
        return Response(status=204)


class People(View):
    """Who can be named in a comment."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.READ)
        found = gate.people_of(person, system).order_by("first_name", "username", "id")
        return pages(request, found, _named)


def _named(user: Any) -> dict[str, Any]:
    return {"id": user.pk, "name": comments.name(user)}
