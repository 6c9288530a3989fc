"""Ways of looking at a register that people keep: filters, grouping and order under a name."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import ForeignKey

from .person import Workspace
from .system import System


class SavedView(models.Model):
    """A register's address under a name; without a `system` it is of the whole workspace's.

    Who made it has it, and where `shared` everybody who may read the register. `query` is what
    stands behind the question mark: read as any other address, so it can show nothing more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = ForeignKey(Workspace, models.CASCADE, related_name="saved_views")
    system = ForeignKey(System, models.CASCADE, null=True, related_name="saved_views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    shared = models.BooleanField(default=False)
    by = ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
