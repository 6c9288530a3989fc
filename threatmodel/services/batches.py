"""What could be tested on a system, what each test is worth, and all of it for one budget."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from catalog.types import Catalog
from threatmodel import live
from threatmodel.core.document import Document
from threatmodel.core.evidence import ENOUGH_SAMPLES
from threatmodel.core.inputs import Evidence, Inputs
from threatmodel.core.testing import Move, Trial, Worth, worth
from threatmodel.gate import Person
from threatmodel.live import Warm
from threatmodel.models import LinkedModel, Run, System
from threatmodel.robustness import attacks, settling
from threatmodel.robustness.attacks import Test, Whole
from threatmodel.robustness.errors import RobustnessError

from . import audit, costs, jobs, models, permits, runs
from .costs import Cost
from .refusal import Refusal

MOST_ROWS = 100_000_000


@dataclass(frozen=True, slots=True)
class Option:
    """A run that could be started now, with what it costs and what it may move."""

    model: LinkedModel
    test: Test
    params: dict[str, Any]
    cost: Cost
    worth: Worth

    @property
    def name(self) -> str:
        return _name(self.model, self.test)


def options(system: System) -> list[Option]:
    """Every test of every linked model that can be run with its defaults, the most telling
    first. What is as it was when the same test was run last is worth what a repeat is worth."""
    ready = [model for model in models.linked(system) if not permits.reason(model)]
    could = [(model, *one) for model in ready for one in costs.runnable(model)]
    trials = [Trial(_name(model, test), _piece(system, model, test, p)) for model, test, p in could]
    if not trials:
        return []
    found = {_name(model, test): (model, test, params) for model, test, params in could}
    seen = {model.pk: costs.seen(model) for model in ready}
    told = []
    for one in _worths(system, trials):
        model, test, params = found[one.name]
        cost = seen[model.pk].cost(test, params, int(model.dataset.get("rows", 0)))
        told.append(Option(model, test, params, cost, one))
    return told


def _worths(system: System, trials: Sequence[Trial]) -> tuple[Worth, ...]:
    document, catalog, inputs, as_of = live.read(system, _state)
    return worth(document, catalog, inputs, trials, as_of=as_of)


def _state(warm: Warm) -> tuple[Document, Catalog, Inputs, date]:
    engine = warm.engine
    return warm.document, engine.catalog, engine.inputs, engine.as_of


def _name(model: LinkedModel, test: Test) -> str:
    return f"{test.id}@{model.element_id}"


def rows(system: System) -> list[dict[str, Any]]:
    """Every test of every linked model as REST shows it: what can be run, the most telling first,
    then what cannot and why."""
    could = [_row(one.model, one.test) | _promise(one) for one in options(system)]
    known = {(one["model"], one["test"]) for one in could}
    return could + [
        _row(model, test) | {"why_not": barred or why_not(model, test)}
        for model in models.linked(system)
        for barred in [permits.reason(model)]
        for test in attacks.load().values()
        if (str(model.pk), test.id) not in known
    ]


def _row(model: LinkedModel, test: Test) -> dict[str, Any]:
    about = {"model": str(model.pk), "component": model.element_id, "test": test.id}
    return {**about, "name": test.name, "why_not": "", "cost": None}


def _promise(one: Option) -> dict[str, Any]:
    return {
        "params": one.params,
        "cost": one.cost.row(),
        "levels": one.worth.levels,
        "if_broken": [_move(move) for move in one.worth.raised],
        "if_held": [_move(move) for move in one.worth.lowered],
    }


def _move(move: Move) -> dict[str, str]:
    return {"finding": move.finding, "now": move.now.key, "then": move.then.key}


def why_not(model: LinkedModel, test: Test) -> str:
    """Why a test cannot be run on a model with its data; empty when it can."""
    offers = model.dataset.get("offers", ())
    if reason := test.why_not(offers):
        return reason
    try:
        settling.settle(test, {}, offers=offers, eps=models.eps_of(model))
    except RobustnessError as error:
        return str(error)
    return ""


def _piece(system: System, model: LinkedModel, test: Test, params: dict[str, Any]) -> Evidence:
    """The evidence that such a run would be, but for what it finds."""
    declared = test.declared or models.eps_of(model)
    rows = int(model.dataset.get("rows", 0))
    budget = test.budget(params)
    return Evidence(
        id="",
        element=model.element_id,
        test=test.id,
        family=test.family,
        adaptive=test.adaptive,
        taken_on=system.as_of or date.today(),
        digest=model.digest,
        handled=rows if isinstance(test.run, Whole) else min(settling.wanted(params), rows),
        broken=0,
        eps=declared.value if declared else None,
        norm=declared.norm if declared else "",
        eps_reason=declared.reason if declared else "",
        declared_eps=declared.value if declared else None,
        budget=budget,
        role=str(model.dataset.get("role", "holdout")),
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Runs that were started together, and the names of those that the budget did not reach."""

    runs: list[Run]
    left_out: list[str]


def start(system: System, by: Person, budget: int) -> Batch:
    """Run everything that can be tested, the most telling first, within a budget of rows.

    A test that does not fit is run on fewer targets, as long as these are enough to judge.

    Raises
    ------
    Refusal
        When no model is linked, tests are under way, or nothing fits.
    """
    if not 1 <= budget <= MOST_ROWS:
        raise Refusal(f"budget: from 1 to {MOST_ROWS:,} queries", field="budget")
    could = options(system)
    if not could:
        raise Refusal("Link a model first: there is nothing to test yet", code="missing")
    chosen, left_out = _fit(could, budget)
    if not chosen:
        least = min(one.cost.rows for one in could)
        message = f"budget: nothing fits; the smallest test asks {least:,} queries"
        raise Refusal(message, field="budget")
    batch = uuid.uuid4()
    with transaction.atomic():
        if system.runs.filter(state__in=jobs.ACTIVE).exists():
            raise Refusal("Tests are running already; wait or cancel them", code="limit")
        started = [runs.queue(one.model, by, one.test, one.params, batch=batch) for one in chosen]
    told = f"{len(started)} tests of {system.name} for {budget:,} queries"
    audit.note(system.workspace, by, "tests started", told)
    return Batch(started, left_out)


def _fit(could: Sequence[Option], budget: int) -> tuple[list[Option], list[str]]:
    chosen, left_out = [], []
    for one in could:
        fitting = _shrunk(one, budget)
        if fitting is None:
            left_out.append(one.test.name)
        else:
            budget -= fitting.cost.rows
            chosen.append(fitting)
    return chosen, left_out


def _shrunk(one: Option, budget: int) -> Option | None:
    """The option as it is, or on as many targets as fit; None when those are too few."""
    if one.cost.rows <= budget:
        return one
    rows = int(one.model.dataset.get("rows", 0))
    each = one.test.budget(one.params)
    first = settling.beforehand(one.test, one.params, rows)
    targets = (budget - first) // max(each, 1)
    if isinstance(one.test.run, Whole) or targets < ENOUGH_SAMPLES:
        return None
    params = {**one.params, "samples": targets}
    cost = costs.seen(one.model).cost(one.test, params, rows)
    return Option(one.model, one.test, params, cost, one.worth)
