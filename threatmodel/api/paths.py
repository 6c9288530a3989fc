"""Attack paths, and what to put in place: worked out on request, kept by revision."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.types import Level
from threatmodel import gate
from threatmodel.core import plan_wire
from threatmodel.core.paths import Attack, attack_paths
from threatmodel.core.paths import wire as paths_wire
from threatmodel.core.paths.strength import Place
from threatmodel.core.plan import UnknownPick, chosen, plan
from threatmodel.gate import Right
from threatmodel.live import kept
from threatmodel.models import System
from threatmodel.services.refusal import Refusal

from .view import View, choice, matches, number

LEVELS = tuple(level.key for level in Level)
MOST_PATHS = 10
MOST_PICKS = 100
PICK = "control@element, as a plan lists them; repeated for several"


class Paths(View):
    """How likely each asset is hit, by which ways, and what would help most."""

    @extend_schema(
        parameters=[
            OpenApiParameter("paths", int, description=f"for each asset, 1 to {MOST_PATHS}")
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        k = number(request, "paths", 5, 1, MOST_PATHS)
        tag = _tag(system, f"paths {k}")
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        found = kept.answer(system, f"paths {k}", lambda attack: _paths(attack, k))
        return Response(found, headers={"ETag": tag})


class Plan(View):
    """The basket of controls that brings findings within the appetite; or what one's own leaves."""

    @extend_schema(
        parameters=[
            OpenApiParameter("appetite", enum=LEVELS, description="the system's by default"),
            OpenApiParameter("pick", many=True, description=PICK),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        appetite = choice(request, "appetite", LEVELS)
        picks = _picks(request)
        question = f"plan {appetite} {' '.join(map('@'.join, picks or ()))} {picks is None}"
        tag = _tag(system, question)
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        found = kept.answer(system, question, lambda attack: _plan(attack, appetite, picks))
        return Response(found, headers={"ETag": tag})


def _paths(attack: Attack, k: int) -> dict[str, Any]:
    return paths_wire.to_json(attack_paths(attack, k), attack)


def _plan(attack: Attack, appetite: str, picks: tuple[Place, ...] | None) -> dict[str, Any]:
    drawn = attack.graph.document.system.appetite
    level = Level.parse(appetite) if appetite else drawn
    if picks is None:
        return plan_wire.to_json(plan(attack, level), attack)
    try:
        return plan_wire.to_json(chosen(attack, level, picks), attack)
    except UnknownPick as unknown:
        control, place = unknown.pick
        message = f"pick: '{control}' at '{place}' answers no finding, or stands there already"
        raise Refusal(message[:400], field="pick") from None


def _picks(request: Request) -> tuple[Place, ...] | None:
    """What somebody picked; an empty `pick` is an empty basket, none at all asks for a plan."""
    texts = request.query_params.getlist("pick")
    if not texts:
        return None
    if len(texts) > MOST_PICKS:
        raise Refusal(f"pick may be given {MOST_PICKS} times at most", field="pick")
    picks = []
    for text in filter(None, texts):
        control, at, place = text[:200].partition("@")
        if not at:
            raise Refusal("pick must be a control and an element, such as x@c-1", field="pick")
        picks.append((control, place))
    return tuple(dict.fromkeys(picks))


def _tag(system: System, question: str) -> str:
    digest = blake2b(question.encode(), digest_size=8).hexdigest()
    return f'"{system.pk}-{system.revision}-{system.as_of}-{system.catalog_digest[:12]}-{digest}"'
