"""Run by bench/rooms.py in a process of its own: servers, crews and listeners; a row a line."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tests.environment  # before Django: a folder, a database and a broker of our own
from tests.conftest import ROOT, broker_answers, stop, wait_until
from tests.web import Web

from . import crew
from .crew import COMPONENTS, Heard, Load
from .measure import Row, count

CREWS = 3
WARM_S = 5.0
ENTRANCE_S = 120.0
PER_ROOM = 10


def drawing() -> dict[str, Any]:
    """300 components in ten zones, half as many flows again."""
    types = ("inference-endpoint", "data-set", "training-job")
    kinds = ("internet", "production")
    return {
        "format": "bartizan/1",
        "system": {"name": "A crowded room"},
        "zones": [{"id": f"z-{n}", "kind": kinds[n > 0], "name": f"Zone {n}"} for n in range(10)],
        "components": [
            {"id": f"c-{n}", "type": types[n % 3], "name": f"Part {n}", "zone": f"z-{n % 10}"}
            for n in range(COMPONENTS)
        ],
        "flows": [
            {"id": f"f-{n}", "kind": "data", "source": f"c-{n % 300}", "target": f"c-{n * 7 % 299}"}
            for n in range(450)
            if n % 300 != n * 7 % 299
        ],
    }


@contextmanager
def served(webs: int) -> Iterator[tuple[list[int], list[int]]]:
    """The broker and so many web processes, as the Procfile starts them: ports and pids."""
    with ExitStack() as stack:
        broker = subprocess.Popen([ROOT / "bin/broker"], stdout=sys.stderr, start_new_session=True)
        stack.callback(stop, broker)
        wait_until(broker_answers, 20, "the broker answers")
        found = []
        for _ in range(webs):
            one = Web({})
            stack.callback(stop, one.process)
            found.append(one)
        yield [one.port for one in found], [one.process.pid for one in found]


def people(workspace: Any, number: int) -> list[str]:
    """So many editors' tokens."""
    from tests import cast
    from threatmodel.services import tokens

    return [
        tokens.create(workspace, cast.member(workspace, "editor", f"e{n}-{workspace.pk}"),
                      name="bench", scope="write")[1]
        for n in range(number)
    ]  # fmt: skip


def crowd(
    editors: int, rate: int, seconds: int, ports: list[int], pids: list[int]
) -> Iterator[Row]:
    from tests import cast
    from threatmodel import events
    from threatmodel.models import System
    from threatmodel.services import rooms

    space, owner = cast.workspace("bench")
    system = cast.system(space, owner, drawing())
    urls = [f"ws://127.0.0.1:{port}/ws/systems/{system.pk}/" for port in ports]
    secrets = people(space, editors)
    visits = [(n, urls[n % len(urls)], secret) for n, secret in enumerate(secrets)]
    heard, spent = load(visits, Load(rate, WARM_S, seconds), pids)
    kept = set(map(str, System.objects.get(pk=system.pk).log.values_list("op", flat=True)))
    shown = json.loads(events.encode(rooms.welcome(str(system.pk))))
    server = shown["revision"], crew.digest(shown["document"])
    yield from waits(heard)
    yield from truths(heard, kept, server)
    yield from costs(heard, spent, seconds)


def load(
    visits: Sequence[tuple[int, str, str]], load: Load, pids: list[int]
) -> tuple[list[Heard], float]:
    """All crews at work; what each heard, and the CPU seconds of the web processes meanwhile."""
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(CREWS, mp_context=context) as pool:
        ready = manager.Barrier(CREWS + 1, timeout=ENTRANCE_S)
        parts = [visits[n::CREWS] for n in range(CREWS)]
        days = [pool.submit(crew.work, part, load, ready) for part in parts]
        ready.wait()
        wait(days, timeout=load.warm_s)
        before = cpu(pids)
        wait(days, timeout=load.seconds)
        spent = sum(cpu(pids)) - sum(before)
        return [day.result() for day in days], spent


