"""Errands: what is too much for one request, done by a worker for who asked for it."""

from __future__ import annotations

from django.db import models

from .job import Job
from .person import Workspace
from .system import System


class ErrandKind(models.TextChoices):
    IMPORT = "import"
    DECIDE = "decide"
    ASSIGN = "assign"


class Errand(Job):
    """A file to import, or something to enter about many findings.

    `asked` says what is to be done; of `size` bytes or findings `done` are behind it, counted in
    the transaction that did them. `result` says what came of it, and `system` where that stands.
    """

    kind = models.CharField(max_length=10, choices=ErrandKind.choices)
    workspace = models.ForeignKey(Workspace, models.CASCADE, null=True, related_name="errands")
    system = models.ForeignKey(System, models.CASCADE, null=True, related_name="errands")
    name = models.CharField(max_length=200, blank=True)
    asked = models.JSONField(default=dict)
    file = models.FileField(upload_to="imports/", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["created_by", "-created_at"], name="errand_newest"),
            models.Index(fields=["state", "lease_until"], name="errand_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
