"""The one way out: calls to addresses that people entered, kept from leading inside.

A name is looked up once, every answer is judged, and the call goes to the judged address itself,
so that a second lookup cannot lead elsewhere. Nothing is followed and no proxy is asked.
"""

from __future__ import annotations

import http.client
import queue
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from . import addresses
from .addresses import Place
from .connections import Connection, Watch, left
from .errors import Forbidden, HungUp, TimedOut, TooLarge, Unreachable

HEADER, VALUE = re.compile(r"[A-Za-z0-9-]{1,100}"), re.compile(r"[\x20-\x7e]{0,8000}")
PART = 2**16
KEPT_S = 60.0  # after that a connection is made, and its address judged, anew
# How a connection ends that was kept too long for the other side.
HUNG_UP = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
INFLATE = {"gzip": 31, "deflate": 15}  # zlib's names for the two
REDIRECTS = frozenset({301, 302, 303, 307, 308})

Lookup = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """`total_s` is for the whole call, from the lookup to the last byte; `answer_bytes` for the
    answer after it was inflated."""

    total_s: float = 30.0
    answer_bytes: int = 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def look_up(host: str, port: int) -> list[str]:
    """All addresses of a name, as this machine's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of whom: headers checked, `place` not judged yet."""

    place: Place
    method: str
    headers: Mapping[str, str]
    body: bytes


