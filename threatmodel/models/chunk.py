"""Chunks of a run, about a minute of work each, so that several workers can share it."""

from __future__ import annotations

from django.db import models

from .job import Leased
from .linked import Run


class Chunk(Leased):
    """Some targets of a run. What they gave is kept until the run has all of its chunks.

    `rows` and `calls` are what was asked so far in the present attempt, at the end those that
    count. `found` is the answer as plain data, `notes` what is to be said of it.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    targets = models.JSONField(default=list)
    rows = models.PositiveBigIntegerField(default=0)
    calls = models.PositiveBigIntegerField(default=0)
    found = models.JSONField(null=True)
    notes = models.JSONField(default=list)

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="chunk_once")]
        indexes = [models.Index(fields=["state", "lease_until"], name="chunk_waiting")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number} ({self.state})"
