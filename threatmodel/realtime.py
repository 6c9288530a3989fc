"""Rooms: one per system, over a WebSocket."""

from __future__ import annotations

routes: list = []
