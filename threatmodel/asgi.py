"""ASGI: pages and REST by Django, rooms by Channels."""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished
from django.db import connections

# Files are given out by threads, read whole; what this warns of is answers without an end.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")
_http = get_asgi_application()  # loads the apps, which the next import needs

from .bodies import bounded  # noqa: E402
from .realtime import routes  # noqa: E402

# The loop gives up the interpreter at each send; behind a busy writer it would wait 5 ms for each.
SWITCH_S = 0.0005
# A full collection holds everybody up for some 200 ms: rarely, and not for what was loaded here.
COLLECT_AT = (10_000, 10, 10)


def hang_up(**_: object) -> None:
    """Django gives each request a thread; what it asked the database by would outlive both."""
    for one in connections.all(initialized_only=True):
        if not one.in_atomic_block:
            one.close()


def stay() -> sqlite3.Connection | None:
    """SQLite's last connection that closes writes its log back into the database, which is a fifth
    of an edit: while one stays open, that is done every thousand pages instead."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return None
    path = Path(database["NAME"]).absolute()
    one = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    one.execute("SELECT 1 FROM sqlite_master").fetchone()  # until then it holds nothing open
    return one


async def life(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """From the server's start to its end, which leaves a database in one file."""
    await receive()
    one = stay()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    if one is not None:
        one.close()
    await send({"type": "lifespan.shutdown.complete"})


request_finished.connect(hang_up)
application = ProtocolTypeRouter(
    {
        "http": bounded(_http),
        "websocket": AuthMiddlewareStack(URLRouter(routes)),
        "lifespan": life,
    }
)


def settle() -> None:
    """Load what pages need, or the first visitor waits for it; then make ready for many at once."""
    import_module(settings.ROOT_URLCONF)
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AT)


settle()
