"""How often one person may ask; the counts live in this process."""

from __future__ import annotations

from rest_framework.throttling import ScopedRateThrottle, UserRateThrottle


class PerPerson(UserRateThrottle):
    """A ceiling over everything that one person (or address) asks for."""

    scope = "person"


class PerAct(ScopedRateThrottle):
    """For costly acts; the view names its `throttle_scope`."""
