"""What is known about attacking machine-learning systems: data, its types and its loader."""

from .loader import load
from .types import Catalog, CatalogError

__all__ = ["Catalog", "CatalogError", "load"]
