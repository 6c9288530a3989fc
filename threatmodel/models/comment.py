"""What people say to each other about a system, where they say it, and whom they name."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .system import System


class Comment(models.Model):
    """One remark. A remark without a `thread` begins one; its answers name it.

    `about` is an element's id, a finding's key, or empty for the system. A removed remark loses
    its text and keeps its place, so that those who come back learn that it is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="comments")
    about = models.CharField(max_length=160, blank=True)
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["system", "changed_at"], name="comment_latest")]

    def __str__(self) -> str:
        return f"Comment of {self.by_name}"


class Mention(models.Model):
    """Somebody named in a remark; on their Home until they have read it."""

    id = models.BigAutoField(primary_key=True)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"Mention in {self.comment_id}"
