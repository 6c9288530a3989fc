"""What each process holds: no machine is filled by what its process never needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

from tests.conftest import ROOT

LOADED = "import sys; print(*(set(sys.argv[1:]) & set(sys.modules)))"
CELERY = "from threatmodel.{} import app; app.loader.import_default_modules(); app.finalize()"
HOLDS = {
    "web": ("import threatmodel.asgi", {"threatmodel.urls"}, {"weasyprint", "onnxruntime"}),
    "worker": (CELERY.format("celery"), {"threatmodel.tasks"}, {"threatmodel.urls", "weasyprint"}),
    "beat": (CELERY.format("clock"), {"threatmodel.clock"}, {"threatmodel.tasks", "numpy"}),
}


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
