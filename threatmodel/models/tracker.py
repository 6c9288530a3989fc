"""Other people's trackers: where a workspace's mitigations are sent, and what came of it."""

from __future__ import annotations

import uuid

from django.db import models

from .mitigation import MitigationRow
from .person import Workspace


class Tracker(models.Model):
    """A tracker that an owner set up. `secret` is encrypted and never given out.

    `place` is a repository, a Jira project, or empty for a webhook; `account` is Jira's user.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="trackers")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=2000)
    place = models.CharField(max_length=200, blank=True)
    account = models.CharField(max_length=200, blank=True)
    secret = models.TextField(blank=True)
    said = models.CharField(max_length=500, blank=True)
    said_at = models.DateTimeField(null=True)
    is_well = models.BooleanField(default=False)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """A mitigation's ticket elsewhere. What it says is shown and never written into ours.

    Without a `tracker` it is a link that somebody typed, whose state nobody reads.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mitigation = models.ForeignKey(MitigationRow, models.CASCADE, related_name="tickets")
    tracker = models.ForeignKey(Tracker, models.SET_NULL, null=True, related_name="tickets")
    key = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=100, blank=True)
    is_closed = models.BooleanField(null=True)
    read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mitigation", "tracker"],
                condition=models.Q(tracker__isnull=False),
                name="ticket_once",
            )
        ]

    def __str__(self) -> str:
        return self.key or self.url


class Delivery(models.Model):
    """One message to a webhook: sent until it is taken, or given up after so many attempts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tracker = models.ForeignKey(Tracker, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=8, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    answered = models.PositiveSmallIntegerField(null=True)
    said = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event} ({self.state})"
