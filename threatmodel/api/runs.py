"""Robustness runs: started, followed, cancelled."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models.job import JobState
from threatmodel.services import jobs, runs

from .view import View, choice, pages, read


class RunBody(serializers.Serializer):
    """`params` are the test's own; what is left out has its default. A large run (its cost says so)
    is refused with 409 until it is sent with `confirmed`."""

    model = serializers.UUIDField()
    test = serializers.CharField(max_length=64)
    params = serializers.DictField(required=False, default=dict)
    confirmed = serializers.BooleanField(required=False, default=False)


class Runs(View):
    throttle_scope = "run"

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        person = self.person()
        found = runs.among(gate.systems(person))
        if system := request.query_params.get("system", ""):
            found = found.filter(system=gate.system(person, system, Right.READ))
        if model := request.query_params.get("model", ""):
            found = found.filter(model=gate.linked_model(person, model, Right.READ))
        if state := choice(request, "state", tuple(JobState.values)):
            found = found.filter(state=state)
        return pages(request, jobs.in_line(found), runs.row)

    @extend_schema(request=RunBody, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        values = read(RunBody, request)
        model = gate.linked_model(self.person(), values["model"], Right.RUN)
        test, params, confirmed = values["test"], values["params"], values["confirmed"]
        started = runs.start(model, self.person(), test, params, confirmed=confirmed)
        return Response(runs.row(started), 201)


class RunDetail(View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        return Response(runs.detail(gate.run(self.person(), id, Right.READ)))


class RunCancel(View):
    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, id: str) -> Response:
        found = gate.run(self.person(), id, Right.RUN)
        return Response(runs.row(runs.cancel(found, self.person())))
