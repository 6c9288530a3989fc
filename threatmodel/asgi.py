"""ASGI: pages and REST by Django, rooms by Channels."""

from __future__ import annotations

import gc
import os
import sys

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")
_http = get_asgi_application()  # loads the apps, which the next imports need

from . import urls  # noqa: E402, F401 - or the first who comes waits for every page's libraries
from .realtime import routes  # noqa: E402

# The loop gives up the interpreter at each send; behind a busy writer it would wait 5 ms for each.
SWITCH_S = 0.0005
# A full collection holds everybody up for some 200 ms: rarely, and not for what was loaded here.
COLLECT_AT = (10_000, 10, 10)

application = ProtocolTypeRouter(
    {"http": _http, "websocket": AuthMiddlewareStack(URLRouter(routes))}
)


def settle() -> None:
    """Set up this process for answering many at once, now that everything is loaded."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AT)


settle()
