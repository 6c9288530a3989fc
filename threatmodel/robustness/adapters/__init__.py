"""Adapters: how a model is asked. ONNX in a child of ours; the formats of endpoints, one file each.

A format's file declares `FORMAT` (rows in, numbers out) or, for chat, `CHAT`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from ..errors import RobustnessError
from ..speech import Format


@functools.cache
def formats() -> Mapping[str, Format]:
    """All formats by id, by name."""
    found: list[Format] = []
    for module in pkgutil.iter_modules(__path__):
        if not module.name.endswith("_child"):
            said = importlib.import_module(f"{__name__}.{module.name}")
            found += [said.FORMAT] if hasattr(said, "FORMAT") else []
    return MappingProxyType({one.id: one for one in sorted(found, key=lambda one: one.name)})


def get(format_id: str) -> Format:
    try:
        return formats()[format_id]
    except KeyError:
        known = ", ".join(formats())
        raise RobustnessError(f"adapter: '{format_id[:40]}' is unknown; use {known}") from None
