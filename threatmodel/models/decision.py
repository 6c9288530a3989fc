"""What people decided: entered, never derived."""

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
