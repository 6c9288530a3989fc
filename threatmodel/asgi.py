"""ASGI: pages and REST by Django, rooms by Channels."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")
_http = get_asgi_application()  # loads the apps, which the next import needs

from .realtime import routes  # noqa: E402

application = ProtocolTypeRouter(
    {"http": _http, "websocket": AuthMiddlewareStack(URLRouter(routes))}
)
