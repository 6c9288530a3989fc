"""Who can get where: one bounded search per adversary, kind of access and reading."""

from .access import Access
from .footholds import Footholds, adversaries, adversary_of, footholds
from .levels import AccessMap, Moved
from .rewiring import rewiring, touches_access
from .router import Router
from .routes import Route
from .steps import Hop, Rewiring

__all__ = [
    "Access",
    "AccessMap",
    "Footholds",
    "Hop",
    "Moved",
    "Rewiring",
    "Route",
    "Router",
    "adversaries",
    "adversary_of",
    "footholds",
    "rewiring",
    "touches_access",
]
