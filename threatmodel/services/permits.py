"""Whether an endpoint may be called now: its consent, its budgets, its pace, whether it is stopped.

Everything is decided and booked in the database before a request leaves, in one transaction on the
endpoint's row, so that all workers share one limit and none of them sends what is not booked.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from threatmodel.models import Endpoint, EndpointAccount, EndpointHalt, LinkedModel
from threatmodel.robustness.connections import Watch
from threatmodel.robustness.errors import Forbidden

from .refusal import Refusal

BUDGET = (
    "requests_per_run",
    "rows_per_run",
    "requests_per_day",
    "rows_per_day",
    "per_second",
    "cost_per_request",
    "cost_per_day",
)
REFUSING = frozenset({401, 403, 429})
MOST_REFUSALS = 3
LONGEST_TURN = timedelta(minutes=5)
TICK_S = 0.1


class Permit:
    """What the owner of one endpoint agreed to, for one run (`payer`)."""

    def __init__(self, endpoint_id: uuid.UUID, payer: str) -> None:
        self._endpoint_id, self._payer = endpoint_id, payer
        self._refused = 0

    def ask(self, rows: int, watch: Watch) -> None:
        """Book one request and wait for its turn.

        Raises
        ------
        Forbidden
            When it may not be sent; then nothing is booked.
        """
        with transaction.atomic():
            endpoint = Endpoint.objects.select_for_update().get(pk=self._endpoint_id)
            if reason := refusal(endpoint) or self._beyond(endpoint, rows):
                raise Forbidden(f"endpoint: {reason}")
            turn = _turn(endpoint)
            for period in (_today(), self._payer):
                _book(endpoint, period, rows)
        while (left := (turn - timezone.now()).total_seconds()) > 0:
            watch()
            time.sleep(min(TICK_S, left))

    def answered(self, status: int) -> None:
        """Stop an endpoint that refuses again and again: somebody there wants us to stop."""
        self._refused = self._refused + 1 if status in REFUSING else 0
        if self._refused >= MOST_REFUSALS:
            because = f"It refused {MOST_REFUSALS} requests in a row ({status})"
            halt_one(self._endpoint_id, "the worker", because)

    def _beyond(self, endpoint: Endpoint, rows: int) -> str:
        day, run = spent(endpoint, _today()), spent(endpoint, self._payer)
        limits = (
            ("today's requests", day.requests + 1, endpoint.requests_per_day),
            ("today's rows", day.rows + rows, endpoint.rows_per_day),
            ("this run's requests", run.requests + 1, endpoint.requests_per_run),
            ("this run's rows", run.rows + rows, endpoint.rows_per_run),
        )
        for what, wanted, most in limits:
            if wanted > most:
                return f"the budget of {what} is spent ({most:,})"
        if endpoint.cost_per_request * (day.requests + 1) > endpoint.cost_per_day:
            return f"the budget of today's cost is spent ({endpoint.cost_per_day:g})"
        return ""


def refusal(endpoint: Endpoint) -> str:
    """Why nothing is sent to it now, whatever the budget; empty when something may be."""
    halt = EndpointHalt.objects.first()
    if halt is not None:
        return f"the operator stopped all endpoints: {halt.because}"
    if endpoint.model.deleted_at is not None:
        return "it is linked no more"
    if endpoint.stopped_at is not None:
        return f"it was stopped by {endpoint.stopped_by_name}: {endpoint.stopped_because}"
    if endpoint.agreed_until is None:
        return "nobody has agreed to tests of it yet; an approver can"
    if endpoint.agreed_until < timezone.now().date():
        return f"the consent to test it ended on {endpoint.agreed_until}; an approver can renew it"
    return ""


def check(model: LinkedModel) -> None:
    """Refuse a run that could not send its first request; uploaded models need no permit.

    Raises
    ------
    Refusal
        Saying what is missing.
    """
    if why := reason(model):
        raise Refusal(f"The endpoint may not be asked now: {why}", field="model")


def reason(model: LinkedModel) -> str:
    """Why a run could not send its first request now; empty when it could."""
    found = Endpoint.objects.filter(pk=model.pk).first()
    return refusal(found) if found else ""


def spent(endpoint: Endpoint, period: str = "") -> EndpointAccount:
    """What was booked in a period, today when none is named."""
    period = period or _today()
    found = endpoint.accounts.filter(period=period).first()
    return found or EndpointAccount(endpoint=endpoint, period=period)


def row(model: LinkedModel) -> dict[str, Any] | None:
    """An endpoint as REST and pages show it, never its secret; None for an uploaded model."""
    found = Endpoint.objects.filter(pk=model.pk).first()
    if found is None:
        return None
    today = spent(found)
    budget = {name: getattr(found, name) for name in BUDGET}
    return {
        "url": found.url,
        "adapter": found.adapter,
        "options": found.options,
        "has_secret": bool(found.secret),
        "version": found.version,
        "probed_at": found.probed_at,
        "changed_at": found.changed_at,
        "statement": found.statement,
        "agreed_by": found.agreed_by_name,
        "agreed_at": found.agreed_at,
        "agreed_until": found.agreed_until,
        "budget": budget,
        "today": {
            "requests": today.requests,
            "rows": today.rows,
            "cost": found.cost_per_request * today.requests,
        },
        "stopped_at": found.stopped_at,
        "stopped_by": found.stopped_by_name,
        "stopped_because": found.stopped_because,
        "why_not": refusal(found),
    }


def halt_one(endpoint_id: uuid.UUID, by_name: str, because: str) -> None:
    """Stop one endpoint, unless it is stopped already."""
    Endpoint.objects.filter(pk=endpoint_id, stopped_at=None).update(
        stopped_at=timezone.now(), stopped_by_name=by_name[:200], stopped_because=because[:500]
    )


def _today() -> str:
    return timezone.now().date().isoformat()


def _turn(endpoint: Endpoint) -> datetime:
    """When this request may leave: so many a second, over all workers."""
    now = timezone.now()
    turn = max(now, endpoint.next_at or now)
    if turn - now > LONGEST_TURN:
        raise Forbidden("endpoint: too many requests wait for it; try again later")
    endpoint.next_at = turn + timedelta(seconds=1 / endpoint.per_second)
    endpoint.save(update_fields=["next_at"])
    return turn


def _book(endpoint: Endpoint, period: str, rows: int) -> None:
    account, _ = EndpointAccount.objects.get_or_create(endpoint=endpoint, period=period)
    account.requests += 1
    account.rows += rows
    account.save(update_fields=["requests", "rows"])
