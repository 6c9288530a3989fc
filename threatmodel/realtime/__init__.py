"""Rooms: one per system and process. The socket in front, the one writer behind."""

from django.urls import path

from .socket import Socket

routes = [path("ws/systems/<uuid:id>/", Socket())]

__all__ = ["routes"]
