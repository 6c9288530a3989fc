"""Who acts, what each role may do, and what is answered to who may not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q

from threatmodel.models import Member, Token


class NotFound(LookupError):
    """There is no such row, as far as this person is concerned."""


class Forbidden(PermissionError):
    """The row is theirs to see, the act is not theirs to do."""


class Right(StrEnum):
    READ = "read"
    VOTE = "vote"
    COMMENT = "comment"
    AUDIT = "audit"
    DRAW = "draw"
    TRACK = "track"
    LINK_MODELS = "link models"
    RUN = "run"
    INVITE_GUESTS = "invite guests"
    BASELINE = "keep baselines"
    WORKSHOP = "lead workshops"
    ACCEPT = "accept"
    ADOPT = "adopt"
    VERIFY = "verify"
    MEMBERS = "members"
    TOKENS = "tokens"
    DELETE = "delete"
    CATALOG = "catalog"
    TRACKERS = "trackers"


_GUEST = frozenset({Right.READ, Right.VOTE, Right.COMMENT})
_VIEWER = _GUEST | {Right.AUDIT}
_EDITOR = _VIEWER | {Right.DRAW, Right.TRACK, Right.LINK_MODELS, Right.RUN}
_FACILITATOR = _EDITOR | {Right.INVITE_GUESTS, Right.BASELINE, Right.WORKSHOP}
_APPROVER = _FACILITATOR | {Right.ACCEPT, Right.ADOPT, Right.VERIFY}
_OWNER = _APPROVER | {Right.MEMBERS, Right.TOKENS, Right.DELETE, Right.CATALOG, Right.TRACKERS}
RIGHTS: dict[str, frozenset[Right]] = {
    "guest": _GUEST,
    "viewer": _VIEWER,
    "editor": _EDITOR,
    "facilitator": _FACILITATOR,
    "approver": _APPROVER,
    "owner": _OWNER,
}
READING = frozenset({Right.READ, Right.AUDIT})


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a user, or a token that acts as one within its workspace and scope.

    `session` names the sign-in that a long-lived line rests on: when it ends, so do the rights.
    """

    user: User
    token: Token | None = None
    session: str = ""

    @property
    def id(self) -> int:
        return self.user.pk

    @property
    def name(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    def role(self, workspace_id: uuid.UUID, system_id: uuid.UUID | None = None) -> str:
        """The role in that workspace, or in one system of it; empty for none."""
        if not self.user.is_active or (self.token and self.token.workspace_id != workspace_id):
            return ""
        found = Member.objects.filter(counting(system_id), workspace_id=workspace_id)
        return found.filter(user=self.user).values_list("role", flat=True).first() or ""

    def rights(
        self, workspace_id: uuid.UUID, system_id: uuid.UUID | None = None
    ) -> frozenset[Right]:
        rights = RIGHTS.get(self.role(workspace_id, system_id), frozenset())
        if self.token is not None and self.token.scope == "read":
            return rights & READING
        return rights


def counting(system_id: uuid.UUID | None) -> Q:
    """The memberships that count for a system, or for the workspace as a whole."""
    return Q(system=None) | Q(system=system_id) if system_id else Q(system=None)


def person(user: User | AnonymousUser, token: object = None) -> Person:
    """The person behind a request.

    Raises
    ------
    Forbidden
        When nobody is signed in.
    """
    if not isinstance(user, User) or not user.is_active:
        raise Forbidden("Sign in first")
    return Person(user, token if isinstance(token, Token) else None)


def uuid_of(text: object) -> uuid.UUID:
    try:
        return text if isinstance(text, uuid.UUID) else uuid.UUID(str(text))
    except ValueError:
        raise NotFound("There is no such row") from None


def check(
    person: Person,
    workspace_id: uuid.UUID,
    right: Right,
    what: str,
    system_id: uuid.UUID | None = None,
) -> None:
    rights = person.rights(workspace_id, system_id)
    if not rights:
        raise NotFound(f"There is no such {what}")
    if right not in rights:
        raise Forbidden(f"Your role does not let you do this ({right})")


Row = TypeVar("Row", bound=models.Model)
