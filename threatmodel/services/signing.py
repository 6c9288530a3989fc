"""Signing keys of a workspace: made here, shown once, revocable; only the public half is kept."""

from __future__ import annotations

from django.utils import timezone

from threatmodel.gate import Person
from threatmodel.models import SigningKey, Workspace
from threatmodel.robustness import signing

from . import audit
from .refusal import Refusal

MOST_KEYS = 100
MOST_NAME = 200


def make(workspace: Workspace, by: Person, name: str) -> tuple[SigningKey, str]:
    """A new key and the line that signs with it, which is never seen again."""
    if by.token is not None:
        raise Refusal("A token cannot make signing keys; sign in to make one")
    name = name.strip()
    if not name or not name.isprintable() or len(name) > MOST_NAME:
        message = f"Say what the key is for in at most {MOST_NAME} characters of one line"
        raise Refusal(message, field="purpose")
    if workspace.signing_keys.filter(revoked_at=None).count() >= MOST_KEYS:
        message = f"A workspace has at most {MOST_KEYS} signing keys; revoke one"
        raise Refusal(message, field="purpose", code="limit")
    private, public = signing.make()
    key = SigningKey.objects.create(
        workspace=workspace, name=name, public=public, created_by_name=by.name
    )
    audit.note(workspace, by, "signing key made", key.name)
    return key, private


def revoke(key: SigningKey, by: Person) -> None:
    """Take nothing more that it signs. What came in before stays in the ledger."""
    changed = SigningKey.objects.filter(pk=key.pk, revoked_at=None)
    if changed.update(revoked_at=timezone.now()):
        audit.note(key.workspace, by, "signing key revoked", key.name)


def named(workspace: Workspace, public: object) -> SigningKey:
    """The workspace's key of that public half, if it still counts.

    Raises
    ------
    Refusal
        When the workspace does not know the key, or revoked it.
    """
    text = public if isinstance(public, str) else ""
    found = SigningKey.objects.filter(workspace=workspace, public=text[:64]).first()
    if found is None:
        raise Refusal(
            "It is signed with a key that this workspace does not know; an approver makes one on "
            "the evidence page",
            field="signature",
        )
    if found.revoked_at is not None:
        message = f"It is signed with the key “{found.name}”, which was revoked; use another"
        raise Refusal(message, field="signature")
    return found
