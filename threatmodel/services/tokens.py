"""API tokens: scoped, in one workspace, shown once."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from threatmodel.gate import Person, usable
from threatmodel.models import Token, Workspace

from . import audit, secret
from .refusal import Refusal


def create(
    workspace: Workspace, by: Person, *, name: str, scope: str, days: int | None = None
) -> tuple[Token, str]:
    """A new token of one's own, and its secret, which is never seen again."""
    if by.token is not None:
        raise Refusal("A token cannot make tokens; sign in to make one")
    text, digest = secret.make()
    expires = timezone.now() + timedelta(days=days) if days else None
    token = Token.objects.create(
        workspace=workspace,
        user=by.user,
        name=name,
        scope=scope,
        digest=digest,
        expires_at=expires,
    )
    audit.note(workspace, by, "token made", f"{name} ({scope})")
    return token, text


def find(text: str) -> Token | None:
    """The token of a secret, if it still counts; remembers its use to the minute."""
    found = Token.objects.select_related("user").filter(digest=secret.digest(text)).first()
    if found is None or not usable(found) or not found.user.is_active:
        return None
    now = timezone.now()
    if found.last_used_at is None or now - found.last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def revoke(token: Token, by: Person) -> None:
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    audit.note(token.workspace, by, "token revoked", token.name)
