"""The workers' Celery. Tasks are doorbells: they carry an id, the work is in services."""

from __future__ import annotations

import gc

from celery.signals import celeryd_after_setup

from .clock import app

app.autodiscover_tasks(["threatmodel"])


@celeryd_after_setup.connect
def settle(**_: object) -> None:
    """What is loaded is shared with the children about to be forked; collecting would copy it."""
    gc.collect()
    gc.freeze()
