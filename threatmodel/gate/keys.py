"""What lets somebody in: memberships, invites, tokens, keys that sign."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from threatmodel.models import Invite, Member, SigningKey, SigninLink, Token, Workspace

from .rights import Forbidden, NotFound, Person, Right, Row, check, uuid_of


def _of_workspace(
    model: type[Row], person: Person, id: object, right: Right, what: str, **more: Any
) -> Row:
    row: Any = model._default_manager.filter(pk=uuid_of(id), **more).first()
    if row is None:
        raise NotFound(f"There is no such {what}")
    check(person, row.workspace_id, right, what)
    return row


def member(person: Person, id: object, right: Right) -> Member:
    return _of_workspace(Member, person, id, right, "member")


def invite(person: Person, id: object) -> Invite:
    """An open invite, for who might have made it."""
    row = Invite.objects.filter(pk=uuid_of(id), used_at=None).first()
    if row is None:
        raise NotFound("There is no such invite")
    check(person, row.workspace_id, inviting(row.role), "invite")
    return row


def invites(person: Person, workspace: Workspace) -> QuerySet[Invite]:
    """The open invites of a workspace that the person could have made."""
    found = workspace.invites.filter(used_at=None).select_related("system")
    if Right.MEMBERS not in person.rights(workspace.pk):
        found = found.filter(role="guest")
    return found.order_by("-created_at", "id")


def inviting(role: str) -> Right:
    """What lets somebody invite to that role."""
    return Right.INVITE_GUESTS if role == "guest" else Right.MEMBERS


def token(person: Person, id: object) -> Token:
    """One's own token, or any of a workspace whose tokens one keeps."""
    row = Token.objects.filter(pk=uuid_of(id), revoked_at=None).first()
    if row is None:
        raise NotFound("There is no such token")
    rights = person.rights(row.workspace_id)
    if not rights:
        raise NotFound("There is no such token")
    mine = row.user_id == person.id and (person.token is None or person.token.scope == "write")
    if not mine and Right.TOKENS not in rights:
        raise Forbidden("This token belongs to somebody else")
    return row


def signing_key(person: Person, id: object) -> SigningKey:
    """A key that still counts, for who may adopt evidence."""
    what = "signing key"
    return _of_workspace(SigningKey, person, id, Right.ADOPT, what, revoked_at=None)


def signing_keys(workspace: Workspace) -> QuerySet[SigningKey]:
    return workspace.signing_keys.order_by("created_at", "id")


def usable(secret: Invite | SigninLink | Token | None) -> bool:
    """Whether a link, invite or token still counts: not past its end, not spent."""
    if secret is None:
        return False
    spent = getattr(secret, "used_at", None) or getattr(secret, "revoked_at", None)
    return spent is None and (secret.expires_at is None or secret.expires_at > timezone.now())
