"""Which box a model needs: strong for a stranger's, basic for the demo's own."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from .sandbox import Level

DIGESTS = Path(__file__).resolve().parents[2] / "demo" / "digests.json"


@functools.cache
def demo_digest() -> str:
    """SHA-256 of the model that is shipped with the demo; empty where the demo is not installed."""
    try:
        return str(json.loads(DIGESTS.read_text())["model.onnx"])
    except OSError:
        return ""


def level_for(digest: str, *, allow_basic: bool) -> Level:
    """The level of box without which a model of that digest is not run."""
    known = demo_digest()
    return "basic" if allow_basic or (known and digest == known) else "strong"
