"""Web processes as the Procfile starts them, which tests can kill and start again at their port."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection

from tests.conftest import ROOT, database_url, stop, wait_until
from tests.environment import free_port


def command(name: str) -> list[str]:
    """The product's own line for such a process."""
    lines = (one.partition(": ") for one in (ROOT / "Procfile").read_text().splitlines())
    return ["sh", "-c", next(line for called, _, line in lines if called == name)]


class Web:
    """One web process; its port stays the same whatever happens to it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.port = free_port()
        self._env = {**os.environ, "HOST": "127.0.0.1", "PORT": str(self.port), **env}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            command("web"), cwd=ROOT, env=self._env, start_new_session=True
        )
        wait_until(self.answers, 60, "the web process answers")

    def answers(self) -> bool:
        try:
            line = HTTPConnection("127.0.0.1", self.port, timeout=2)
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """As the kernel does when memory runs out: no farewell."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def address(self, system_id: object) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/systems/{system_id}/"


@contextmanager
def web(**env: str) -> Iterator[Web]:
    """A web process on the test's database, until the block ends."""
    found = Web({"DATABASE_URL": database_url(), **env})
    try:
        yield found
    finally:
        stop(found.process)
