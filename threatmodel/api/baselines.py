"""History: named states, the difference of any two, one step of the log, a copy to try things."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.core import wire
from threatmodel.core.change import Moved
from threatmodel.core.comparison import ElementChange, counted
from threatmodel.core.document import to_data
from threatmodel.core.naming import called
from threatmodel.formats.carried import carrying
from threatmodel.formats.entered import to_rows
from threatmodel.gate import Right
from threatmodel.live import catalogs
from threatmodel.live.history import document_at
from threatmodel.live.past import catalog_at
from threatmodel.logbook import Line, Names, tell
from threatmodel.models import Baseline
from threatmodel.services import audit, baselines, branches, comparison
from threatmodel.services.comparison import Compared, Side

from .view import View, pages, read


class BaselineBody(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    note = serializers.CharField(max_length=10_000, allow_blank=True, required=False, default="")
    revision = serializers.IntegerField(min_value=0, required=False)


class BranchBody(serializers.Serializer):
    revision = serializers.IntegerField(min_value=0, required=False)
    name = serializers.CharField(max_length=200, allow_blank=True, required=False, default="")


class Baselines(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        return pages(request, gate.baselines(system), baseline_row)

    @extend_schema(request=BaselineBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.BASELINE)
        row = baselines.keep(system, person, **read(BaselineBody, request))
        return Response(baseline_row(row), 201)


class BaselineDetail(View):
    """One baseline, whole: the drawing with what was entered, and the assessment of then."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        person = self.person()
        row = gate.baseline(person, id, Right.READ)
        kept = baselines.kept(row)
        drawn = carrying(kept.document, kept.catalog)
        audit.exported(row.system, person, f"baseline {row.name}")
        return Response(
            baseline_row(row)
            | {
                "document": to_data(drawn) | to_rows(kept.inputs),
                "assessment": wire.to_json(kept.assessment, kept.catalog, kept.document),
            }
        )


class Compare(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        named = [request.query_params.get(name, "") for name in ("from", "to")]
        return Response(compared(comparison.compare_states(system, *named)))


class LogStep(View):
    """One entry of the log, and the drawing as it was after it: for looking, not to take along."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str, revision: int) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        if revision > system.revision:
            raise gate.NotFound("There is no such revision")
        document = document_at(system, revision, catalog_at(system, revision))
        entry = system.log.filter(revision=revision).first()
        line = tell(entry, Names(document, catalogs.of(system))) if entry else None
        told = log_line(line) if line else {"revision": 0, "told": "Before anything was drawn"}
        return Response(told | {"document": to_data(document)})


class Branch(View):
    @extend_schema(request=BranchBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        person = self.person()
        system = gate.system(person, id, Right.DRAW)
        gate.workspace(person, system.workspace_id, Right.DRAW)
        values = read(BranchBody, request)
        revision = values.get("revision", system.revision)
        made = branches.branch(system, person, revision, values["name"])
        return Response({"system": {"id": made.pk, "name": made.name}}, 201)


def baseline_row(row: Baseline) -> dict[str, Any]:
    return {
        "id": row.pk,
        "system": row.system_id,
        "name": row.name,
        "note": row.note,
        "revision": row.revision,
        "as_of": row.as_of,
        "catalog": row.catalog_digest,
        "document_digest": row.document_digest,
        "summary": row.summary,
        "by": {"id": row.by_id, "name": row.by_name},
        "at": row.at,
        "origin": row.origin,
    }


def log_line(line: Line) -> dict[str, Any]:
    """An entry of the log as words, and what it did to the risk."""
    entry = line.entry
    return {
        "revision": entry.revision,
        "kind": entry.kind,
        "by": {"id": entry.by_id, "name": entry.by_name},
        "at": entry.at,
        "told": line.sentence,
        "risk": entry.risk or None,
    }


def compared(found: Compared) -> dict[str, Any]:
    difference, sides = found.difference, (found.before, found.after)
    findings = difference.findings
    return {
        "from": _side(found.before),
        "to": _side(found.after),
        "elements": [_element(one, *sides) for one in difference.elements],
        "counts": counted(difference.elements),
        "findings": {
            "new": [_finding(one, found.after) for one in findings.new],
            "changed": [_moved(one, found.after) for one in findings.changed],
            "gone": [_finding(one, found.before) for one in findings.gone],
            "reworded": findings.reworded,
        },
        "risk": {
            "before": wire.summary(difference.before),
            "after": wire.summary(difference.after),
        },
    }


def _side(one: Side) -> dict[str, Any]:
    return {
        "revision": one.revision,
        "baseline": {"id": one.baseline.pk, "name": one.baseline.name} if one.baseline else None,
        "at": one.at,
        "as_of": one.as_of,
        "catalog": one.catalog.digest,
    }


def _element(one: ElementChange, before: Side, after: Side) -> dict[str, Any]:
    shown = before if one.how == "removed" else after
    return {
        "kind": one.kind,
        "id": one.id,
        "name": called(shown.state.document, one.kind, one.id),
        "how": one.how,
        "properties": [
            {"name": part.name, "before": part.before, "after": part.after}
            for part in one.properties
        ],
    }


def _finding(one: Any, side: Side) -> dict[str, Any]:
    return wire.finding_row(one, side.catalog, side.state.document)


def _moved(one: Moved, after: Side) -> dict[str, Any]:
    pairs = {name: (getattr(one.before, name), getattr(one.after, name)) for name in one.seen}
    differs = [
        {"name": name, "before": getattr(was, "key", was), "after": getattr(now, "key", now)}
        for name, (was, now) in pairs.items()
    ]
    return _finding(one.after, after) | {"differs": differs}
