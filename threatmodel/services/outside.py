"""The way out as this installation allows it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from threatmodel.robustness.egress import Door, Limits


def door(limits: Limits, *, keep: bool = False) -> Door:
    """A way to call addresses that people entered, under the operator's rules; `keep` leaves
    connections open until the door is closed."""
    authorities = Path(settings.AUTHORITIES_FILE) if settings.AUTHORITIES_FILE else None
    allowed = settings.ALLOWED_ADDRESSES
    return Door(allowed=allowed, limits=limits, authorities=authorities, keep=keep)


def vouched(named: str) -> bool:
    """Whether the operator allowed this very host and port."""
    return named in settings.ALLOWED_ADDRESSES
