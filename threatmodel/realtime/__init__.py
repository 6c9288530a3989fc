"""Rooms: one per system and process. The line in front, the one writer behind.

A line is a conversation with one browser; a socket carries it, or a stream with posted messages.
"""

from typing import Any

from django.urls import path, re_path

from .socket import Socket, nowhere

# Django's `path` knows views; Channels routes ASGI applications by the same patterns, and takes an
# address that none of them fits for a fault of ours.
_socket: Any = Socket()
_nowhere: Any = nowhere
routes = [path("ws/systems/<uuid:id>/", _socket), re_path("", _nowhere)]

__all__ = ["routes"]
