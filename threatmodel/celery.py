"""Celery's entry. Tasks are doorbells: they carry an id, the work is in services."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")

app = Celery("threatmodel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["threatmodel"])
