"""Celery's beat: it names tasks at their times, and need not hold the code that they run."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")
# Django's checks load every page; `migrate` has made them before anything of ours is started.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("threatmodel")
app.config_from_object("django.conf:settings", namespace="CELERY")
