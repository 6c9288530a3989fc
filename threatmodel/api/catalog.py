"""The catalog: at once for the editor, and entry by entry for everybody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.tactics import tactics, tactics_of
from catalog.types import Attribute, Catalog, Level, Trust
from threatmodel.gate import NotFound
from threatmodel.services.catalogs import spoken_of

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
# What a workspace may add, by the name that its file gives it.
OWN = {"component-types": "components", "threats": "threats", "controls": "controls"}
QUERY = [OpenApiParameter("system"), OpenApiParameter("workspace")]
MOST_KEPT = 8


class CatalogView(View):
    """A view of the catalog that a system or a workspace goes by, else one's first workspace."""

    def known(self) -> Catalog:
        asked = {name: self.request.query_params.get(name, "") for name in ("system", "workspace")}
        return spoken_of(self.person(), **asked)


class Whole(CatalogView):
    """Everything that the editor needs, in one answer that changes only with the catalog."""

    @extend_schema(parameters=QUERY, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        known = self.known()
        return tagged(request, known, "whole", lambda: whole(known))


class Entries(CatalogView):
    @extend_schema(parameters=QUERY, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, kind: str) -> Response:
        known = self.known()
        found = entries(known, kind)

        def listed() -> dict[str, Any]:
            results = [entry(known, kind, id) for id in found]
            return {"count": len(results), "next": None, "previous": None, "results": results}

        return tagged(request, known, kind, listed)


class Entry(CatalogView):
    @extend_schema(parameters=QUERY, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, kind: str, id: str) -> Response:
        known = self.known()
        if id not in entries(known, kind):
            raise NotFound("The catalog has no such entry")
        return tagged(request, known, f"{kind}-{id}", lambda: entry(known, kind, id))


def tagged(request: Request, known: Catalog, name: str, answer: Callable[[], Any]) -> Response:
    tag = f'"{known.digest}-{name}"'
    if matches(request, tag):
        return Response(status=304, headers={"ETag": tag})
    return Response(answer(), headers={"ETag": tag})


def entries(known: Catalog, kind: str) -> Mapping[str, Any]:
    if kind not in KINDS:
        raise NotFound("The catalog has no such kind")
    found: Mapping[str, Any] = getattr(known, KINDS[kind])
    return found


def entry(known: Catalog, kind: str, id: str) -> dict[str, Any]:
    answer: dict[str, Any] = plain(entries(known, kind)[id])
    return answer | _mark(known, OWN.get(kind, ""), id)


def _mark(known: Catalog, sort: str, id: str) -> dict[str, Any]:
    """Says of a workspace's own entry that it is one."""
    return {"own": True} if known.is_own(sort, id) else {}


_wholes: dict[str, dict[str, Any]] = {}


def whole(catalog: Catalog) -> dict[str, Any]:
    """The answer for a catalog, kept by its digest for the few that are in use."""
    found = _wholes.get(catalog.digest)
    if found is None:
        for old in list(_wholes)[: 1 - MOST_KEPT]:
            _wholes.pop(old, None)
        found = _wholes[catalog.digest] = _whole(catalog)
    return found


def _whole(catalog: Catalog) -> dict[str, Any]:
    return {
        "digest": catalog.digest,
        "levels": [level.key for level in Level],
        "trusts": [trust.key for trust in Trust],
        "stages": [{"id": id, "name": name} for id, name in catalog.stages.items()],
        "component_types": [_component_type(catalog, id) for id in catalog.component_types],
        "zone_kinds": [plain(one) for one in catalog.zone_kinds.values()],
        "flow_kinds": [plain(one) for one in catalog.flow_kinds.values()],
        "flow_attributes": [_attribute(one) for one in catalog.flow_attributes],
        "asset_kinds": list(catalog.asset_kinds),
        "dimensions": list(catalog.dimensions),
        "tactics": [{"id": one.id, "name": one.title} for one in tactics(catalog)],
        "threats": {
            one.id: {
                "title": one.title,
                "description": one.description,
                "references": plain(one.references),
                "tactics": list(tactics_of(catalog, one.id)),
                "tests": list(one.tests),
                **_mark(catalog, "threats", one.id),
            }
            for one in catalog.threats.values()
        },
        "controls": {
            one.id: {
                "title": one.title,
                "effort": one.effort,
                **_mark(catalog, "controls", one.id),
            }
            for one in catalog.controls.values()
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
        **_mark(catalog, "components", id),
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
