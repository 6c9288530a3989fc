"""The workers' Celery. Tasks are doorbells: they carry an id, the work is in services."""

from __future__ import annotations

import gc
import warnings

from celery.exceptions import SecurityWarning
from celery.signals import celeryd_after_setup

from .clock import app
from .robustness import threads

threads.take_one()  # here, since whoever starts a worker names this file, and nothing is loaded yet
app.autodiscover_tasks(["threatmodel"])
# Celery fears for messages that are run as they are read; ours are JSON. Why a worker should not be
# root all the same, bin/run and docs/deploy.md say.
warnings.filterwarnings("ignore", "You're running the worker with superuser", SecurityWarning)


@celeryd_after_setup.connect
def settle(**_: object) -> None:
    """What is loaded is shared with the children about to be forked; collecting would copy it."""
    gc.collect()
    gc.freeze()
