"""Named states of a system: the drawing, what was entered and the whole assessment, as of then."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

# A system's linked models are its `models`, which hides the module from mypy's plug-in there.
from django.db.models import JSONField
from django.utils import timezone

from .system import System


class Baseline(models.Model):
    """A state that somebody named. Never changed: what was approved stays readable as it was.

    `content` is the drawing with decisions, mitigations and evidence, as a full export writes it;
    `findings` the assessment of that day. Both are compressed JSON. One of origin 'imported' came
    with a file: nobody here named it, and its `revision` counts in another log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="baselines")
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=10_000, blank=True)
    revision = models.PositiveBigIntegerField()
    as_of = models.DateField()
    catalog_digest = models.CharField(max_length=64)
    document_digest = models.CharField(max_length=64)
    summary = JSONField(default=dict)
    content = models.BinaryField()
    findings = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=12, default="entered")

    class Meta:
        ordering = ["origin", "-revision", "-at", "id"]
        constraints = [models.UniqueConstraint(fields=["system", "name"], name="baseline_once")]

    def __str__(self) -> str:
        where = "imported" if self.origin == "imported" else f"revision {self.revision}"
        return f"{self.name} ({where})"
