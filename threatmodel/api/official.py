"""One entry of somebody's framework, with the publisher's own words where they were imported."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.framework import Framework
from threatmodel.gate import NotFound
from threatmodel.services import official

from .catalog import QUERY, CatalogView, plain, tagged


class FrameworkEntry(CatalogView):
    @extend_schema(parameters=QUERY, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, framework: str, id: str) -> Response:
        known = self.known()
        if framework not in known.frameworks:
            raise NotFound("The catalog has no such framework")
        answer = _entry(known.frameworks[framework], id)
        if answer is None:
            raise NotFound("The framework has no such entry")
        return tagged(request, known, f"{framework}-{id}-{official.stamp()}", lambda: answer)


def _entry(framework: Framework, id: str) -> dict[str, Any] | None:
    """Facts of the catalog, else of the import: it may know entries that the catalog does not."""
    publisher = official.text_of(framework.id, id)
    entry = framework.entries.get(id)
    if entry is None and publisher is None:
        return None
    facts: dict[str, Any] = {"framework": framework.id, "id": id}
    if entry is not None:
        facts |= plain(entry)
    elif publisher is not None:
        facts |= {"title": publisher.title, "url": publisher.url}
    return facts | ({"publisher": asdict(publisher)} if publisher else {})
