"""Status: every worker tells what its sandbox holds, and a weak one refuses what was uploaded."""

from __future__ import annotations

import json

import pytest
from django.template.loader import render_to_string

from tests import cast
from tests.conftest import wait_until
from threatmodel.robustness import sandbox
from threatmodel.robustness.errors import RobustnessError
from threatmodel.robustness.lockdown import Mechanisms
from threatmodel.robustness.probes import PROBES
from threatmodel.services import workers
from threatmodel.views import status

NOTHING = Mechanisms(False, False, False, False, False)


def page(answers: object, *, in_full: bool = True) -> str:
    """The page of those answers, which travel as JSON."""
    told = None if answers is None else workers.read(json.loads(json.dumps(answers)))
    return render_to_string("status.html", status.shown(told, in_full=in_full))


@pytest.mark.django_db(transaction=True)
@pytest.mark.servers
def test_a_worker_tells_what_its_sandbox_holds(worker):
    found = wait_until(workers.answering, 60, "a worker answers")
    (one,) = found
    assert one.queues == workers.QUEUES
    assert (one.level, one.escaped, one.tried) == ("strong", (), len(PROBES))
    workspace, person = cast.workspace()
    shown = cast.browser(person).get("/status/").content.decode()
    assert f"none of {len(PROBES)} attempts to get out worked" in shown
    assert "are run" in shown and "are refused" not in shown


def test_a_worker_whose_sandbox_does_not_hold_says_so_and_refuses():
    """Everything that builds the walls is switched off, and the probes really get out."""
    weak = sandbox.survey(NOTHING)
    assert weak.escaped
    with pytest.raises(RobustnessError, match="needs level strong"):
        sandbox.require("strong", NOTHING)
    answer = {**workers.told(weak), "queues": ["tests"]}
    shown = page([{"celery@here": answer}])
    assert "“celery” refuses models that were uploaded" in shown and "are refused" in shown
    assert f"{len(weak.escaped)} of {len(PROBES)} attempts to get out worked" in shown
    assert "read passwords" in shown
    others = page([{"celery@here": answer}], in_full=False)
    assert "refuses models" in others and "read passwords" not in others


def test_the_operator_s_word_for_a_weak_sandbox_is_shown(settings):
    settings.ALLOW_BASIC_SANDBOX = True
    answer = {**workers.told(sandbox.survey(NOTHING)), "queues": ["tests"]}
    shown = page([{"celery@here": answer}])
    assert (
        "are run" in shown and "are refused" not in shown and "attempts to get out worked" in shown
    )


def test_what_nobody_does_is_named():
    answer = {**workers.told(sandbox.survey()), "queues": ["tests"]}
    shown = page([{"celery@here": answer}, {"other@here": {"error": "unknown"}}])
    assert "No worker answers that does this" in shown and "<li>reports</li>" in shown
    assert "<strong>other" not in shown
    assert "No worker answers" in page([])
    assert "The broker does not answer" in page(None)
