"""What people are doing about findings, with what belongs to it: entered, never derived."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .system import System


class MitigationRow(models.Model):
    """A control that somebody is putting in place. `version` lets only one of two writers win.

    `owner` is a name or an address as people read it; `owner_user` is set where it is somebody
    with an account. `checklist` holds the lines that were signed when it was verified, and
    `verified_alone` says that nobody else was there to sign them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="mitigations")
    title = models.CharField(max_length=200)
    control = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=12, default="planned")
    owner = models.CharField(max_length=200, blank=True)
    owner_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    due = models.DateField(null=True)
    effort = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=10_000, blank=True)
    implemented_on = models.DateField(null=True)
    implemented_by = models.CharField(max_length=200, blank=True)
    verified_by = models.CharField(max_length=200, blank=True)
    verified_on = models.DateField(null=True)
    verified_alone = models.BooleanField(default=False)
    checklist = models.JSONField(default=list)
    measured = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["system", "status"], name="mitigation_status")]

    def __str__(self) -> str:
        return self.title


class MitigationFinding(models.Model):
    """Which findings a mitigation answers, by key: it survives every recomputation."""

    id = models.BigAutoField(primary_key=True)
    mitigation = models.ForeignKey(MitigationRow, models.CASCADE, related_name="findings")
    finding = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mitigation", "finding"], name="answers_once")
        ]
        indexes = [models.Index(fields=["finding"], name="answered_finding")]

    def __str__(self) -> str:
        return self.finding


class Attachment(models.Model):
    """A file beside a mitigation. Its name on disk is ours; what it is was read from its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mitigation = models.ForeignKey(MitigationRow, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/", max_length=200)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.name
