"""The catalog: at once for the editor, and entry by entry for everybody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import load as load_catalog
from catalog.types import Attribute, Catalog, Level, Trust
from threatmodel.gate import NotFound

from .view import View, matches

KINDS = {
    "component-types": "component_types",
    "zone-kinds": "zone_kinds",
    "flow-kinds": "flow_kinds",
    "threats": "threats",
    "controls": "controls",
    "adversaries": "adversaries",
    "frameworks": "frameworks",
    "crosswalks": "crosswalks",
}


class Whole(View):
    """Everything that the editor needs, in one answer that changes only with the catalog."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return tagged(request, "whole", lambda: whole(load_catalog().digest))


class Entries(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, kind: str) -> Response:
        def listed() -> dict[str, Any]:
            results = [plain(one) for one in entries(kind).values()]
            return {"count": len(results), "next": None, "previous": None, "results": results}

        entries(kind)
        return tagged(request, kind, listed)


class Entry(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, kind: str, id: str) -> Response:
        found = entries(kind).get(id)
        if found is None:
            raise NotFound("The catalog has no such entry")
        return tagged(request, f"{kind}-{id}", lambda: plain(found))


def tagged(request: Request, name: str, answer: Callable[[], Any]) -> Response:
    tag = f'"{load_catalog().digest}-{name}"'
    if matches(request, tag):
        return Response(status=304, headers={"ETag": tag})
    return Response(answer(), headers={"ETag": tag})


def entries(kind: str) -> Mapping[str, Any]:
    if kind not in KINDS:
        raise NotFound("The catalog has no such kind")
    found: Mapping[str, Any] = getattr(load_catalog(), KINDS[kind])
    return found


@cache
def whole(digest: str) -> dict[str, Any]:
    catalog = load_catalog()
    return {
        "digest": digest,
        "levels": [level.key for level in Level],
        "trusts": [trust.key for trust in Trust],
        "stages": [{"id": id, "name": name} for id, name in catalog.stages.items()],
        "component_types": [_component_type(catalog, id) for id in catalog.component_types],
        "zone_kinds": [plain(one) for one in catalog.zone_kinds.values()],
        "flow_kinds": [plain(one) for one in catalog.flow_kinds.values()],
        "flow_attributes": [_attribute(one) for one in catalog.flow_attributes],
        "asset_kinds": list(catalog.asset_kinds),
        "dimensions": list(catalog.dimensions),
        "threats": {
            one.id: {
                "title": one.title,
                "description": one.description,
                "references": plain(one.references),
                "tests": list(one.tests),
            }
            for one in catalog.threats.values()
        },
        "controls": {
            one.id: {"title": one.title, "effort": one.effort} for one in catalog.controls.values()
        },
        "adversaries": [plain(one) for one in catalog.adversaries.values()],
    }


def _component_type(catalog: Catalog, id: str) -> dict[str, Any]:
    """A type with all that can be stated about it, what it inherits included."""
    one = catalog.component_types[id]
    return {
        "id": one.id,
        "name": one.name,
        "stage": one.stage,
        "description": one.description,
        "icon": one.icon,
        "ancestor": one.ancestor,
        "default_zone": one.default_zone,
        "attributes": [_attribute(attribute) for attribute in catalog.attributes_of(id)],
        "implies": dict(catalog.implied(id)),
    }


def _attribute(one: Attribute) -> dict[str, Any]:
    answer: dict[str, Any] = plain(one)
    return answer


def plain(value: Any) -> Any:
    """A catalog value as JSON; levels and trusts by their names."""
    if isinstance(value, Level | Trust):
        return value.key
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value
