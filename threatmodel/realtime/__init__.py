"""Rooms: one per system and process. The line in front, the one writer behind.

A line is a conversation with one browser; a socket carries it, or a stream with posted messages.
"""

from typing import Any

from django.urls import path

from .socket import Socket

# Django's `path` knows views; Channels routes ASGI applications by the same patterns.
_socket: Any = Socket()
routes = [path("ws/systems/<uuid:id>/", _socket)]

__all__ = ["routes"]
