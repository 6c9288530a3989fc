"""Models linked to components, the runs against them, and what those measured."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .job import Job
from .signing import SigningKey
from .system import System


class LinkedModel(models.Model):
    """An uploaded model with its data set. File names on disk are ours, never the uploader's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="models")
    element_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    file = models.FileField(upload_to="models/", max_length=200)
    dataset_file = models.FileField(upload_to="datasets/", max_length=200)
    dataset_digest = models.CharField(max_length=64)
    dataset = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="ready")
    demo = models.BooleanField(default=False)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["system", "element_id"], name="model_of_element")]

    def __str__(self) -> str:
        return self.name


class Run(Job):
    """One robustness test against one linked model.

    `plan` is what was settled before its chunks began. `rows` and `calls` count what all chunks
    asked, `expected` how many rows that may become. `deaths` is how often the model's process
    ended. Runs of one `batch` are judged together.
    """

    system = models.ForeignKey(System, models.CASCADE, related_name="runs")
    model = models.ForeignKey(LinkedModel, models.CASCADE, related_name="runs")
    element_id = models.CharField(max_length=64)
    test = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    plan = models.JSONField(null=True)
    rows = models.PositiveBigIntegerField(default=0)
    calls = models.PositiveBigIntegerField(default=0)
    expected = models.PositiveBigIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    batch = models.UUIDField(null=True, db_index=True)
    schedule = models.ForeignKey("Schedule", models.SET_NULL, null=True, related_name="runs")

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["system", "-created_at"], name="run_newest"),
            models.Index(fields=["state", "lease_until"], name="run_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.test} ({self.state})"


class EvidenceRow(models.Model):
    """A measurement. `data` is the whole of it; a run gives at most one.

    What was brought from elsewhere says in `source` which file it came from and what that file
    told besides; `nonce` lets a signed result in once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, models.CASCADE, related_name="evidence")
    run = models.OneToOneField(Run, models.SET_NULL, null=True, related_name="evidence")
    element_id = models.CharField(max_length=64)
    test = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    origin = models.CharField(max_length=12, default="run")
    adopted = models.BooleanField(default=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True)
    data = models.JSONField()
    tool = models.CharField(max_length=60, blank=True)
    tool_version = models.CharField(max_length=60, blank=True)
    key = models.ForeignKey(SigningKey, models.SET_NULL, null=True, related_name="+")
    nonce = models.CharField(max_length=64, blank=True)
    source = models.JSONField(default=dict)
    by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["system", "element_id"], name="evidence_of_element")]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "nonce"], condition=~models.Q(nonce=""), name="nonce_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.test} on {self.element_id}"
