"""Run by bench/beside.py in a process of its own: a room, a worker, and reports to print."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import tests.environment  # before Django: a folder, a database and a broker of our own
from tests.conftest import ROOT, stop, wait_until
from tests.web import command

from .crew import Load
from .measure import Row, count
from .rooms_run import WARM_S, cpu, drawing, load, people, percentile, served

EDITORS, RATE, SECONDS = 10, 2, 15
ROUNDS = 4
REPORTS = 20  # as many of one system as may wait


def rows(port: int, pids: list[int]) -> Iterator[Row]:
    """Turn by turn, so that whatever else the machine does meets both sides alike."""
    from tests import cast

    space, owner = cast.workspace("bench")
    room, printed = (cast.system(space, owner, drawing()) for _ in range(2))
    url = f"ws://127.0.0.1:{port}/ws/systems/{room.pk}/"
    visits = [(n, url, secret) for n, secret in enumerate(people(space, EDITORS))]
    alone, beside, shares = [], [], []
    for _ in range(ROUNDS):
        alone.append(waited(visits, pids))
        with printing(printed, owner) as workers:
            before, began = sum(cpu(workers)), time.monotonic()
            beside.append(waited(visits, pids))
            shares.append((sum(cpu(workers)) - before) / (time.monotonic() - began))
            under_way = running(printed)
    yield count("reports under way at the end of a turn", under_way, "", "2")
    yield spread("processors that printing took meanwhile", shares, "cpu")
    yield from compared(alone, beside)


def waited(visits: list[tuple[int, str, str]], pids: list[int]) -> array[float]:
    """How long everybody's edits took from being sent to being answered."""
    heard, _ = load(visits, Load(RATE, WARM_S, SECONDS), pids)
    return sum((one.answers for one in heard), array("d"))


@contextmanager
def printing(system: Any, by: Any) -> Iterator[list[int]]:
    """More reports than there is time for, two at once; what is left is cancelled."""
    from threatmodel.services import reports

    # What a worker says when it ends is no figure: standard output is read as those.
    line = subprocess.Popen(command("worker"), cwd=ROOT, stdout=sys.stderr, start_new_session=True)
    try:
        asked = [reports.request_report(system, by, format="pdf") for _ in range(REPORTS)]
        wait_until(lambda: running(system) == 2, 60, "two reports are under way")
        yield family(line.pid)
        for one in asked:
            reports.cancel(one, by)
    finally:
        stop(line)


def family(group: int) -> list[int]:
    """A worker and the processes that it works with."""
    pids = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
    return [pid for pid in pids if os.getpgid(pid) == group]


def running(system: Any) -> int:
    found: int = system.reports.filter(state="running").count()
    return found


def compared(alone: list[array[float]], beside: list[array[float]]) -> Iterator[Row]:
    before, after = ([percentile(one, 95) for one in turns] for turns in (alone, beside))
    yield spread("ack p95 alone", before, "ms")
    yield spread("ack p95 beside two reports", after, "ms")
    ratio = [b / a for a, b in zip(before, after, strict=True)]
    yield spread("ack p95, beside two reports / alone", ratio, "x", "1.3 or less")
    yield count("load of the machine (1 min)", os.getloadavg()[0], "")


def spread(name: str, values: list[float], unit: str, goal: str = "") -> Row:
    return Row(name, median(values), unit, min(values), max(values), goal)


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
