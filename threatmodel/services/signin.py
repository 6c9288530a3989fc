"""Ways in without a password: the operator's sign-in link, and the first owner."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from threatmodel.gate import Person, usable
from threatmodel.models import Member, SigninLink, Workspace

from . import audit, secret
from .refusal import Refusal


def make_link(user: User) -> str:
    """The address of a page that signs the user in, by one press of its button."""
    text, digest = secret.make()
    ends = timezone.now() + timedelta(minutes=settings.SIGNIN_LINK_MINUTES)
    SigninLink.objects.filter(expires_at__lt=timezone.now()).delete()
    SigninLink.objects.create(user=user, digest=digest, expires_at=ends)
    return f"{settings.BASE_URL}/signin/{text}/"


def find(text: str) -> SigninLink:
    """The link of a secret, unspent: opening the page must not use it up.

    Raises
    ------
    Refusal
        'gone' when it was used, has ended, or never was.
    """
    row = SigninLink.objects.select_related("user").filter(digest=secret.digest(text)).first()
    if row is None or not usable(row) or not row.user.is_active:
        raise Refusal("This link was used or has ended; make a new one", code="gone")
    return row


def spend(text: str) -> User:
    """Use a link up; of two presses one comes too late."""
    row = find(text)
    if not SigninLink.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()):
        raise Refusal("This link was used or has ended; make a new one", code="gone")
    audit.note(None, Person(row.user), "signed in", "by link")
    return row.user


def set_password(user: User, password: str) -> None:
    """A password to come back with; the caller keeps the session alive."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), field="password") from None
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.note(None, Person(user), "password set", str(user))


def owner() -> User | None:
    """For whom `bin/run` makes its link: the owner who has been one the longest."""
    owners = Member.objects.filter(role="owner", user__is_active=True).select_related("user")
    first = owners.order_by("created_at", "id").first()
    return first.user if first else None


def first_owner() -> User | None:
    """The user 'owner' with a workspace, on a database that has nobody yet."""
    with transaction.atomic():
        if User.objects.exists():
            return None
        user = User.objects.create_user("owner")
        workspace = Workspace.objects.create(name="My workspace")
        Member.objects.create(workspace=workspace, user=user, role="owner")
        audit.note(workspace, None, "workspace made", workspace.name)
    return user
