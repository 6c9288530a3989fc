"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ThreatmodelConfig(AppConfig):
    name = "threatmodel"
    verbose_name = "Bartizan"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415 - checks register when the apps are loaded
