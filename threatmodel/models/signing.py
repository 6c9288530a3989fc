"""Keys that vouch for results which were measured in the owner's own place."""

from __future__ import annotations

import uuid

from django.db import models

from .person import Workspace


class SigningKey(models.Model):
    """The public half of one key; the private half was shown once and is kept nowhere here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="signing_keys")
    name = models.CharField(max_length=200)
    public = models.CharField(max_length=64, unique=True)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name
