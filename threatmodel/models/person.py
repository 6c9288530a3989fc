"""Workspaces, who belongs to them, and the secrets that let people and programs in.

No secret is stored: rows hold its SHA-256, which is enough for secrets of 256 random bits.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Role(models.TextChoices):
    GUEST = "guest"
    VIEWER = "viewer"
    EDITOR = "editor"
    FACILITATOR = "facilitator"
    APPROVER = "approver"
    OWNER = "owner"


# A guest without a system would be a viewer; anybody else with one would lose the others.
GUEST_OF_ONE = models.Q(role=Role.GUEST, system__isnull=False) | (
    ~models.Q(role=Role.GUEST) & models.Q(system=None)
)


class Scope(models.TextChoices):
    READ = "read"
    WRITE = "write"


class Workspace(models.Model):
    """A team's own space: nothing in it is seen from another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person's one role in a workspace; taking it away deletes the row.

    A guest, and only a guest, has a `system`: the role counts there and nowhere else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    system = models.ForeignKey("System", models.CASCADE, null=True, related_name="guests")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
            models.CheckConstraint(condition=GUEST_OF_ONE, name="member_guest_of_one"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Secret(models.Model):
    """What all single secrets share: a hash, and an end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Invite(Secret):
    """Lets one person join with a role, once; a guest to one system."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invites")
    role = models.CharField(max_length=16, choices=Role.choices)
    system = models.ForeignKey("System", models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=GUEST_OF_ONE, name="invite_guest_of_one")]

    def __str__(self) -> str:
        return f"invite as {self.role}"


class Token(Secret):
    """A program's key: acts as its person, in one workspace, within its scope."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=200)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"


class SigninLink(Secret):
    """Signs its user in, once, within minutes; made by the operator."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.user}"
