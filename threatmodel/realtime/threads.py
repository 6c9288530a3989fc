"""Database work of rooms: in threads of its own, so that a slow disk slows no pointer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
Result = TypeVar("Result")

THREADS = 8
_threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="room")


async def in_thread(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Run `work` beside the event loop."""
    run = database_sync_to_async(work, thread_sensitive=False, executor=_threads)
    return await run(*args, **kwargs)
