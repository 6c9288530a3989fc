"""What a workspace knows of its own, and the catalogs that systems were assessed with."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .person import Workspace


class OwnCatalog(models.Model):
    """One version of a workspace's own entries; the newest counts, none is ever changed.

    A version without a `source` says that the workspace took its entries away.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="own_catalogs")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "version"], name="own_catalog_once")
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.workspace}'s entries"


class CatalogSnapshot(models.Model):
    """A catalog that some system was assessed with, kept once whoever uses it.

    `content` is `catalog.snapshot`'s for a shipped one; with a `base`, the own entries over it.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    content = models.BinaryField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest
