"""A connection to somebody's server under one deadline, for as long as it may be waited for."""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from .errors import RobustnessError, TimedOut

TICK_S = 0.25  # how long a wait may last before `watch` is asked

Watch = Callable[[], None]


class Connection:
    """A connected socket under one deadline, in the shape that `http.client` asks for."""

    def __init__(self, sock: socket.socket, deadline: float, watch: Watch) -> None:
        self._sock = sock
        self.begun = time.monotonic()
        self.renew(deadline, watch)

    def renew(self, deadline: float, watch: Watch) -> None:
        """Begin a call under a deadline of its own."""
        self._deadline, self._watch = deadline, watch
        # Why waiting was given up: `http.client` takes any ValueError for a fault in a chunk.
        self.ended: RobustnessError | None = None

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(Received(self))

    def take(self, room: memoryview) -> int:
        """Receive what there is; looks up every `TICK_S` whether to go on waiting."""
        while True:
            acknowledge_at_once(self._sock)
            try:
                self._watch()
                self._sock.settimeout(min(TICK_S, left(self._deadline)))
            except RobustnessError as error:
                self.ended = error
                raise
            with contextlib.suppress(TimeoutError):
                return self._sock.recv_into(room)

    def close(self) -> None:
        """`http.client` closes what it still reads from; whoever connected ends it."""

    def end(self) -> None:
        self._sock.close()


class Received(io.RawIOBase):
    """The bytes of an answer as the file that `http.client` reads from."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connection.take(memoryview(buffer))


def acknowledge_at_once(sock: socket.socket) -> None:
    """Many servers send an answer's headers alone and hold its body back until these are
    acknowledged, which a system puts off for 40 ms. It forgets the wish, so it is said each time.
    """
    if sys.platform == "linux":
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def left(deadline: float) -> float:
    """Seconds until the deadline; TimedOut when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimedOut("address: it took longer to answer than a call may take")
    return seconds
