"""The routes of REST. One that is not built yet does not exist."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
]
