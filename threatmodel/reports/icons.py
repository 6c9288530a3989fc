"""Outline icons of component types on a 24-unit square, one path each: the ones the canvas draws.

A type without an icon of its own takes its nearest ancestor's, and at last the plain block.
"""

from __future__ import annotations

import json
from pathlib import Path

from catalog.types import Catalog

from .svg import tag

ICONS: dict[str, str] = json.loads(Path(__file__).with_name("icons.json").read_text())


def icon(type_id: str, catalog: Catalog) -> str:
    """Markup for the type, or for its nearest ancestor that has an icon."""
    named = (ancestor for ancestor in catalog.lineage_of(type_id) if ancestor in ICONS)
    return tag("path", d=ICONS[next(named, "other")])
