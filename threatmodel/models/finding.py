"""Findings as rows: derived, for lists and filters; may be thrown away at any time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .system import System


class FindingRow(models.Model):
    """One finding. `data` is the whole of it, the columns are what lists filter and order by.

    Levels are 0 to 4. `revision` is the log entry that last changed it. `lapsed` says why the last
    decision counts no more, `until` is the day on which the one that counts ends. `listed` is what
    a list says of it, as JSON that is ready to send. It stands before `data`, with whatever lists
    read: SQLite walks through all that is stored before a column.
    """

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, models.CASCADE, related_name="findings")
    key = models.CharField(max_length=160)
    threat = models.CharField(max_length=90)
    element = models.CharField(max_length=64)
    applies = models.CharField(max_length=12)
    treatment = models.CharField(max_length=12)
    position = models.CharField(max_length=8)
    answered = models.CharField(max_length=12)
    verdict = models.CharField(max_length=20)
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    inherent = models.PositiveSmallIntegerField()
    residual = models.PositiveSmallIntegerField()
    planned = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    adversary = models.CharField(max_length=64)
    cause = models.CharField(max_length=160)
    revision = models.PositiveBigIntegerField()
    lapsed = models.CharField(max_length=1000, blank=True)
    until = models.DateField(null=True)
    listed = models.TextField(default="")
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="finding_once")]
        indexes = [
            models.Index(
                fields=["system", "-residual", "-score", "threat", "element"], name="finding_order"
            ),
            models.Index(fields=["system"], condition=~Q(lapsed=""), name="finding_lapsed"),
            models.Index(
                fields=["system", "until"], condition=Q(until__isnull=False), name="finding_until"
            ),
        ]

    def __str__(self) -> str:
        return self.key
