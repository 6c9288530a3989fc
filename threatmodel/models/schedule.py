"""Tests that are run again by themselves, and what is told when they came out worse."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .linked import Run
from .system import System


class Occasion(models.TextChoices):
    NIGHTLY = "nightly", "every night"
    NEW_VERSION = "new version", "on a new version of the model"


class Schedule(models.Model):
    """One test of whatever model is linked to a component at that time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="schedules")
    element_id = models.CharField(max_length=64)
    test = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    last_on = models.DateField(null=True)
    last_digest = models.CharField(max_length=64, blank=True)
    said = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "element_id", "test", "occasion"], name="schedule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.test} {self.occasion} on {self.element_id}"


class Alert(models.Model):
    """A run that came out worse than the one before it, beyond what chance explains."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="alerts")
    run = models.OneToOneField(Run, models.CASCADE, related_name="alert")
    earlier = models.ForeignKey(Run, models.CASCADE, related_name="+")
    told = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    seen_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"{self.run_id} worse than {self.earlier_id}"
