"""A workspace's own file, sound, to be broken in one place at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from catalog.source import read_yaml

EXAMPLE = Path(__file__).parents[2] / "demo" / "own-catalog.yaml"
TEXT = EXAMPLE.read_text()


def pack() -> dict[str, Any]:
    """Its entries as plain values, anew each time."""
    read = read_yaml(TEXT.encode(), "own.yaml")
    assert isinstance(read, dict)
    return read


def written(pack: dict[str, Any]) -> bytes:
    """A changed one as a file; JSON is YAML."""
    return json.dumps(pack).encode()
