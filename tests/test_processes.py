"""What each process holds: no machine is filled by what its process never needs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.conftest import ROOT
from threatmodel.robustness.threads import ONE_EACH

LOADED = "import sys; print(*(set(sys.argv[1:]) & set(sys.modules)))"
CELERY = "from threatmodel.{} import app; app.loader.import_default_modules(); app.finalize()"
HOLDS = {
    "web": ("import threatmodel.asgi", {"threatmodel.urls"}, {"weasyprint", "onnxruntime"}),
    "worker": (CELERY.format("celery"), {"threatmodel.tasks"}, {"threatmodel.urls", "weasyprint"}),
    "beat": (CELERY.format("clock"), {"threatmodel.clock"}, {"threatmodel.tasks", "numpy"}),
}
# A process whose arithmetic takes one thread has no other; at the end it has loaded numpy.
COUNTED = "import os, numpy; print(len(os.listdir('/proc/self/task')))"
ATTACK = """
import runpy, sys
sys.argv = ["manage.py", "attack", *{}, "--help"]
try:
    runpy.run_path("manage.py", run_name="__main__")
except SystemExit:
    import os
    print(os.environ.get("OPENBLAS_NUM_THREADS"))
"""


@pytest.mark.parametrize("name", HOLDS)
def test_a_process_holds_what_it_needs_and_no_more(name: str) -> None:
    start, needed, heavy = HOLDS[name]
    command = [sys.executable, "-c", f"{start}; {LOADED}", *needed, *heavy]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == needed


def test_what_the_clock_names_is_a_task_of_the_workers() -> None:
    from threatmodel.celery import app

    app.loader.import_default_modules()
    named = {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named <= set(app.tasks)
    assert named


def printed_last(program: str, **more: str) -> str:
    """The last line of a program in an environment that says nothing of threads."""
    env = {name: value for name, value in os.environ.items() if name not in ONE_EACH}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env=env | more, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def test_the_arithmetic_of_a_worker_takes_one_thread() -> None:
    assert printed_last(f"{CELERY.format('celery')}; {COUNTED}") == "1"


def test_so_does_that_of_an_attack_and_an_owners_own_training_takes_what_it_likes() -> None:
    assert printed_last(ATTACK.format([])) == "1"
    assert printed_last(ATTACK.format([]), OPENBLAS_NUM_THREADS="3") == "3"
    assert printed_last(ATTACK.format(["--trainer", "true"])) == "None"
