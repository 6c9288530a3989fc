"""Outline signs of component types on a 24-unit square, all in one stroke, drawn by us.

A type without a sign of its own takes its nearest ancestor's, and at last the plain box.
"""

from __future__ import annotations

from catalog.types import Catalog

_BOX = "M5 5h14v14H5z"
_DISC = "M5 6c0-3 14-3 14 0s-14 3-14 0zM5 6v12c0 3 14 3 14 0V6"

SIGNS = {
    "other": _BOX,
    "person": "M12 4a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7zM5 20c0-4 3-6 7-6s7 2 7 6",
    "external-service": "M7 18a4 4 0 0 1 0-8a5 5 0 0 1 9.5-1A4.5 4.5 0 0 1 17 18z",
    "web-crawl": "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18zM3 12h18M12 3c-4 5-4 13 0 18c4-5 4-13 0-18",
    "data-store": _DISC + "M5 12c0 3 14 3 14 0",
    "data-set": "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9",
    "labelling": "M4 4h8l8 8l-8 8l-8-8zM8.5 8.5h.1",
    "training-job": "M4 19h16M4 15l4-2l3-5l4 3l5-7",
    "notebook": "M7 4h12v16H7zM4 8h3M4 12h3M4 16h3M11 9h5M11 13h5",
    "pretrained-model": "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5l8-4.5M12 12v9",
    "model-registry": "M4 4h16v6H4zM4 14h16v6H4zM8 7h.1M8 17h.1",
    "model-artefact": "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5l8-4.5M12 12v9",
    "inference-endpoint": "M4 12h5M15 12h5M12 8a4 4 0 1 1 0 8a4 4 0 1 1 0-8M17 9l3 3l-3 3",
    "edge-model": "M8 3h8v18H8zM11 18h2M11 8h2v3h-2z",
    "llm-endpoint": "M4 5h16v11h-8l-4 4v-4H4zM8 9h8M8 12h5",
    "api-gateway": "M5 20V9a7 7 0 0 1 14 0v11M9 20v-9a3 3 0 0 1 6 0v9M3 20h18",
    "web-application": "M3 5h18v14H3zM3 9h18M6 7h.1M8.5 7h.1",
    "retriever": "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13zM15.5 15.5L20 20",
    "document-store": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "agent": "M6 8h12v11H6zM12 8V4M10 13h.1M14 13h.1M3 12v4M21 12v4",
    "agent-tool": "M14.5 5a5 5 0 0 0-5.5 7l-5 5l3 3l5-5a5 5 0 0 0 7-5.5l-3 3l-3-3z",
    "preprocessor": "M4 5h16l-6 8v6l-4-2v-4z",
    "camera": "M3 7h4l2-3h6l2 3h4v12H3zM12 9.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7",
    "feedback-store": _DISC + "M9 14h6l-2-2M15 14l-2 2",
    "build-pipeline": "M4 6h6v5H4zM14 13h6v5h-6zM7 11v4.5h7M10 8.5h7V13",
    "admin-host": "M3 4h18v12H3zM9 20h6M12 16v4M7 8l2 2l-2 2M11 12h3",
    "secret-store": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 15v2",
    "log-store": "M5 4h14v16H5zM8 8h8M8 12h8M8 16h5",
}


def sign(type_id: str, catalog: Catalog) -> str:
    """Path data for the type, or for its nearest ancestor that has a sign."""
    for ancestor in (type_id, *catalog.lineage_of(type_id)):
        if ancestor in SIGNS:
            return SIGNS[ancestor]
    return _BOX