class Door:
    """Calls under fixed rules.

    Parameters
    ----------
    allowed
        Exact `host:port` that the operator vouches for: these may lie inside and use any port.
    limits
        For each call.
    authorities
        A file of certificate authorities that are trusted besides the machine's own.
    lookup
        What turns a name into addresses.
    keep
        Leave a connection open for the next call to the same place, until `close`. Its address
        was judged when it was made, and it is made anew after `KEPT_S`.
    """

    def __init__(
        self,
        *,
        allowed: frozenset[str] = frozenset(),
        limits: Limits = Limits(),  # noqa: B008  # a frozen value
        authorities: Path | None = None,
        lookup: Lookup = look_up,
        keep: bool = False,
    ) -> None:
        self._keep, self._kept = keep, dict[Place, Connection]()
        self._allowed, self._limits, self._lookup = allowed, limits, lookup
        self._authorities = authorities

    def check(self, url: str) -> Place:
        """Refuse, before anything is sent, what is written in a way that is not allowed.

        Raises
        ------
        Forbidden
            One sentence about the address.
        """
        place = addresses.place(url)
        if place.named not in self._allowed and place.port not in addresses.PORTS:
            ports = ", ".join(map(str, sorted(addresses.PORTS)))
            raise Forbidden(
                f"address: port {place.port} is not among {ports}; whoever runs this server can "
                f"list {place.named} in ALLOWED_ADDRESSES"
            )
        return place

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        watch: Watch = lambda: None,
    ) -> Answer:
        """Make one call and give its answer, whatever its status.

        Raises
        ------
        Forbidden
            For an address that may not be called, or an answer that leads to another one.
        HungUp
            When a connection that was kept has ended; whoever keeps books may ask once more.
        Unreachable, TimedOut, TooLarge
            When there is no whole answer.
        """
        place = self.check(url)
        call = Call(place, method, _checked(headers or {}), body)
        deadline = time.monotonic() + self._limits.total_s
        if (kept := self._still_open(place)) is not None:
            kept.renew(deadline, watch)
            try:
                return self._exchange(kept, call)
            except HUNG_UP as error:
                raise HungUp(f"address: {place.named} hung up") from error
        connection = self._connect(place, deadline, watch)
        try:
            return self._exchange(connection, call)
        except HUNG_UP as error:
            raise Unreachable(f"address: {place.named} {_told(error)}") from error

    def close(self) -> None:
        """End the connections that were kept."""
        for connection in self._kept.values():
            connection.end()
        self._kept.clear()

    def _still_open(self, place: Place) -> Connection | None:
        connection = self._kept.pop(place, None)
        if connection is None or time.monotonic() - connection.begun < KEPT_S:
            return connection
        connection.end()
        return None

    def _exchange(self, connection: Connection, call: Call) -> Answer:
        """One question and its answer; the connection is kept only after a whole one."""
        again = False
        try:
            answer, again = self._ask(connection, call)
        except HUNG_UP:
            raise
        except (OSError, http.client.HTTPException, zlib.error) as error:
            told = f"address: {call.place.named} {_told(error)}"
            raise connection.ended or Unreachable(told) from error
        finally:
            if again:
                self._kept[call.place] = connection
            else:
                connection.end()
        return answer

    def _connect(self, place: Place, deadline: float, watch: Watch) -> Connection:
        fault: OSError | None = None
        for address in self._judged(place, deadline):
            watch()
            try:
                sock = socket.create_connection((address, place.port), left(deadline))
            except OSError as error:
                fault = error
                continue
            # Else a question of two packets waits for the other side's delayed acknowledgement.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Connection(self._secured(sock, place), deadline, watch)
        raise Unreachable(f"address: {place.named} {_told(fault)}") from fault

    def _secured(self, sock: socket.socket, place: Place) -> socket.socket:
        """TLS under the name that was asked for, where the address asks for it."""
        if place.scheme == "http":
            return sock
        context = ssl.create_default_context()
        if self._authorities:
            context.load_verify_locations(cafile=self._authorities)
        try:
            return context.wrap_socket(sock, server_hostname=place.host)
        except OSError as error:
            sock.close()
            raise Unreachable(f"address: {place.named} {_told(error)}") from error

    def _judged(self, place: Place, deadline: float) -> list[str]:
        """All addresses of the name; Forbidden where a single one of them leads inside."""
        found = self._looked_up(place, left(deadline))
        if place.named not in self._allowed:
            for address in found:
                if reason := addresses.why_not(address):
                    raise Forbidden(
                        f"address: {place.named} may not be called, since {reason}; "
                        "whoever runs this server can allow it"
                    )
        return found

    def _looked_up(self, place: Place, within_s: float) -> list[str]:
        # A lookup cannot be interrupted; a thread of its own lets the call end in time.
        answer: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def work() -> None:
            try:
                answer.put(self._lookup(place.host, place.port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        threading.Thread(target=work, name="lookup", daemon=True).start()
        try:
            found = answer.get(timeout=within_s)
        except queue.Empty:
            raise TimedOut("address: its name could not be looked up in time") from None
        if isinstance(found, Exception) or not found:
            raise Unreachable(f"address: nobody knows the name {place.host}")
        return found

    def _ask(self, connection: Connection, call: Call) -> tuple[Answer, bool]:
        """The answer, and whether the same connection may be asked again."""
        place = call.place
        caller = http.client.HTTPConnection(place.host, place.port)
        caller.sock = cast(socket.socket, connection)
        own = {"Host": place.host_header, "Accept-Encoding": "gzip"}
        if not self._keep:
            own["Connection"] = "close"
        caller.request(call.method, place.path, call.body or None, {**call.headers, **own})
        response = caller.getresponse()
        if response.status in REDIRECTS:
            raise Forbidden("address: it sends callers on to another address; enter that one")
        told = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, told, self._whole(response))
        return answer, self._keep and not response.will_close

    def _part(self, response: http.client.HTTPResponse) -> bytes:
        """Some of the body. Who hangs up here has answered, and is not asked once more."""
        try:
            return response.read1(PART)
        except HUNG_UP as error:
            raise Unreachable("address: its answer ended before it was whole") from error

    def _whole(self, response: http.client.HTTPResponse) -> bytes:
        """The body, inflated; at no moment more of it than the limit is held."""
        kind = (response.getheader("Content-Encoding") or "identity").strip().lower()
        if kind not in (*INFLATE, "identity"):
            raise Unreachable(f"address: it answers in the encoding '{kind[:40]}'")
        inflate = zlib.decompressobj(INFLATE[kind]) if kind in INFLATE else None
        parts, most = bytearray(), self._limits.answer_bytes
        while part := self._part(response):
            room = most + 1 - len(parts)
            parts += inflate.decompress(part, room) if inflate else part
            if len(parts) > most:
                raise TooLarge(f"address: its answer is larger than {most / 2**20:.3g} MiB")
        if response.length or (inflate and parts and not inflate.eof):
            raise Unreachable("address: its answer ended before it was whole")
        return bytes(parts)


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, refused where one could begin another header or another call."""
    for name, value in headers.items():
        if not HEADER.fullmatch(name) or not VALUE.fullmatch(value):
            raise Forbidden(f"address: the header '{name[:40]}' holds what headers cannot hold")
    return dict(headers)


def _told(error: Exception | None) -> str:
    """A fault in words; what a stranger's server wrote is not among them."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS as it should"
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "refuses connections"
    if isinstance(error, ConnectionResetError):  # http.client's RemoteDisconnected is one
        return "hung up without an answer"
    if isinstance(error, http.client.HTTPException | zlib.error):
        return "does not answer in HTTP"
    return "cannot be reached"
