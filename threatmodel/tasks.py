"""Doorbells: a task carries an id and rings at a service. Names are fixed, work is elsewhere."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup
from celery.worker.control import inspect_command

from threatmodel.services import (
    carryout,
    deliveries,
    errands,
    leftovers,
    notices,
    reminders,
    reports,
    runs,
    schedules,
    systems,
    tickets,
    workers,
)


@celeryd_after_setup.connect
def begin(**_: object) -> None:
    workers.begin()


@inspect_command(name=workers.QUESTION)
def standing(state: Any, **_: object) -> dict[str, Any]:
    """What a worker answers whoever asks how it stands."""
    queues = [queue.name for queue in state.consumer.task_consumer.queues]
    return {**workers.measured(), "queues": queues}


@shared_task(name="threatmodel.tasks.run_test", max_retries=2)
def run_test(run_id: str) -> None:
    runs.execute(run_id)


@shared_task(name="threatmodel.tasks.ask_endpoint", max_retries=2)
def ask_endpoint(run_id: str) -> None:
    """A run that mostly waits for somebody else's machine, in a queue of its own."""
    runs.execute(run_id)


@shared_task(name="threatmodel.tasks.make_report", max_retries=2)
def make_report(report_id: str) -> None:
    reports.make(report_id)
    reminders.tell_ended()


@shared_task(name="threatmodel.tasks.do_errand", max_retries=2)
def do_errand(errand_id: str) -> None:
    carryout.execute(errand_id)
    reminders.tell_ended()


@shared_task(name="threatmodel.tasks.deliver", max_retries=0)
def deliver(delivery_id: str) -> None:
    """A message to somebody's webhook, in the queue of what mostly waits for others."""
    deliveries.deliver(delivery_id)


@shared_task(name="threatmodel.tasks.read_tickets")
def read_tickets() -> None:
    """Every hour: how the tickets in other people's trackers stand."""
    tickets.read_all()


@shared_task(name="threatmodel.tasks.sweep")
def sweep() -> None:
    """Every half minute: jobs whose worker or message was lost are sent again."""
    runs.sweep()
    reports.sweep()
    errands.sweep()
    schedules.sweep()
    deliveries.sweep()
    reminders.tell_ended()
    notices.send_mail()


@shared_task(name="threatmodel.tasks.advance_clock")
def advance_clock() -> None:
    """Every hour: systems are assessed as of today, people told what that day brings, and what
    nothing names any more goes."""
    systems.advance_clocks()
    systems.purge()
    leftovers.sweep()
    errands.forget()
    reminders.remind()
