"""Who of many holds a right just now: asked for a whole room or batch at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from threatmodel.models import Member, System, Token

from .rights import READING, RIGHTS, Person, Right, counting


def roles(system: System, users: set[int]) -> dict[int, str]:
    """The roles of these users in a system."""
    found = Member.objects.filter(counting(system.pk), workspace_id=system.workspace_id)
    found = found.filter(user_id__in=users, user__is_active=True)
    return dict(found.values_list("user_id", "role"))


def holders(system: System, people: Iterable[Person], right: Right) -> set[Person]:
    """Who of these holds the right just now: at most three queries for a whole batch."""
    asked, workspace_id = set(people), system.workspace_id
    held = roles(system, {person.id for person in asked})
    tokens = _standing({person.token.pk for person in asked if person.token})
    sessions = signed_in({person.session for person in asked if person.session})
    return {
        person
        for person in asked
        if right in RIGHTS.get(held.get(person.id, ""), frozenset())
        and (person.token is None or _covers(person.token, tokens, workspace_id, right))
        and (not person.session or person.session in sessions)
    }


def signed_in(sessions: set[str]) -> set[str]:
    """Which of these sign-ins still stand."""
    if not sessions:
        return set()
    found = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
    return set(found.values_list("session_key", flat=True))


def _covers(token: Token, standing: set[uuid.UUID], workspace_id: uuid.UUID, right: Right) -> bool:
    within = token.workspace_id == workspace_id and token.pk in standing
    return within and (token.scope == "write" or right in READING)


def _standing(tokens: set[uuid.UUID]) -> set[uuid.UUID]:
    if not tokens:
        return set()
    found = Token.objects.filter(pk__in=tokens, revoked_at=None)
    found = found.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    return set(found.values_list("pk", flat=True))
