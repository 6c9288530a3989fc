"""What follows from a drawn system: pure functions, no Django."""

from .assessment import assess

__all__ = ["assess"]
