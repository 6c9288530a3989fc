"""One question that every check asks: is this name one that the catalog knows?"""

from __future__ import annotations

from collections.abc import Container, Iterable

from .types import CatalogError


def require_known(names: Iterable[str], known: Container[str], where: str, what: str) -> None:
    """Raise CatalogError for the first name that is not known. O(names) in a mapping or set."""
    for name in names:
        if name not in known:
            raise CatalogError(f"{where}: '{name}' is not {what} of this catalog")
