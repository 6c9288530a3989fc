"""How often one person may ask; the counts live in this process."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle, UserRateThrottle


class PerPerson(UserRateThrottle):
    """A ceiling over everything that one person (or address) asks for."""

    scope = "person"


class PerAct(ScopedRateThrottle):
    """For costly acts; the view names its `throttle_scope`. Looking is not counted."""

    def allow_request(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)
