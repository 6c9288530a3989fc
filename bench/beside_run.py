"""Run by bench/beside.py in a process of its own: a room, a worker, and reports to print."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import tests.environment  # before Django: a folder, a database and a broker of our own
from tests.conftest import ROOT, stop, wait_until
from tests.web import command

from .crew import Heard, Load
from .measure import Row, count
from .rooms_run import WARM_S, drawing, load, people, percentile, served

EDITORS, RATE, SECONDS = 10, 2, 30
REPORTS = 20  # as many of one system as may wait


def rows(port: int, pids: list[int]) -> Iterator[Row]:
    from tests import cast

    space, owner = cast.workspace("bench")
    room, printed = (cast.system(space, owner, drawing()) for _ in range(2))
    url = f"ws://127.0.0.1:{port}/ws/systems/{room.pk}/"
    visits = [(n, url, secret) for n, secret in enumerate(people(space, EDITORS))]
    alone, _ = load(visits, Load(RATE, WARM_S, SECONDS), pids)
    with printing(printed, owner):
        beside, _ = load(visits, Load(RATE, WARM_S, SECONDS), pids)
        yield from made(printed)
    yield from compared(alone, beside)


@contextmanager
def printing(system: Any, by: Any) -> Iterator[None]:
    """More reports than there is time for, two at once; what is left is cancelled."""
    from threatmodel.services import reports

    line = subprocess.Popen(command("worker"), cwd=ROOT, start_new_session=True)
    try:
        asked = [reports.request_report(system, by, format="pdf") for _ in range(REPORTS)]
        wait_until(lambda: running(system) == 2, 60, "two reports are under way")
        yield
        for one in asked:
            reports.cancel(one, by)
    finally:
        stop(line)


def running(system: Any) -> int:
    found: int = system.reports.filter(state="running").count()
    return found


def made(system: Any) -> Iterator[Row]:
    yield count("reports made meanwhile", system.reports.filter(state="succeeded").count(), "")
    yield count("reports under way at the end", running(system), "", "2")


def compared(alone: list[Heard], beside: list[Heard]) -> Iterator[Row]:
    before, after = (percentile(answers(heard), 95) for heard in (alone, beside))
    yield count("ack p95 alone", before, "ms")
    yield count("ack p95 beside two reports", after, "ms")
    yield count("ack p95, beside two reports / alone", after / before, "x", "1.3 or less")


def answers(heard: list[Heard]) -> array[float]:
    return sum((one.answers for one in heard), array("d"))


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended too
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{tests.environment.FOLDER / 'rooms.sqlite3'}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "threatmodel.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    logging.getLogger("threatmodel.audit").setLevel(logging.WARNING)
    with served(1) as (ports, pids):
        for row in rows(ports[0], pids):
            print(json.dumps(asdict(row)), flush=True)


if __name__ == "__main__":
    main()
