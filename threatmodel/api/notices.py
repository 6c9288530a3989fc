"""What a person was told, and what they wish to be told of."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Person
from threatmodel.models import Notice, NoticeWish
from threatmodel.services import notices

from .view import View, choice, pages, read


class ReadBody(serializers.Serializer):
    """One `notice`; without it all of them."""

    notice = serializers.UUIDField(required=False)


class WishBody(serializers.Serializer):
    """`wanted` holds the kinds to be told of; what is not in it is not said."""

    by_mail = serializers.BooleanField()
    wanted = serializers.ListField(
        child=serializers.ChoiceField(list(notices.KINDS)), max_length=len(notices.KINDS)
    )


class Notices(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """One's own, the newest first; `?unread=yes` those that were not read."""
        found = gate.notices(self.person())
        if choice(request, "unread", ("yes",)):
            found = found.filter(read_at=None)
        return pages(request, found, row)


class NoticesRead(View):
    @extend_schema(request=ReadBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        person, one = _oneself(self.person()), read(ReadBody, request).get("notice")
        if one is not None and not gate.notices(person).filter(pk=one).exists():
            raise gate.NotFound("There is no such notice")
        notices.read(person, one)
        return Response({"unread": gate.unread(person)})


class NoticeWishes(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(_wish(notices.wish_of(self.person())))

    @extend_schema(request=WishBody, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request) -> Response:
        notices.wish(_oneself(self.person()), **read(WishBody, request))
        return Response(_wish(notices.wish_of(self.person())))


def _oneself(person: Person) -> Person:
    """Who holds somebody's token does not keep that person from being told."""
    if person.token is not None:
        raise gate.Forbidden("A token does not change what its person is told of; sign in for that")
    return person


def _wish(one: NoticeWish) -> dict[str, Any]:
    kinds = [kind for kind in notices.KINDS if kind not in one.muted]
    return {
        "by_mail": one.by_mail,
        "wanted": kinds,
        "kinds": {kind: str(words) for kind, words in notices.KINDS.items()},
    }


def row(one: Notice) -> dict[str, Any]:
    return {
        "id": one.pk,
        "system": one.system_id,
        "kind": one.kind,
        "title": one.title,
        "path": one.path,
        "at": one.at,
        "read_at": one.read_at,
    }
