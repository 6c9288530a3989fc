"""What to test: options and costs before a run, schedules, alerts, two runs side by side."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import Occasion
from threatmodel.services import batches, costs, pairs, runs, schedules
from threatmodel.services.refusal import Refusal

from .view import View, choice, pages, read


class BudgetBody(serializers.Serializer):
    """`budget` is in queries, over all tests together."""

    budget = serializers.IntegerField(min_value=1, max_value=batches.MOST_ROWS)


class ScheduleBody(serializers.Serializer):
    """A test that is run again by itself; `params` as for a run."""

    model = serializers.UUIDField()
    test = serializers.CharField(max_length=64)
    params = serializers.DictField(required=False, default=dict)
    occasion = serializers.ChoiceField(Occasion.choices)


class Tests(View):
    """Every test of a system's linked models: what it costs and may move, or why it cannot run."""

    throttle_scope = "run"

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        found = batches.rows(gate.system(self.person(), id, Right.READ))
        return Response({"count": len(found), "results": found})

    @extend_schema(request=BudgetBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.RUN)
        batch = batches.start(system, self.person(), read(BudgetBody, request)["budget"])
        started = [runs.row(one) for one in batch.runs]
        return Response({"runs": started, "left_out": batch.left_out}, 201)


class ModelCosts(View):
    """What each test of a model would cost with its defaults; one alone with `test`, then with its
    own parameters beside it."""

    @extend_schema(
        parameters=[OpenApiParameter("test", str, description="its parameters beside it")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        model = gate.linked_model(self.person(), id, Right.READ)
        given = request.query_params.dict()
        if not (test_id := given.pop("test", "")):
            return Response({name: one.row() for name, one in costs.every(model).items()})
        typed = {name: runs.typed(text) for name, text in given.items() if text.strip()}
        test, values = runs.settled(model, test_id, typed)
        return Response({test.id: costs.of(model, test.id, values).row()})


class Schedules(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        return pages(request, system.schedules.all(), schedules.row)

    @extend_schema(request=ScheduleBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.RUN)
        values = read(ScheduleBody, request)
        model = gate.linked_model(self.person(), values["model"], Right.RUN)
        if model.system_id != system.pk:
            raise Refusal("This model is not linked in this system", field="model")
        test, params, occasion = values["test"], values["params"], values["occasion"]
        made = schedules.make(model, self.person(), test, params, occasion)
        return Response(schedules.row(made), 201)


class ScheduleDetail(View):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: str) -> Response:
        schedules.remove(gate.schedule(self.person(), id, Right.RUN), self.person())
        return Response(status=204)


class Alerts(View):
    """Runs that came out worse than the ones before them."""

    @extend_schema(
        parameters=[OpenApiParameter("seen", str, enum=["yes", "no"])],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        found = gate.system(self.person(), id, Right.READ).alerts.all()
        if seen := choice(request, "seen", ("yes", "no")):
            found = found.filter(seen_at__isnull=seen == "no")
        return pages(request, found, pairs.row)


class AlertSeen(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        alert = gate.alert(self.person(), id, Right.RUN)
        pairs.take_note(alert, self.person())
        alert.refresh_from_db()
        return Response(pairs.row(alert))


class RunCompare(View):
    """A run beside another one that asked the same, the newest unless `with` names one."""

    @extend_schema(
        parameters=[OpenApiParameter("with", str, description="the id of the other run")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        run = gate.run(self.person(), id, Right.READ)
        others = pairs.comparable(run)
        named = request.query_params.get("with", "")
        other = gate.run(self.person(), named, Right.READ) if named else next(iter(others), None)
        if other is not None and other.system_id != run.system_id:
            raise gate.NotFound("There is no such run")
        found = pairs.compare(other, run) if other else None
        return Response({"comparable": [runs.row(one) for one in others], "comparison": found})
