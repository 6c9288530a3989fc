"""Run by bench/rooms.py in a process of its own: servers, editors and listeners; a row a line."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import tests.environment  # before Django: a folder, a database and a broker of our own
from tests.conftest import ROOT, broker_answers, stop, wait_until
from tests.environment import free_port
from tests.replica import Replica

from .measure import Row, count

POINTER_S = 0.1
SETTLE_S = 15.0
COMPONENTS = 300
PER_ROOM = 10
Change = dict[str, Any]


class Editor:
    """Somebody at work: edits at a steady rate, a pointer that moves, a copy of the system."""

    def __init__(self, number: int, url: str, secret: str) -> None:
        self.number, self.url, self.secret = number, url, secret
        self.random = random.Random(number)
        self.replica = Replica()
        self.sent: dict[str, float] = {}
        self.acked: dict[str, float] = {}
        self.refused = 0
        self.seen: dict[str, float] = {}
        self.drawn = 0

    async def work(self, start: asyncio.Event, rate: float, seconds: float) -> None:
        from websockets.asyncio.client import connect

        headers = {"Authorization": f"Bearer {self.secret}"}
        async with connect(
            self.url, additional_headers=headers, max_size=None, compression=None
        ) as self.socket:
            listening = asyncio.create_task(self._listen())
            await self._say({"t": "hello", "revision": 0, "protocol": 1})
            waiting = asyncio.create_task(start.wait())
            await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                raise RuntimeError(f"closed with {self.socket.close_code} before it began")
            await asyncio.gather(self._edit(rate, seconds), self._point(seconds))
            await self._settle()
            listening.cancel()

    async def _say(self, message: Change) -> None:
        await self.socket.send(json.dumps(message))

    async def _listen(self) -> None:
        import orjson

        async for text in self.socket:
            now = time.perf_counter()
            frame = orjson.loads(text)
            self.replica.take(frame)
            match frame["t"]:
                case "ack":
                    self.acked[frame["id"]] = now
                case "refused":
                    self.refused += 1
                    self.acked[frame["id"]] = now
                case "revisions":
                    for item in frame["items"]:
                        self.seen.setdefault(item["op"], now)

    async def _edit(self, rate: float, seconds: float) -> None:
        end = time.perf_counter() + seconds
        await asyncio.sleep(self.random.random() / rate)
        while time.perf_counter() < end:
            began, op = time.perf_counter(), str(uuid.uuid4())
            self.sent[op] = began
            await self._say({"t": "op", "id": op, "changes": [self._change()]})
            await asyncio.sleep(max(0, 1 / rate - (time.perf_counter() - began)))

    async def _point(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            at = [self.random.random() * 4000, self.random.random() * 4000]
            await self._say({"t": "presence", "pointer": at})
            await asyncio.sleep(POINTER_S)

    async def _settle(self) -> None:
        """Until everything is acknowledged; then until the last entry has come."""
        end = time.perf_counter() + SETTLE_S
        while time.perf_counter() < end and len(self.acked) < len(self.sent):
            await asyncio.sleep(0.1)
        await asyncio.sleep(3)
        while time.perf_counter() < end and self.replica.behind:
            hello = {"t": "hello", "revision": self.replica.revision, "protocol": 1}
            await self._say(hello)
            await asyncio.sleep(0.5)

    def _change(self) -> Change:
        """The mix of docs: 70 % moves and texts, 20 % attributes, 10 % flows and components."""
        die, which = self.random.random(), self.random.randrange(COMPONENTS)
        one: Change = {"kind": "component", "id": f"c-{which}"}
        if die < 0.5:
            x, y = self.random.randrange(4000), self.random.randrange(4000)
            return one | {"set": {"box": [x, y, 176, 64]}}
        if die < 0.7:
            return one | {"set": {"note": f"Said by {self.number}: {self.random.random()}"}}
        if die < 0.9:
            endpoint = f"c-{which - which % 3}"
            often = self.random.randrange(1, 10**9)  # never twice: what changes nothing is no entry
            return one | {"id": endpoint, "set": {"attributes.requests_per_minute": often}}
        self.drawn += 1
        if die < 0.95:
            new = {"type": "other", "name": "New", "zone": "z-0", "box": [0, 0, 176, 64]}
            return {"kind": "component", "id": f"n-{self.number}-{self.drawn}", "add": new}
        ends = self.random.sample(range(COMPONENTS), 2)
        flow = {"kind": "data", "source": f"c-{ends[0]}", "target": f"c-{ends[1]}"}
        return {"kind": "flow", "id": f"m-{self.number}-{self.drawn}", "add": flow}


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
        broker = subprocess.Popen([ROOT / "bin/broker"], start_new_session=True)
        stack.callback(stop, broker)
        wait_until(broker_answers, 20, "the broker answers")
        ports, pids = [], []
        for _ in range(webs):
            port = free_port()
            command = [sys.executable, "-m", "uvicorn", "threatmodel.asgi:application"]
            command += ["--port", str(port), "--ws", "websockets-sansio", "--log-level", "warning"]
            command += ["--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "1"]
            process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
            stack.callback(stop, process)
            wait_until(partial(answers, port), 60, "the web process answers")
            ports.append(port)
            pids.append(process.pid)
        yield ports, pids


def answers(port: int) -> bool:
    from http.client import HTTPConnection

    try:
        line = HTTPConnection("127.0.0.1", port, timeout=2)
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except OSError:
        return False


def people(workspace: Any, number: int) -> list[str]:
    """So many editors' tokens."""
    from tests import cast
    from threatmodel.services import tokens

    return [
        tokens.create(workspace, cast.member(workspace, "editor", f"e{n}-{workspace.pk}"),
                      name="bench", scope="write")[1]
        for n in range(number)
    ]  # fmt: skip


