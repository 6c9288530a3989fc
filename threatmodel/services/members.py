"""Who belongs to a workspace, and how they come in: by invites that count once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from threatmodel.gate import Person, inviting, usable
from threatmodel.models import Invite, Member, System, Workspace
from threatmodel.models.person import Role

from . import audit, secret
from .refusal import Refusal


def invite(
    workspace: Workspace, by: Person, *, role: str, email: str = "", system: System | None = None
) -> tuple[Invite, str]:
    """An invite for one person, and its secret, which is shown once. Guests come to a system."""
    if (role == Role.GUEST) != (system is not None):
        raise Refusal("Name the system for a guest, and for nobody else", field="system")
    text, digest = secret.make()
    row = Invite.objects.create(
        workspace=workspace,
        role=role,
        system=system,
        email=email,
        created_by=by.user,
        digest=digest,
        expires_at=timezone.now() + timedelta(days=settings.INVITE_DAYS),
    )
    audit.note(workspace, by, "invite made", _subject(row))
    return row, text


def find_invite(text: str) -> Invite:
    """The invite of a secret.

    Raises
    ------
    Refusal
        'gone' when it was used, has ended, or never was, or who made it could not any more.
    """
    rows = Invite.objects.select_related("workspace", "created_by")
    row = rows.filter(digest=secret.digest(text)).first()
    if row is None or not usable(row) or not _stood_behind(row):
        raise Refusal("This invite was used or has ended; ask for a new one", code="gone")
    return row


def _stood_behind(row: Invite) -> bool:
    """Else whoever is removed comes back as an owner, by an invite that was kept for that."""
    return inviting(row.role) in Person(row.created_by).rights(row.workspace_id)


def join(text: str, user: User) -> Member:
    """Spend an invite: two at once with one invite, and one of them comes too late."""
    row = find_invite(text)
    if row.email and row.email.lower() != user.email.lower():
        raise Refusal("This invite is for another e-mail address", code="gone")
    with transaction.atomic():
        spent = Invite.objects.filter(pk=row.pk, used_at=None)
        if not spent.update(used_at=timezone.now(), used_by=user):
            raise Refusal("This invite was used or has ended; ask for a new one", code="gone")
        return _admit(row, user)


def _admit(row: Invite, user: User) -> Member:
    """Make the membership. A guest takes the new role or system; a member keeps the role."""
    come_as = {"role": row.role, "system": row.system}
    member, made = Member.objects.get_or_create(
        workspace=row.workspace, user=user, defaults=come_as
    )
    if not made and member.role != Role.GUEST:
        return member
    if not made:
        member.role, member.system = row.role, row.system
        member.save(update_fields=["role", "system"])
    audit.note(row.workspace, Person(user), "member joined", f"{user} ({member.role})")
    return member


def sign_up(text: str, *, username: str, password: str) -> User:
    """A new account for somebody who holds an invite, and the membership with it."""
    row = find_invite(text)
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise Refusal("This name is taken; choose another", field="username", code="conflict")
        user = User.objects.create_user(username, row.email, password)
        join(text, user)
    return user


def _subject(row: Invite) -> str:
    return " ".join(filter(None, [row.role, f"of {row.system}" if row.system else "", row.email]))


def withdraw(row: Invite, by: Person) -> None:
    workspace, subject = row.workspace, _subject(row)
    row.delete()
    audit.note(workspace, by, "invite withdrawn", subject)


def change_role(row: Member, by: Person, role: str) -> Member:
    with transaction.atomic():
        _keep_an_owner(row, role)
        if role == Role.GUEST:
            raise Refusal("Invite a guest to a system instead", field="role")
        before, row.role, row.system = row.role, role, None
        row.save(update_fields=["role", "system"])
        audit.note(row.workspace, by, "role changed", f"{row.user}: {before} to {role}")
    return row


def remove(row: Member, by: Person) -> None:
    """End a membership, with the tokens that lived on it."""
    with transaction.atomic():
        _keep_an_owner(row, "")
        tokens = row.workspace.tokens.filter(user=row.user, revoked_at=None)
        tokens.update(revoked_at=timezone.now())
        row.delete()
        audit.note(row.workspace, by, "member removed", str(row.user))


def _keep_an_owner(row: Member, role: str) -> None:
    """Nobody may lock everybody out."""
    owners = Member.objects.select_for_update().filter(workspace=row.workspace, role="owner")
    if row.role == "owner" and role != "owner" and len(owners) == 1:
        raise Refusal("A workspace needs an owner; make somebody else one first", field="role")
