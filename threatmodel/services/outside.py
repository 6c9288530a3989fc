"""The way out as this installation allows it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from threatmodel.robustness.egress import Door, Limits


def door(limits: Limits) -> Door:
    """A way to call addresses that people entered, under the operator's rules."""
    authorities = Path(settings.AUTHORITIES_FILE) if settings.AUTHORITIES_FILE else None
    return Door(allowed=settings.ALLOWED_ADDRESSES, limits=limits, authorities=authorities)


def vouched(named: str) -> bool:
    """Whether the operator allowed this very host and port."""
    return named in settings.ALLOWED_ADDRESSES
