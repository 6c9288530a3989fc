"""Workshops: a room that goes through a system together, its votes and what it left to do."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

# A system's linked models are its `models`, which hides the module from mypy's plug-in there.
from django.db.models import JSONField

from .decision import DecisionRow
from .system import System


class Workshop(models.Model):
    """One meeting. `version` orders what is told of it, `focus` is what everybody looks at.

    The timer either runs to `ends_at` or stands with `left_s` seconds to go.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="workshops")
    title = models.CharField(max_length=200)
    agenda = JSONField(default=list)
    step = models.PositiveSmallIntegerField(default=0)
    order = models.CharField(max_length=8, default="risk")
    focus = JSONField(null=True)
    ends_at = models.DateTimeField(null=True)
    left_s = models.PositiveIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=1)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    leader_name = models.CharField(max_length=200)
    from_revision = models.PositiveBigIntegerField()
    to_revision = models.PositiveBigIntegerField(null=True)
    changed = JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["system"], condition=models.Q(ended_at=None), name="workshop_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """Somebody who took part, and for which discipline they speak."""

    id = models.BigAutoField(primary_key=True)
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    discipline = models.CharField(max_length=16, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [models.UniqueConstraint(fields=["workshop", "user"], name="takes_part_once")]

    def __str__(self) -> str:
        return self.name


class VoteRound(models.Model):
    """One silent vote on one finding; `computed` and the votes are told from `revealed_at` on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="rounds")
    finding = models.CharField(max_length=160)
    title = models.CharField(max_length=600)
    number = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField(auto_now_add=True)
    revealed_at = models.DateTimeField(null=True)
    computed = JSONField(default=dict)
    outcome = JSONField(default=dict)
    decision = models.ForeignKey(DecisionRow, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "finding", "number"], name="round_counted_once"
            ),
            models.UniqueConstraint(
                fields=["workshop"], condition=models.Q(revealed_at=None), name="round_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, round {self.number}"


class Vote(models.Model):
    """One person's estimates. Who votes again before the reveal replaces the first vote."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(VoteRound, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    discipline = models.CharField(max_length=16, blank=True)
    initiation = JSONField()
    impact = JSONField()
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="votes_once")]

    def __str__(self) -> str:
        return f"Vote of {self.by_name}"


class NoteKind(models.TextChoices):
    PARKED = "parked"
    CONFIRMED = "confirmed"


class WorkshopNote(models.Model):
    """What was put on the parking lot, or a finding that was confirmed as computed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=NoteKind.choices)
    text = models.CharField(max_length=2000)
    finding = models.CharField(max_length=160, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "finding"],
                condition=models.Q(kind="confirmed"),
                name="confirmed_once",
            )
        ]

    def __str__(self) -> str:
        return self.text