def waits(heard: Sequence[Heard]) -> Iterator[Row]:
    """How long everything took, from the moment at which an editor sent it."""
    answered = sum((one.answers for one in heard), array("d"))
    seen = sum((one.sights for one in heard), array("d"))
    yield count("edits counted", sum(one.counted for one in heard), "")
    yield count("ack p50", percentile(answered, 50), "ms")
    yield count("ack p95", percentile(answered, 95), "ms", "<= 250")
    yield count("ack p99", percentile(answered, 99), "ms")
    yield count("seen by others p50", percentile(seen, 50), "ms")
    yield count("seen by others p95", percentile(seen, 95), "ms", "<= 500")


def truths(heard: Sequence[Heard], kept: set[str], server: tuple[int, str]) -> Iterator[Row]:
    """Nothing lost, and everybody sees what the server has."""
    acked = {op for one in heard for op in one.acked}
    states = [state for one in heard for state in one.states]
    same = sum(state == server for state in states)
    yield count("acknowledged and not in the log", len(acked - kept), "", "0")
    yield count("sent and never answered", sum(one.unanswered for one in heard), "", "0")
    yield count("refused", sum(one.refused for one in heard), "", "0")
    yield count(f"replicas equal to the server's, of {len(states)}", same, "", f"{len(states)}")


def costs(heard: Sequence[Heard], spent: float, seconds: float) -> Iterator[Row]:
    edits = sum(one.counted for one in heard)
    own = sum(one.cpu_s for one in heard) / (WARM_S + seconds)
    yield count("CPU of the web processes", spent / seconds, "cpu")
    yield count("CPU of the web processes for each edit", 1000 * spent / edits, "ms", "<= 4")
    yield count(f"CPU of the generator's {CREWS} processes", own, "cpu")
    yield count("load of the machine (1 min)", os.getloadavg()[0], "")


def percentile(seconds: Sequence[float], at: int) -> float:
    return 1000 * statistics.quantiles(seconds, n=100)[at - 1] if len(seconds) > 1 else 0.0


def cpu(pids: list[int]) -> list[float]:
    """Seconds of CPU that each process has used."""
    tick = os.sysconf("SC_CLK_TCK")
    stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in pids]
    return [(int(one[11]) + int(one[12])) / tick for one in stats]


def memory(pids: list[int]) -> float:
    """Resident memory in MiB."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def listeners(number: int, ports: list[int], pids: list[int]) -> Iterator[Row]:
    """Sockets that only listen, ten in a room; two workspaces, for one has at most 200 lines."""
    from tests import cast

    visits = []
    for half in range(2):
        space, owner = cast.workspace(f"idle-{half}")
        secrets = people(space, PER_ROOM)
        for _ in range(number // PER_ROOM // 2):
            system = cast.system(space, owner)
            url = f"ws://127.0.0.1:{ports[0]}/ws/systems/{system.pk}/"
            visits += [(url, secret) for secret in secrets]
    before, after = asyncio.run(listen(visits, pids))
    each = (after - before) / number
    yield count(f"memory for each of {number} idle sockets", each, "MiB", "<= 1")


async def listen(visits: list[tuple[str, str]], pids: list[int]) -> tuple[float, float]:
    from websockets.asyncio.client import connect

    before, open_lines = memory(pids), []
    for url, secret in visits:
        headers = {"Authorization": f"Bearer {secret}"}
        line = await connect(url, additional_headers=headers, max_size=None, compression=None)
        await line.send('{"t": "hello", "revision": 0, "protocol": 1}')
        open_lines.append(line)
        await asyncio.sleep(0.02)
    await asyncio.sleep(10)
    after = memory(pids)
    for line in open_lines:
        await line.close()
    return before, after


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended too
    editors, rate, seconds, webs, idle = map(int, sys.argv[1:])
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{tests.environment.FOLDER / 'rooms.sqlite3'}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "threatmodel.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    logging.getLogger("threatmodel.audit").setLevel(logging.WARNING)
    with served(webs) as (ports, pids):
        if editors:
            rows = crowd(editors, rate, seconds, ports, pids)
        else:
            rows = listeners(idle, ports, pids)
        for row in rows:
            print(json.dumps(asdict(row)), flush=True)


if __name__ == "__main__":
    main()
