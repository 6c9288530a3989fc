"""Reports that were asked for, how they look, and the record that came with a file."""

from __future__ import annotations

import uuid

from django.db import models

from .job import Job
from .person import Workspace
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


class ReportProfile(models.Model):
    """Named options of a report, for everybody of a workspace."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="report_profiles")
    name = models.CharField(max_length=80)
    options = models.JSONField(default=dict)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="report_profile_once")
        ]

    def __str__(self) -> str:
        return self.name


class ReportLook(models.Model):
    """How a workspace's reports look: a PNG that we encoded ourselves, and one colour."""

    workspace = models.OneToOneField(
        Workspace, models.CASCADE, primary_key=True, related_name="report_look"
    )
    logo = models.BinaryField(default=bytes)
    logo_digest = models.CharField(max_length=64, blank=True)
    accent = models.CharField(max_length=7, blank=True)

    def __str__(self) -> str:
        return f"look of {self.workspace_id}"


class BroughtRecord(models.Model):
    """What a file said was said and done elsewhere: remarks, workshops and a log.

    It is shown and written out again, and is never taken for what happened here.
    """

    system = models.OneToOneField(
        System, models.CASCADE, primary_key=True, related_name="brought_record"
    )
    data = models.JSONField()

    def __str__(self) -> str:
        return f"record brought with {self.system_id}"
