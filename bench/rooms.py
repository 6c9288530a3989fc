"""Many editors in one room over real sockets: how long an ack takes, when the others see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .measure import Row

ROOT = Path(__file__).parent.parent
SECONDS = 30
FULL_SECONDS = 120
EDITORS, RATE = 50, 4


def sqlite() -> Iterator[Row]:
    """50 editors x 4 edits/s, one web process, SQLite."""
    return run(EDITORS, RATE)


def postgres() -> Iterator[Row]:
    """The same on PostgreSQL."""
    return run(EDITORS, RATE, store="postgres")


def two_processes() -> Iterator[Row]:
    """The same room held by two web processes, on PostgreSQL."""
    return run(EDITORS, RATE, store="postgres", webs=2)


def hundred() -> Iterator[Row]:
    """100 editors x 5 edits/s, SQLite: what happens beyond the goal."""
    return run(100, 5)


def idle() -> Iterator[Row]:
    """300 sockets in 30 rooms that only listen: memory of the web process for each."""
    return run(0, 0, idle=300)


def run(
    editors: int, rate: int, *, store: str = "sqlite", webs: int = 1, idle: int = 0
) -> Iterator[Row]:
    """One load, made by a process of its own; `FULL` makes it last two minutes."""
    seconds = FULL_SECONDS if os.environ.get("FULL") else SECONDS
    command = [sys.executable, "-m", "bench.rooms_run", str(editors), str(rate)]
    command += [str(seconds), str(webs), str(idle)]
    if store == "postgres":
        command = [sys.executable, "-m", "tests.postgres", *command]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield Row(**json.loads(line))


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {
    "rooms-sqlite": sqlite,
    "rooms-postgres": postgres,
    "rooms-two-processes": two_processes,
    "rooms-hundred": hundred,
    "rooms-idle": idle,
}
