"""Which box a model needs: strong for a stranger's, basic for those of the demo."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from .sandbox import Level

DIGESTS = Path(__file__).resolve().parents[2] / "demo" / "digests.json"


@functools.cache
def demo_digests() -> frozenset[str]:
    """SHA-256 of the models that are shipped with the demo; none where it is not installed."""
    try:
        return frozenset(map(str, json.loads(DIGESTS.read_text()).values()))
    except OSError:
        return frozenset()


def level_for(digest: str, *, allow_basic: bool) -> Level:
    """The level of box without which a model of that digest is not run."""
    return "basic" if allow_basic or digest in demo_digests() else "strong"
