"""What people decided and what they are doing about it: entered, never derived."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .system import System


class DecisionRow(models.Model):
    """A decision about one finding, by its key; a later one on the same finding replaces it.

    `grounds` are the facts that a dismissal rests on, as [element, attribute, value].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="decisions")
    finding = models.CharField(max_length=160)
    action = models.CharField(max_length=12)
    reason = models.CharField(max_length=10_000)
    until = models.DateField(null=True)
    likelihood = models.PositiveSmallIntegerField(null=True)
    impact = models.PositiveSmallIntegerField(null=True)
    accepted_level = models.PositiveSmallIntegerField(null=True)
    grounds = models.JSONField(default=list)
    origin = models.CharField(max_length=12, default="entered")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["system", "finding"], name="decision_of_finding")]

    def __str__(self) -> str:
        return f"{self.action} {self.finding}"


class MitigationRow(models.Model):
    """A control that somebody is putting in place. `version` lets only one of two writers win."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="mitigations")
    title = models.CharField(max_length=200)
    control = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=12, default="planned")
    owner = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True)
    effort = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=10_000, blank=True)
    implemented_on = models.DateField(null=True)
    verified_by = models.CharField(max_length=200, blank=True)
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

    def __str__(self) -> str:
        return self.finding
