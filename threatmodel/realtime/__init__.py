"""Rooms: one per system and process. The socket in front, the one writer behind."""

from typing import Any

from django.urls import path

from .socket import Socket

# Django's `path` knows views; Channels routes ASGI applications by the same patterns.
_socket: Any = Socket()
routes = [path("ws/systems/<uuid:id>/", _socket)]

__all__ = ["routes"]
