"""Status: whether everything answers, and which workers run models that were uploaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from threatmodel import gate
from threatmodel.gate import Person, Right
from threatmodel.services import workers
from threatmodel.services.workers import Worker

from .frame import page

WORK = {
    "light": gettext_lazy("imports, large decisions, reminders"),
    "reports": gettext_lazy("reports"),
    "tests": gettext_lazy("tests of uploaded models"),
    "endpoint": gettext_lazy("tests of endpoints, messages to trackers"),
}


@require_safe
@page
def status(request: HttpRequest, person: Person) -> HttpResponse:
    context = shown(workers.answering(), in_full=_owns(person))
    return render(request, "status.html", context)


def _owns(person: Person) -> bool:
    """Whether somebody may read through which holes a model would get out."""
    try:
        gate.home(person, Right.MEMBERS)
    except gate.Forbidden:
        return person.user.is_staff
    return True


def shown(answering: Sequence[Worker] | None, *, in_full: bool) -> dict[str, Any]:
    """What the page shows; `answering` is none where the broker does not answer."""
    there = answering or []
    done = {queue for one in there for queue in one.queues}
    return {
        "section": "status",
        "in_full": in_full,
        "broker": answering is not None,
        "workers": [(one, [WORK[queue] for queue in one.queues]) for one in there],
        "undone": [words for queue, words in WORK.items() if queue not in done],
    }
