"""What publishers wrote: the same for everybody who signs in."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from threatmodel.models import OfficialFile, OfficialText


def official_texts(frameworks: Iterable[str]) -> QuerySet[OfficialText]:
    """Publishers' texts on these frameworks: published words, the same for whoever signs in."""
    found = OfficialText.objects.filter(file__framework__in=list(frameworks))
    return found.select_related("file").order_by("file_id", "id")


def official_files() -> QuerySet[OfficialFile]:
    """The publishers' files that this installation imported."""
    return OfficialFile.objects.order_by("framework", "part")
