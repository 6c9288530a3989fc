"""Reports that were asked for."""

from __future__ import annotations

from django.db import models

from .job import Job
from .system import System


class Report(Job):
    """A file made of one revision. It is absent or whole: `sha256` is written with the state."""

    system = models.ForeignKey(System, models.CASCADE, related_name="reports")
    format = models.CharField(max_length=16)
    revision = models.PositiveBigIntegerField(default=0)
    options = models.JSONField(default=dict)
    file = models.FileField(upload_to="reports/", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["system", "-created_at"], name="report_newest"),
            models.Index(fields=["state", "lease_until"], name="report_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.format} report ({self.state})"
