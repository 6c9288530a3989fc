"""A drawn system, its elements as rows, and its one gapless log."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

# A system's linked models are its `models`, which hides the module from mypy's plug-in there.
from django.db.models import ForeignKey, JSONField

from .person import Workspace


class System(models.Model):
    """One machine-learning system under assessment.

    The row is also the lock of its log: whoever writes holds it. `summary` is derived, for lists.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = ForeignKey(Workspace, models.CASCADE, related_name="systems")
    name = models.CharField(max_length=200)
    revision = models.PositiveBigIntegerField(default=0)
    as_of = models.DateField()
    catalog_digest = models.CharField(max_length=64, blank=True)
    summary = JSONField(default=dict)
    created_by = ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-changed_at"], name="system_newest")]

    def __str__(self) -> str:
        return self.name


class ElementRow(models.Model):
    """One element of the document. Its id is used once, for ever: removed rows stay."""

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, models.CASCADE, related_name="elements")
    kind = models.CharField(max_length=16)
    element_id = models.CharField(max_length=64)
    data = models.JSONField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "kind", "element_id"], name="element_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.element_id}"


class LogKind(models.TextChoices):
    OPERATION = "operation"
    RESTORE = "restore"
    DECISION = "decision"
    MITIGATION = "mitigation"
    MODEL = "model"
    EVIDENCE = "evidence"
    VOTE = "vote"
    CATALOG = "catalog"
    CLOCK = "clock"


class LogEntry(models.Model):
    """One step of a system's history. `gone` are the findings that ended with it.

    Of entries that were written together the last one tells what they did: `risk` before and
    after, and `entered_before`, with which what people entered is taken back to what it was.
    """

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, models.CASCADE, related_name="log")
    revision = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=16, choices=LogKind.choices)
    op = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    changes = models.JSONField(default=list)
    skipped = models.JSONField(default=list)
    gone = models.JSONField(default=list)
    risk = models.JSONField(default=dict)
    entered_before = models.JSONField(default=dict)
    as_of = models.DateField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "revision"], name="log_has_no_twins"),
            models.UniqueConstraint(fields=["system", "op"], name="operation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.kind} by {self.by_name}"
