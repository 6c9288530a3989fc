"""Who can get where: one bounded search per adversary, kind of access and reading."""

from .footholds import Footholds, adversaries, adversary_of, footholds
from .levels import Access, AccessMap, Moved, rewiring, touches_access
from .routes import Route, Router
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
