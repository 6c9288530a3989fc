"""Every address: REST under /api/v1/, accounts, health at the root, and the pages."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from .api import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/v1/", include("threatmodel.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("threatmodel.views.urls")),
]
