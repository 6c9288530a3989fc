"""Who can get where: one bounded search per adversary, kind of access and reading."""

from .footholds import Footholds, adversaries, adversary_of, footholds
from .levels import Access, AccessMap, touches_access
from .routes import Hop, Route, Router

__all__ = [
    "Access",
    "AccessMap",
    "Footholds",
    "Hop",
    "Route",
    "Router",
    "adversaries",
    "adversary_of",
    "footholds",
    "touches_access",
]
