"""What a person is told of: once each, on the page and where they wish by mail."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .system import System


class Notice(models.Model):
    """Something that somebody is told once. `occasion` names what happened, so that it is said
    to each person one single time; `path` leads to it within this site. Without a system it is
    about something that was the person's alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    system = models.ForeignKey(System, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    occasion = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    path = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    wants_mail = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "occasion"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "read_at"], name="notice_unread"),
            models.Index(fields=["wants_mail", "mailed_at"], name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeWish(models.Model):
    """What a person does not want to hear of, and whether by mail. No row means: everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_wish", primary_key=True
    )
    by_mail = models.BooleanField(default=True)
    muted = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"wishes of {self.user_id}"
