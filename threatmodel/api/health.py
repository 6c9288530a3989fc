"""Is it alive, is it ready: at the root, for everybody, without details."""

from __future__ import annotations

import logging

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from threatmodel.celery import app

log = logging.getLogger(__name__)


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker and a worker answer."""
    waiting = [name for name, answers in PARTS.items() if not answers()]
    if waiting:
        log.info("not ready yet: %s", ", ".join(waiting))
        return JsonResponse({"status": "not ready"}, status=503)
    return JsonResponse({"status": "ok"})


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def worker() -> bool:
    try:
        return bool(app.control.ping(timeout=1.0, limit=1))
    except (OperationalError, redis.RedisError, OSError):
        return False


PARTS = {"database": database, "broker": broker, "worker": worker}