def crowd(editors: int, rate: int, seconds: int, ports: list[int], pids: list[int]) -> list[Row]:
    from tests import cast
    from threatmodel import events
    from threatmodel.models import System
    from threatmodel.services import rooms

    space, owner = cast.workspace("bench")
    system = cast.system(space, owner, drawing())
    urls = [f"ws://127.0.0.1:{port}/ws/systems/{system.pk}/" for port in ports]
    secrets = people(space, editors)
    found = [Editor(n, urls[n % len(urls)], secret) for n, secret in enumerate(secrets)]
    before, own = cpu(pids), time.process_time()
    took = asyncio.run(work(found, rate, seconds))
    spent = [sum(cpu(pids)) - sum(before), time.process_time() - own]
    kept = set(map(str, System.objects.get(pk=system.pk).log.values_list("op", flat=True)))
    shown = json.loads(events.encode(rooms.welcome(str(system.pk))))
    return figures(found, shown, kept, took, spent)


async def work(editors: list[Editor], rate: int, seconds: int) -> float:
    start = asyncio.Event()
    tasks = [asyncio.create_task(one.work(start, rate, seconds)) for one in editors]
    while any(one.replica.revision < 0 for one in editors):
        for task in tasks:
            if task.done():
                task.result()
        await asyncio.sleep(0.1)
    start.set()
    began = time.perf_counter()
    await asyncio.gather(*tasks)
    return time.perf_counter() - began


def figures(
    editors: list[Editor], shown: Change, kept: set[str], took: float, spent: list[float]
) -> list[Row]:
    acks = [one.acked[op] - at for one in editors for op, at in one.sent.items() if op in one.acked]
    seen = [
        other.seen[op] - at
        for one in editors
        for op, at in one.sent.items()
        for other in editors
        if other is not one and op in other.seen
    ]
    acked = {op for one in editors for op in one.acked}
    refused = sum(one.refused for one in editors)
    equal = sum(one.replica.document() == shown["document"] for one in editors)
    same = sum(one.replica.revision == shown["revision"] for one in editors)
    return [
        count("edits sent", sum(len(one.sent) for one in editors), ""),
        count("ack p50", percentile(acks, 50), "ms"),
        count("ack p95", percentile(acks, 95), "ms", "<= 250"),
        count("seen by others p95", percentile(seen, 95), "ms", "<= 500"),
        count("acknowledged and not in the log (refused apart)", len(acked - kept) - refused, ""),
        count(
            "sent and never answered", sum(len(one.sent) - len(one.acked) for one in editors), ""
        ),
        count("refused", refused, ""),
        count(f"replicas at the last revision, of {len(editors)}", same, ""),
        count(f"replicas equal to the server's document, of {len(editors)}", equal, ""),
        count("CPU of the web processes", spent[0] / took, "cpu"),
        count("CPU of the web processes for each edit", 1000 * spent[0] / len(acked), "ms", "<= 4"),
        count("CPU of the generator", spent[1] / took, "cpu"),
        count("load of the machine (1 min)", os.getloadavg()[0], ""),
    ]


def percentile(seconds: list[float], at: int) -> float:
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


def listeners(number: int, ports: list[int], pids: list[int]) -> list[Row]:
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
    return [count(f"memory for each of {number} idle sockets", (after - before) / number, "MiB")]


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
    with served(webs) as (ports, pids):
        if editors:
            rows = crowd(editors, rate, seconds, ports, pids)
        else:
            rows = listeners(idle, ports, pids)
    for row in rows:
        print(json.dumps(asdict(row)), flush=True)


if __name__ == "__main__":
    main()
