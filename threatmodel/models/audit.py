"""Who did what that mattered beyond one system's log."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .person import Workspace


class AuditEntry(models.Model):
    """One event: sign-in, role, invite, token, export, import, delete. Only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, null=True, related_name="audit")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.action} {self.subject}"
